//! `cargo xtask torture`: the long form of the proof, with the servers that it needs.
//!
//! It is built as the tests are, not with `--release`: the time goes to the databases, an
//! arithmetic overflow ends a trial, and nothing is compiled twice.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::node::Node;
use crate::server::{Backend, Server};
use crate::{interrupt, program};

/// Where the table of the last long run stands.
const DOCUMENT: &str = "docs/reliability.md";
const BEGIN: &str = "<!-- torture: begin -->";
const END: &str = "<!-- torture: end -->";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: the servers, Node.
    #[arg(long)]
    setup: bool,
    /// The time that all suites have together, such as 2h, 75m or 90s.
    #[arg(long, default_value = "75m")]
    budget: String,
    /// Only suites, trials or promises of these names.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these backends.
    #[arg(long, value_enum, value_delimiter = ',')]
    db: Vec<Backend>,
    /// Leave the published adapter out, for which Node is needed.
    #[arg(long)]
    no_original: bool,
    /// Put the table into docs/reliability.md, if nothing went wrong.
    #[arg(long)]
    write: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.write && !(arguments.only.is_empty() && arguments.db.is_empty()) {
        bail!("--write takes the table of a whole run: leave out --only and --db");
    }
    let backends: Vec<Backend> = TORTURED
        .into_iter()
        .filter(|backend| arguments.db.is_empty() || arguments.db.contains(backend))
        .collect();
    let node = original(arguments, &backends)?;
    let mut servers = Vec::new();
    for backend in &backends {
        interrupt::check()?;
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let out = target().join("torture");
    let tortured = torture(arguments, &backends, &servers, node.as_ref(), &out);
    let swept = servers.iter().try_for_each(Server::sweep);
    tortured?;
    swept?;
    if arguments.write {
        write(&out.join("report.md"))?;
    }
    Ok(())
}

/// The memory has no server to be tortured; the conformance suite races it.
const TORTURED: [Backend; 3] = [Backend::Sqlite, Backend::Postgres, Backend::Mariadb];

/// Node with the published adapter installed, if it takes part.
fn original(arguments: &Arguments, backends: &[Backend]) -> Result<Option<Node>> {
    if arguments.no_original || !backends.contains(&Backend::Postgres) {
        return Ok(None);
    }
    let node = Node::provide(arguments.setup)?;
    node.install(&program::workspace().join("tests/original"))?;
    Ok(Some(node))
}

fn torture(
    arguments: &Arguments,
    backends: &[Backend],
    servers: &[Server],
    node: Option<&Node>,
    out: &Path,
) -> Result<()> {
    let names: Vec<&str> = backends.iter().map(|backend| backend.name()).collect();
    // Without `--package`, which would choose other features of the dependencies than the tests
    // have, and compile them again.
    let mut command = program::cargo(["run", "--bin", "torture"]);
    command
        .args([
            "--",
            "--budget",
            &arguments.budget,
            "--db",
            &names.join(","),
        ])
        .arg("--out")
        .arg(out)
        .envs(servers.iter().map(Server::environment));
    if !arguments.only.is_empty() {
        command.args(["--only", &arguments.only.join(",")]);
    }
    if let Some(node) = node {
        command.arg("--node").arg(node.path());
    }
    program::run(&mut command)
}

fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    program::workspace().join(target)
}

/// Replaces what stands between the markers with the table.
fn write(report: &Path) -> Result<()> {
    let table = fs::read_to_string(report).context("reading the report")?;
    let document = program::workspace().join(DOCUMENT);
    let old = fs::read_to_string(&document).with_context(|| format!("reading {DOCUMENT}"))?;
    let new = with_table(&old, &table)?;
    fs::write(&document, new).with_context(|| format!("writing {DOCUMENT}"))?;
    println!("{DOCUMENT}: the table is written");
    Ok(())
}

fn with_table(document: &str, table: &str) -> Result<String> {
    let parts = document
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        bail!("{DOCUMENT} lacks the markers `{BEGIN}` and `{END}`");
    };
    Ok(format!(
        "{before}{BEGIN}\n\n{}\n\n{END}{after}",
        table.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, DOCUMENT, END, with_table};

    #[test]
    fn the_table_replaces_the_one_before_it_and_nothing_else() {
        let document = format!("# Title\n\n{BEGIN}\nold\n{END}\n\nText.\n");

        let new = with_table(&document, "new\n").unwrap();

        assert_eq!(
            new,
            format!("# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nText.\n")
        );
        assert_eq!(with_table(&new, "new\n").unwrap(), new);
    }

    #[test]
    fn a_document_without_markers_is_not_touched() {
        assert!(with_table("# Title\n", "new").is_err());
    }

    #[test]
    fn the_lock_file_names_no_registry_but_the_public_one() {
        let path = crate::program::workspace().join("tests/original/package-lock.json");

        let lock = std::fs::read_to_string(path).unwrap();

        let elsewhere = |line: &&str| {
            line.contains("\"resolved\"") && !line.contains("https://registry.npmjs.org/")
        };
        assert_eq!(lock.lines().find(elsewhere), None);
    }

    #[test]
    fn the_document_has_the_markers() {
        let path = crate::program::workspace().join(DOCUMENT);

        let document = std::fs::read_to_string(path).unwrap();

        assert!(with_table(&document, "new").is_ok());
    }
}
