//! `cargo xtask mutants`: each function of the adapter changed in one place; some test has to fail.
//!
//! Two passes: a lean one over all mutants, and one with the large tests over those that it
//! missed. What stands in SQL texts is changed by `cargo xtask torture --only sql-mutants`.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::server::{Backend, Server};
use crate::{nextest, program};

/// What is changed, and what is tested for it in each pass.
const SUBJECTS: [Subject; 2] = [
    Subject {
        package: "authjs-adapter",
        lean: Tests {
            packages: &["authjs-adapter", "authjs-conformance"],
            tool: "cargo",
            arguments: &["--lib", "--test=small_adapter", "--test=suite"],
            filter: None,
            limit: "120",
        },
        thorough: Tests {
            packages: &["authjs-adapter", "authjs-conformance", "authjs-tests"],
            tool: "nextest",
            arguments: &["--lib", "--tests"],
            filter: Some(QUICK),
            limit: "1800",
        },
    },
    Subject {
        package: "authjs-sea-orm",
        lean: Tests {
            packages: &["authjs-sea-orm", "authjs-test-mutants"],
            tool: "cargo",
            arguments: &["--lib", "--test=mutants"],
            filter: None,
            limit: "120",
        },
        thorough: Tests {
            packages: &["authjs-sea-orm", "authjs-tests"],
            tool: "nextest",
            arguments: &["--lib", "--test=integration"],
            filter: Some(QUICK),
            limit: "1800",
        },
    },
];

/// What the suite, races and faults notice takes minutes for each mutant; the suite is the first
/// pass.
const QUICK: &str = "not test(/^(conformance|faults|model|races|rig|wire)::/)";
/// Seconds that the build of one mutant may take.
const BUILD_LIMIT: &str = "900";
/// Names the databases that are made for the tests: see `tests/databases/src/server.rs`.
const TEMPLATE_VARIABLE: &str = "AUTHJS_TEST_TEMPLATE";

struct Subject {
    package: &'static str,
    lean: Tests,
    thorough: Tests,
}

struct Tests {
    packages: &'static [&'static str],
    /// Runs the tests: nextest gives each a process of its own, which those need that set a
    /// subscriber or a panic hook; `cargo test` runs programs without a harness too.
    tool: &'static str,
    /// What of the packages is built and run.
    arguments: &'static [&'static str],
    /// Which of these tests are run, if not all.
    filter: Option<&'static str>,
    /// Seconds that all of it may take.
    limit: &'static str,
}

impl Tests {
    fn filter_arguments(&self) -> impl Iterator<Item = &'static str> {
        self.filter
            .into_iter()
            .flat_map(|filter| ["--filterset", filter])
    }
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
    /// Only mutants whose name matches this regular expression.
    #[arg(long)]
    only: Option<String>,
    /// Leave the second pass out.
    #[arg(long)]
    lean: bool,
}

/// How a pass of cargo-mutants ended.
#[derive(Debug, PartialEq, Eq)]
enum Pass {
    /// Some test failed for each mutant.
    Clean,
    /// No test failed for some mutant, or it ran into the time limit.
    Missed,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    provide(arguments.setup)?;
    if !arguments.lean {
        nextest::provide(arguments.setup)?;
    }
    let is_wanted = |subject: &&Subject| {
        let wanted = arguments.package.as_deref();
        wanted.is_none_or(|package| package == subject.package)
    };
    let subjects: Vec<_> = SUBJECTS.iter().filter(is_wanted).collect();
    if subjects.is_empty() {
        bail!("no package of this name is mutated: see docs/mutants.md");
    }
    let mut servers = Vec::new();
    for backend in [Backend::Postgres, Backend::Mariadb] {
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let mutated = mutate_all(&subjects, arguments, &servers);
    let swept = servers.iter().try_for_each(Server::sweep);
    mutated.and(swept)
}

fn mutate_all(subjects: &[&Subject], arguments: &Arguments, servers: &[Server]) -> Result<()> {
    let mut missed = Vec::new();
    for subject in subjects {
        unchanged(&subject.lean, servers)?;
        let mut lean = mutate(subject.package, &subject.lean, arguments, servers)?;
        if pass(&mut lean)? == Pass::Clean {
            continue;
        }
        if arguments.lean {
            missed.push(subject.package);
            continue;
        }
        // What the first pass caught is not tried again.
        unchanged(&subject.thorough, servers)?;
        let mut thorough = mutate(subject.package, &subject.thorough, arguments, servers)?;
        if pass(thorough.arg("--iterate"))? == Pass::Missed {
            missed.push(subject.package);
        }
    }
    if !missed.is_empty() {
        bail!(
            "tests missed mutants of {}: see target/mutants",
            missed.join(", ")
        );
    }
    Ok(())
}

/// Runs the tests before anything is changed: a mutant is only caught by tests that passed.
fn unchanged(tests: &Tests, servers: &[Server]) -> Result<()> {
    let mut command = match tests.tool {
        "nextest" => program::cargo(["nextest", "run"]),
        _ => program::cargo(["test"]),
    };
    for package in tests.packages {
        command.args(["--package", package]);
    }
    command
        .args(tests.arguments)
        .args(tests.filter_arguments())
        .env(TEMPLATE_VARIABLE, template())
        .envs(servers.iter().map(Server::environment));
    program::run(&mut command).context("the tests fail before anything is changed")
}

/// The name of one template for all the programs of this run, each of which has the migrations of
/// the others.
fn template() -> String {
    format!("mutants_{}", std::process::id())
}

/// Runs one pass. Its exit codes: <https://mutants.rs/exit-codes.html>.
fn pass(command: &mut Command) -> Result<Pass> {
    match program::status(command)?.code() {
        Some(0) => Ok(Pass::Clean),
        Some(2 | 3) => Ok(Pass::Missed),
        _ => bail!("cargo-mutants did not run to its end"),
    }
}

fn mutate(
    package: &str,
    tests: &Tests,
    arguments: &Arguments,
    servers: &[Server],
) -> Result<Command> {
    let output = format!("target/mutants/{package}");
    fs::create_dir_all(program::workspace().join(&output))?;
    let mut command = program::cargo(["mutants", "--no-shuffle", "--colors", "never"]);
    command
        .args(["--package", package])
        .args(["--test-package", &tests.packages.join(",")])
        .args(["--test-tool", tests.tool])
        // What it would run unchanged are the tests of the package alone.
        .args(["--baseline", "skip", "--timeout", tests.limit])
        .args(["--build-timeout", BUILD_LIMIT])
        .args(["--output", &output])
        .args(
            tests
                .arguments
                .iter()
                .map(|argument| format!("--cargo-arg={argument}")),
        )
        .args(
            tests
                .filter_arguments()
                .map(|argument| format!("--cargo-test-arg={argument}")),
        )
        .env(TEMPLATE_VARIABLE, template())
        .envs(servers.iter().map(Server::environment));
    if let Some(shard) = &arguments.shard {
        command.args(["--shard", shard, "--sharding", "round-robin"]);
    }
    if let Some(only) = &arguments.only {
        command.args(["--re", only]);
    }
    Ok(command)
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
