use clap::{Parser, Subcommand, error::ErrorKind};

use crate::failure::Failure;

/// Creates the tables of Auth.js in a PostgreSQL, MariaDB, MySQL or SQLite database.
#[derive(Parser)]
#[command(name = "authjs-migration", version)]
pub(crate) struct Arguments {
    /// The database: `postgres://user:password@host:5432/name`, `mysql://` or `mariadb://` in the
    /// same form, or `sqlite://file?mode=rwc`.
    #[arg(
        short = 'u',
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<String>,

    /// The PostgreSQL schema to work in; without it the server's `search_path` decides.
    #[arg(short = 's', long, global = true, env = "DATABASE_SCHEMA")]
    pub(crate) database_schema: Option<String>,

    /// Afterwards tell the status of all migrations.
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Command {
    /// Apply pending migrations (what happens without a command, too).
    Up {
        /// How many; all without it.
        #[arg(short, long)]
        num: Option<u32>,
    },
    /// Roll applied migrations back; only where all tables are empty and there are no others.
    Down {
        /// How many.
        #[arg(short, long, default_value_t = 1)]
        num: u32,
    },
    /// Tell which migrations are applied, and what the tables lack. Changes nothing.
    Status,
    /// The same as `refresh`: tables of others are never dropped.
    Fresh,
    /// Roll everything back and apply it again; refuses as `down` does.
    Refresh,
    /// Roll everything back and remove the ledger; refuses as `down` does.
    Reset,
}

impl Arguments {
    /// Reads the command line and the environment; `None` after `--help` or `--version`.
    pub(crate) fn read() -> Result<Option<Self>, Failure> {
        match Self::try_parse() {
            Ok(arguments) => Ok(Some(arguments)),
            Err(error) => match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    error.print()?;
                    Ok(None)
                }
                // clap's own text repeats the argument, which may be a URL without its `-u`.
                kind => Err(Failure::usage(kind)),
            },
        }
    }
}
