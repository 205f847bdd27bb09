//! Database servers for a run: one that is given, one that is there, or one of our own.

mod mariadb;
pub(crate) mod packages;
mod postgres;

use std::fmt;

use anyhow::{Context as _, Result};
use authjs_test_servers::{DatabaseServer, ServerOptions};
use clap::ValueEnum;

use crate::interrupt;

/// A store that the tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// The executable specification in the contract crate.
    Memory,
    /// SQLite, a file per test.
    Sqlite,
    /// PostgreSQL, a database per test.
    Postgres,
    /// MariaDB, a database per test.
    Mariadb,
}

impl Backend {
    pub(crate) const ALL: [Self; 4] = [Self::Memory, Self::Sqlite, Self::Postgres, Self::Mariadb];

    /// The segment of a test's path that says on which backend it runs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }

    /// The server that this backend needs, ready for use; `None` if it needs none. Never
    /// leaves a run without one: what cannot be found or made is an error.
    ///
    /// With `setup`, packages that are missing are installed.
    pub(crate) fn server(self, setup: bool) -> Result<Option<Server>> {
        match self {
            Self::Memory | Self::Sqlite => Ok(None),
            Self::Postgres => postgres::provide(setup).map(Some),
            Self::Mariadb => mariadb::provide(setup).map(Some),
        }
    }
}

/// A server in which databases can be made. Stopped and removed on drop if it is our own.
#[derive(Debug)]
pub(crate) struct Server {
    /// The environment variable that tells the tests where it is.
    variable: &'static str,
    url: String,
    origin: Origin,
    /// Removes what tests left on the server with this URL.
    sweep: fn(&str) -> Result<()>,
}

/// Where a server comes from.
#[derive(Debug)]
enum Origin {
    /// The person named it in the environment.
    Given,
    /// It was running; this is how it is reached.
    Running(String),
    /// Started for this run.
    Own(Box<dyn DatabaseServer>),
}

impl Server {
    /// The variable and its value for the tests.
    pub(crate) fn environment(&self) -> (&'static str, &str) {
        (self.variable, &self.url)
    }

    /// Removes what tests left on the server, the template database included.
    pub(crate) fn sweep(&self) -> Result<()> {
        match self.origin {
            Origin::Own(_) => Ok(()),
            Origin::Given | Origin::Running(_) => (self.sweep)(&self.url),
        }
    }
}

impl fmt::Display for Server {
    /// Says where the server is, without its URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Given => write!(f, "the server in {}", self.variable),
            Origin::Running(place) => write!(f, "the server running on {place}"),
            Origin::Own(process) => write!(f, "a throw-away server, {process}"),
        }
    }
}

/// What talks to a server.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime to reach the server with")
}

/// A quick server; a signal to end is heard while it starts.
fn options() -> ServerOptions {
    ServerOptions {
        go_on: interrupt::check,
        ..ServerOptions::default()
    }
}
