//! `cargo xtask lint`: everything that can be checked without running a test.

mod dependencies;
mod policy;
mod proofs;
mod texts;

use anyhow::Result;
use clap::Args;

use crate::{generate, program, safeguards};

/// Crates with a feature per backend. Clippy sees each backend alone: an application turns on
/// just one.
const WITH_BACKENDS: [&str; 2] = ["authjs-sea-orm", "authjs-migration"];

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: PostgreSQL, which the entities are generated from.
    #[arg(long)]
    pub(crate) setup: bool,
}

pub(crate) fn run(setup: bool) -> Result<()> {
    texts::check()?;
    proofs::check()?;
    safeguards::check()?;
    dependencies::check()?;
    program::run(&mut program::cargo(["fmt", "--all", "--check"]))?;
    clippy(&["--workspace", "--all-features", "--all-targets"])?;
    for package in WITH_BACKENDS {
        for backend in ["mysql", "postgres", "sqlite"] {
            clippy(&[
                "--package",
                package,
                "--no-default-features",
                "--features",
                backend,
            ])?;
        }
    }
    let mut docs = program::cargo(["doc", "--workspace", "--all-features", "--no-deps"]);
    program::run(docs.env("RUSTDOCFLAGS", "--deny=warnings"))?;
    generate::run(&generate::Arguments { check: true, setup })?;
    println!("lint: passed");
    Ok(())
}

fn clippy(arguments: &[&str]) -> Result<()> {
    let mut command = program::cargo(["clippy"]);
    program::run(command.args(arguments).args(["--", "--deny=warnings"]))
}
