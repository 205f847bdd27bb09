//! `cargo xtask test`: servers, tests, doctests, and what they proved.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::server::{Backend, Server};
use crate::{interrupt, junit, nextest, pgbouncer, program};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: cargo-nextest, PostgreSQL, pgbouncer, MariaDB.
    #[arg(long)]
    pub(crate) setup: bool,
    /// Run only the tests of this backend, and those that need none.
    #[arg(long, value_enum, value_delimiter = ',')]
    db: Vec<Backend>,
    /// More arguments for `cargo nextest run`, after `--`.
    #[arg(last = true)]
    nextest: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    nextest::provide(arguments.setup)?;
    let backends = Backend::ALL
        .into_iter()
        .filter(|backend| arguments.db.is_empty() || arguments.db.contains(backend))
        .collect::<Vec<_>>();
    let mut servers = Vec::new();
    for backend in &backends {
        interrupt::check()?;
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let pooler = backends
        .contains(&Backend::Postgres)
        .then(|| pgbouncer::provide(arguments.setup))
        .transpose()?;
    let tested = tests(
        arguments,
        &backends,
        &Surroundings {
            servers: &servers,
            pooler,
        },
    );
    let swept = servers.iter().try_for_each(Server::sweep);
    tested?;
    swept
}

/// What the tests find around them.
struct Surroundings<'s> {
    servers: &'s [Server],
    pooler: Option<(&'static str, PathBuf)>,
}

impl Surroundings<'_> {
    fn of<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .envs(self.servers.iter().map(Server::environment))
            .envs(self.pooler.clone())
    }
}

fn tests(
    arguments: &Arguments,
    backends: &[Backend],
    surroundings: &Surroundings<'_>,
) -> Result<()> {
    let report = report();
    // A report of an earlier run must not be counted.
    if report.exists() {
        std::fs::remove_file(&report).context("removing the last report of nextest")?;
    }
    let mut command = nextest::command();
    command
        .args(&arguments.nextest)
        .args(skips(arguments, backends));
    program::run(surroundings.of(&mut command))?;
    if arguments.nextest.is_empty() {
        let mut doctests = program::cargo(["test", "--quiet", "--doc", "--workspace"]);
        program::run(surroundings.of(&mut doctests))?;
    }
    count(arguments, backends, &report)
}

/// Leaves out the tests that name another backend in their path, whatever filters the person
/// gave: those would widen a filter of ours, but never a skip.
fn skips(arguments: &Arguments, backends: &[Backend]) -> Vec<String> {
    let others = Backend::ALL
        .into_iter()
        .filter(|backend| !backends.contains(backend));
    let mut skips: Vec<_> = others
        .flat_map(|backend| ["--skip".to_owned(), format!("{}::", backend.name())])
        .collect();
    if !skips.is_empty() && !arguments.nextest.iter().any(|argument| argument == "--") {
        skips.insert(0, "--".to_owned());
    }
    skips
}

/// Where nextest writes what it ran: below the workspace, wherever cargo builds.
fn report() -> PathBuf {
    program::workspace().join("target/nextest/default/junit.xml")
}

/// Prints how many conformance cases passed on each backend. None is a failure, unless the
/// person chose the tests.
fn count(arguments: &Arguments, backends: &[Backend], report: &PathBuf) -> Result<()> {
    let xml = std::fs::read_to_string(report).context("nextest wrote no report")?;
    let passed = junit::passed(&xml)?;
    let mut counts = Vec::new();
    for backend in backends {
        let prefix = format!("conformance::{}::", backend.name());
        let count = passed
            .iter()
            .filter(|test| test.starts_with(&prefix))
            .count();
        if count == 0 && arguments.nextest.is_empty() {
            bail!("no conformance case ran on {}", backend.name());
        }
        counts.push(format!("{} {count} passed", backend.name()));
    }
    println!("conformance: {}", counts.join(", "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Arguments, skips};
    use crate::server::Backend;

    fn arguments(nextest: &[&str]) -> Arguments {
        Arguments {
            setup: false,
            db: Vec::new(),
            nextest: nextest.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn the_tests_of_other_backends_are_left_out() {
        let skips = skips(&arguments(&[]), &[Backend::Sqlite]);

        assert_eq!(
            skips,
            [
                "--",
                "--skip",
                "memory::",
                "--skip",
                "postgres::",
                "--skip",
                "mariadb::"
            ]
        );
    }

    #[test]
    fn skips_join_the_filters_that_stand_behind_two_dashes() {
        let backends = [Backend::Memory, Backend::Sqlite, Backend::Mariadb];

        let skips = skips(
            &arguments(&["-p", "authjs-tests", "--", "users"]),
            &backends,
        );

        assert_eq!(skips, ["--skip", "postgres::"]);
    }

    #[test]
    fn nothing_is_left_out_without_a_choice() {
        assert_eq!(skips(&arguments(&[]), &Backend::ALL), Vec::<String>::new());
    }
}
