//! cargo-nextest, the test runner.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program;

/// Makes sure that the runner is there; with `setup` it is installed if it is not.
pub(crate) fn provide(setup: bool) -> Result<()> {
    if program::succeeds(&mut program::cargo(["nextest", "--version"])) {
        return Ok(());
    }
    if !setup {
        bail!(
            "cargo-nextest is not installed: run `cargo xtask test --setup`, which installs what \
             the tests need"
        );
    }
    println!("setup: installing cargo-nextest with cargo");
    program::run(&mut program::cargo([
        "install",
        "cargo-nextest",
        "--locked",
    ]))
}

/// A run of all tests of the workspace.
pub(crate) fn command() -> Command {
    program::cargo(["nextest", "run", "--workspace"])
}

/// A run of tests of one test program.
pub(crate) fn of_program(package: &str, program: &str) -> Command {
    program::cargo(["nextest", "run", "--package", package, "--test", program])
}
