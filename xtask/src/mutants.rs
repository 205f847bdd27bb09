//! `cargo xtask mutants`: each function of the adapter changed in one place; some test has to fail.
//!
//! Two passes: a lean one over all mutants, and one with the large tests over those that it
//! missed. What stands in SQL texts is changed by `cargo xtask torture --only sql-mutants`.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::program;
use crate::server::{Backend, Server};

/// What is changed, what is tested for it, and the arguments of the tests in each pass.
const SUBJECTS: [Subject; 2] = [
    Subject {
        package: "authjs-adapter",
        tested: "authjs-adapter,authjs-conformance",
        lean: &["--lib", "--tests"],
        thorough: &["--all-targets"],
    },
    Subject {
        package: "authjs-sea-orm",
        tested: "authjs-sea-orm,authjs-tests",
        lean: &["--lib", "--test", "mutants"],
        thorough: &["--lib", "--test", "integration"],
    },
];

struct Subject {
    package: &'static str,
    tested: &'static str,
    lean: &'static [&'static str],
    thorough: &'static [&'static str],
}

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: cargo-mutants, the servers.
    #[arg(long)]
    setup: bool,
    /// Only this part of all mutants, such as 1/8 (the first number begins with 0).
    #[arg(long)]
    shard: Option<String>,
    /// Only this package.
    #[arg(long)]
    package: Option<String>,
    /// Leave the second pass out.
    #[arg(long)]
    lean: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    provide(arguments.setup)?;
    let mut servers = Vec::new();
    for backend in [Backend::Postgres, Backend::Mariadb] {
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let is_wanted = |subject: &&Subject| {
        let wanted = arguments.package.as_deref();
        wanted.is_none_or(|package| package == subject.package)
    };
    let mut missed = Vec::new();
    for subject in SUBJECTS.iter().filter(is_wanted) {
        let mut lean = mutate(subject, subject.lean, arguments, &servers);
        if program::run(&mut lean).is_ok() {
            continue;
        }
        let mut thorough = mutate(subject, subject.thorough, arguments, &servers);
        // What the first pass caught is not tried again.
        if arguments.lean || program::run(thorough.arg("--iterate")).is_err() {
            missed.push(subject.package);
        }
    }
    let swept = servers.iter().try_for_each(Server::sweep);
    if !missed.is_empty() {
        bail!(
            "tests missed mutants of {}: see target/mutants",
            missed.join(", ")
        );
    }
    swept
}

fn mutate(subject: &Subject, tests: &[&str], arguments: &Arguments, servers: &[Server]) -> Command {
    let output = format!("target/mutants/{}", subject.package);
    let mut command = program::cargo(["mutants", "--no-shuffle", "--colors", "never"]);
    command
        .args(["--package", subject.package])
        .args(["--test-package", subject.tested])
        .args(["--output", &output])
        .args(tests.iter().map(|test| format!("--cargo-test-arg={test}")))
        .envs(servers.iter().map(Server::environment));
    if let Some(shard) = &arguments.shard {
        command.args(["--shard", shard, "--sharding", "round-robin"]);
    }
    command
}

fn provide(setup: bool) -> Result<()> {
    let is_there = program::succeeds(&mut program::cargo(["mutants", "--version"]));
    match (is_there, setup) {
        (true, _) => Ok(()),
        (false, true) => program::run(&mut program::cargo([
            "install",
            "cargo-mutants",
            "--locked",
        ])),
        (false, false) => bail!(
            "cargo-mutants is not installed: run this with --setup, or \
             `cargo install cargo-mutants --locked`"
        ),
    }
}
