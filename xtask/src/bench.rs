//! `cargo xtask bench`: the benchmarks, with the servers that they need.

use anyhow::Result;
use clap::Args;

use crate::program;
use crate::server::{Backend, Server};

/// The backends that are measured.
const MEASURED: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: PostgreSQL.
    #[arg(long)]
    setup: bool,
    /// More arguments for `cargo bench`, after `--`.
    #[arg(last = true)]
    bench: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut servers = Vec::new();
    for backend in MEASURED {
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let mut command = program::cargo(["bench", "--package", "authjs-benches"]);
    command
        .args(&arguments.bench)
        .envs(servers.iter().map(Server::environment));
    let measured = program::run(&mut command);
    let swept = servers.iter().try_for_each(Server::sweep);
    measured?;
    swept
}
