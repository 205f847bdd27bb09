//! The main job in one program.
//!
//! `cargo run -p quickstart` tells a story on an embedded SQLite database. With
//! `--database-url` it answers "who is this?" on the database of an Auth.js application.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints"
)]

mod lookup;
mod story;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use authjs_sea_orm::{ConnectError, Error, ErrorKind};
use chrono::{DateTime, Utc};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser};

/// Signs people in, tells who is calling, signs them out.
///
/// Without arguments: a story on an embedded SQLite database that is removed at the end.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The database of an Auth.js application: postgres://… or sqlite://…; from the
    /// environment only with --session-token or --email.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Tells who holds this session token (the value of the session cookie); with `-` it is read
    /// from standard input, which keeps it out of the shell's history.
    #[arg(
        long,
        value_name = "TOKEN",
        requires = "database_url",
        allow_hyphen_values = true
    )]
    session_token: Option<String>,

    /// Shows the linked providers and live sessions of the person with this address.
    #[arg(long, value_name = "ADDRESS", requires = "database_url")]
    email: Option<String>,

    /// The time to go by, such as 2026-11-01T00:00:00Z. [default: now; the story begins in 2020]
    #[arg(long, value_name = "RFC3339")]
    now: Option<DateTime<Utc>>,

    /// Keeps the database of the story in this file, which must not exist yet.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["session_token", "email"])]
    keep: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Arguments::command().get_matches()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("quickstart: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(matches: &ArgMatches) -> Result<(), Problem> {
    let arguments = Arguments::from_arg_matches(matches)
        .map_err(|_| Problem::new("the arguments are not valid; see --help"))?;
    if arguments.session_token.is_none() && arguments.email.is_none() {
        // A URL in the environment may be there for other programs, one in the arguments is not.
        if matches.value_source("database_url") == Some(ValueSource::CommandLine) {
            return Err(Problem::new(
                "say whom to look for: --session-token TOKEN or --email ADDRESS",
            ));
        }
        return story::tell(arguments.keep, arguments.now).await;
    }
    let Some(url) = arguments.database_url else {
        return Err(Problem::new("say in which database: --database-url URL"));
    };
    let token = arguments.session_token.map(read_token).transpose()?;
    let adapter = lookup::open(&url, arguments.now).await?;
    if let Some(token) = token {
        lookup::who_is_this(&adapter, token).await?;
    }
    if let Some(address) = arguments.email {
        lookup::person(&adapter, &address).await?;
    }
    Ok(())
}

/// The token that was given, or with `-` the text on standard input without its line end.
fn read_token(given: String) -> Result<String, Problem> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    text.truncate(text.trim_end().len());
    Ok(text)
}

/// Why the program ends early, in one line.
#[derive(Debug)]
struct Problem(String);

impl Problem {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<Error> for Problem {
    /// Adds what the driver reported, for the person who has to mend it.
    fn from(error: Error) -> Self {
        match (error.kind(), error.driver()) {
            (ErrorKind::Internal, Some(driver)) => Self::new(format!("{error} ({driver})")),
            _ => Self::new(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}
