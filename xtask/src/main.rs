//! The tasks of this project: `cargo xtask test | torture | mutants | safeguards | lint | ci | entities | bench`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tasks talk to the person who started them"
)]

mod bench;
#[cfg(feature = "entities")]
mod entities;
mod generate;
mod interrupt;
mod junit;
mod lint;
mod mutants;
mod nextest;
mod node;
mod pgbouncer;
mod program;
mod safeguards;
mod server;
mod test;
mod torture;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Tests, checks and measures this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run all tests, and count the conformance cases that passed on each backend.
    Test(test::Arguments),
    /// Run the long form of the proof, which ends with one table.
    Torture(torture::Arguments),
    /// Change the adapter's code in one place at a time; a test has to fail each time.
    Mutants(mutants::Arguments),
    /// Break each safeguard on purpose; the test that it names has to fail.
    Safeguards(safeguards::Arguments),
    /// Check format, lints, docs, generated entities, dependencies and texts.
    Lint(lint::Arguments),
    /// All that must be green before a change lands: lint, then test.
    Ci(test::Arguments),
    /// Generate the entities from a migrated PostgreSQL database.
    Entities(generate::Arguments),
    /// Run the benchmarks.
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match interrupt::watch().and_then(|()| run(&arguments.task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    match task {
        Task::Test(arguments) => test::run(arguments),
        Task::Torture(arguments) => torture::run(arguments),
        Task::Mutants(arguments) => mutants::run(arguments),
        Task::Safeguards(arguments) => safeguards::run(arguments),
        Task::Lint(arguments) => lint::run(arguments.setup),
        Task::Ci(arguments) => {
            lint::run(arguments.setup)?;
            test::run(arguments)
        }
        Task::Entities(arguments) => generate::run(arguments),
        Task::Bench(arguments) => bench::run(arguments),
    }
}
