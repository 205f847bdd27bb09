//! `cargo xtask entities`: the entities, as sea-orm-cli makes them from the migrated schema.

use anyhow::Result;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if the entities are not what would be generated.
    #[arg(long)]
    pub(crate) check: bool,
    /// Install what is missing: PostgreSQL.
    #[arg(long)]
    pub(crate) setup: bool,
}

#[cfg(feature = "entities")]
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    use anyhow::Context as _;

    use crate::server::Backend;

    let server = Backend::Postgres
        .server(arguments.setup)?
        .context("PostgreSQL is a server")?;
    let (_, url) = server.environment();
    crate::entities::run(arguments.check, url)
}

/// This build of xtask has no SeaORM in it; cargo makes the one that has.
#[cfg(not(feature = "entities"))]
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    use crate::program;

    let mut command = program::cargo(["run", "--quiet", "--package", "xtask"]);
    command.args(["--features", "entities", "--", "entities"]);
    if arguments.check {
        command.arg("--check");
    }
    if arguments.setup {
        command.arg("--setup");
    }
    program::run(&mut command)
}
