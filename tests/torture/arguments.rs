//! What a person or a parent process asks for.

use std::path::PathBuf;
use std::time::Duration;

use authjs_tests::{
    Isolation, MariadbDatabase, PostgresDatabase, RaceDatabase as _, SqliteDatabase,
};
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Runs the long form of the proof and ends with one table.
#[derive(Debug, Parser)]
#[command(name = "torture", args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,
    /// The time that all suites have together, such as 2h, 75m or 90s.
    #[arg(long, default_value = "75m", value_parser = duration)]
    pub(crate) budget: Duration,
    /// Only suites, trials or promises of these names.
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Only these backends.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Backend::ALL)]
    pub(crate) db: Vec<Backend>,
    /// Where the report is written.
    #[arg(long, default_value = "target/torture")]
    pub(crate) out: PathBuf,
    /// The Node that runs the published adapter, whose column is empty without it.
    #[arg(long)]
    pub(crate) node: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Make calls for a race of another process.
    #[command(hide = true)]
    Child(Child),
    /// Sign people up until somebody kills it.
    #[command(hide = true)]
    Client {
        /// What makes its people others than those of the client before.
        number: u64,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Child {
    pub(crate) race: String,
    pub(crate) pool: u32,
    pub(crate) isolation: Isolation,
}

/// Where the suites run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// SQLite, a file per trial.
    Sqlite,
    /// PostgreSQL, a database per trial.
    Postgres,
    /// MariaDB, a database per trial.
    Mariadb,
}

impl Backend {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mariadb];

    /// Its name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => SqliteDatabase::NAME,
            Self::Postgres => PostgresDatabase::NAME,
            Self::Mariadb => MariadbDatabase::NAME,
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, seconds) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('h') => (number, 3600),
        Some(number) if text.ends_with('m') => (number, 60),
        Some(number) => (number, 1),
        None => (text, 1),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "a number with s, m or h, such as 5m".to_owned())?;
    Ok(Duration::from_secs(number * seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser as _;

    use super::{Arguments, Backend, duration};

    #[test]
    fn a_budget_is_given_in_seconds_minutes_or_hours() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(duration("2h"), Ok(Duration::from_hours(2)));
        assert!(duration("soon").is_err());
    }

    #[test]
    fn seventy_five_minutes_on_every_backend_are_the_default() {
        let arguments = Arguments::try_parse_from(["torture"]).unwrap();

        assert_eq!(arguments.budget, Duration::from_mins(75));
        assert_eq!(arguments.db, Backend::ALL);
    }
}
