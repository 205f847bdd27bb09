//! `authjs-migration`: creates the tables of Auth.js in a database.
//!
//! Takes the arguments that `sea-orm-cli migrate` passes on. Whatever goes wrong becomes one line
//! on standard error and the exit code 1; neither the URL nor its password is ever printed.

mod arguments;
mod command;
mod connection;
mod failure;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use crate::{arguments::Arguments, failure::Failure};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "authjs-migration: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let Some(arguments) = Arguments::read()? else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(command::run(&arguments))
}
