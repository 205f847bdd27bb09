//! `cargo xtask safeguards`: each safeguard broken on purpose; the test that it names has to fail.
//!
//! A break is a diff in `tests/safeguards`, whose lines before the diff say what is broken and
//! which tests have to notice. It is applied to a copy of the workspace, never to the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::server::{Backend, Server};
use crate::{nextest, pgbouncer, program};

/// Where the diffs are, below the workspace.
const FOLDER: &str = "tests/safeguards";

/// Lists them for people.
const DOCUMENT: &str = "docs/safeguards.md";

/// How nextest says that it ran tests and some failed:
/// <https://docs.rs/nextest-metadata/latest/nextest_metadata/enum.NextestExitCode.html>.
const SOME_FAILED: i32 = 100;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Install what is missing: cargo-nextest, the servers.
    #[arg(long)]
    setup: bool,
    /// Only the safeguards whose file name contains this.
    #[arg(long)]
    only: Option<String>,
}

/// One safeguard broken.
#[derive(Debug, PartialEq, Eq)]
struct Break {
    /// The name of the diff's file, without its ending.
    name: String,
    /// What is broken, in a sentence.
    what: String,
    /// The tests of the integration program that must fail, by their full names.
    tests: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    nextest::provide(arguments.setup)?;
    let breaks: Vec<_> = all()?
        .into_iter()
        .filter(|one| {
            let only = arguments.only.as_deref();
            only.is_none_or(|part| one.name.contains(part))
        })
        .collect();
    if breaks.is_empty() {
        bail!("no file in {FOLDER} has such a name");
    }
    let mut servers = Vec::new();
    for backend in [Backend::Postgres, Backend::Mariadb] {
        if let Some(server) = backend.server(arguments.setup)? {
            println!("{}: {server}", backend.name());
            servers.push(server);
        }
    }
    let pooler = pgbouncer::provide(arguments.setup)?;
    let bench = Bench {
        tree: program::workspace().join("target/safeguards/tree"),
        servers: &servers,
        pooler,
    };
    let unnoticed = bench.break_all(&breaks);
    let swept = servers.iter().try_for_each(Server::sweep);
    let unnoticed = unnoticed?;
    swept?;
    if !unnoticed.is_empty() {
        bail!("not every named test noticed: {}", unnoticed.join(", "));
    }
    println!("safeguards: each of {} breaks was noticed", breaks.len());
    Ok(())
}

/// Where the breaks are tried.
struct Bench<'s> {
    /// The copy of the workspace.
    tree: PathBuf,
    servers: &'s [Server],
    pooler: (&'static str, PathBuf),
}

impl Bench<'_> {
    /// Returns the tests that passed in spite of the break that they are named for.
    fn break_all(&self, breaks: &[Break]) -> Result<Vec<String>> {
        copy(&self.tree)?;
        // A test that fails without the break has noticed nothing.
        let tests: BTreeSet<_> = breaks.iter().flat_map(|one| &one.tests).collect();
        if self.failed(tests.iter().map(|test| test.as_str()))? {
            bail!("the tests fail before anything is broken");
        }
        let mut unnoticed = Vec::new();
        let mut lines = Vec::new();
        for one in breaks {
            let diff = file(&one.name);
            program::run(git(&self.tree).arg(&diff))?;
            for test in &one.tests {
                let noticed = self.failed([test.as_str()])?;
                let word = if noticed { "noticed" } else { "MISSED" };
                lines.push(format!("{word:7} {:<28} {test}", one.name));
                if !noticed {
                    unnoticed.push(test.clone());
                }
            }
            program::run(git(&self.tree).arg("--reverse").arg(&diff))?;
        }
        println!("{}", lines.join("\n"));
        Ok(unnoticed)
    }

    /// Runs these tests in the copy; true if one failed. A copy that cannot be built is an error.
    fn failed<'t>(&self, tests: impl IntoIterator<Item = &'t str>) -> Result<bool> {
        let names: Vec<_> = tests
            .into_iter()
            .map(|test| format!("test(={test})"))
            .collect();
        let mut command = nextest::of_program("authjs-tests", "integration");
        command
            .args(["-E", &names.join(" or ")])
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", self.tree.with_file_name("target"))
            .envs(self.servers.iter().map(Server::environment))
            .envs([self.pooler.clone()]);
        match program::status(&mut command)?.code() {
            Some(0) => Ok(false),
            Some(SOME_FAILED) => Ok(true),
            _ => bail!("the tests of the copy did not run"),
        }
    }
}

/// For the lint: each diff still fits the code, and the document lists it with its tests.
pub(crate) fn check() -> Result<()> {
    let document = fs::read_to_string(program::workspace().join(DOCUMENT))
        .with_context(|| format!("reading {DOCUMENT}"))?;
    let breaks = checked()?;
    let unlisted: Vec<_> = breaks
        .iter()
        .filter(|one| !is_listed(one, &document))
        .map(|one| one.name.as_str())
        .collect();
    if !unlisted.is_empty() {
        bail!(
            "{DOCUMENT} has no row with the file, the sentence and the tests of {}",
            unlisted.join(", ")
        );
    }
    println!("safeguards: {} diffs fit the code", breaks.len());
    Ok(())
}

fn is_listed(one: &Break, document: &str) -> bool {
    document.lines().any(|line| {
        line.contains(&format!("{}.diff", one.name))
            && line.contains(&one.what)
            && one
                .tests
                .iter()
                .all(|test| line.contains(&format!("`{test}`")))
    })
}

/// All breaks, in the order of their names. An error if one cannot be applied to the workspace.
fn checked() -> Result<Vec<Break>> {
    let breaks = all()?;
    for one in &breaks {
        let mut check = git(program::workspace());
        program::capture(check.arg("--check").arg(file(&one.name)))
            .with_context(|| format!("{FOLDER}/{}.diff does not fit the code", one.name))?;
    }
    Ok(breaks)
}

fn all() -> Result<Vec<Break>> {
    let folder = program::workspace().join(FOLDER);
    let mut breaks = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {FOLDER}"))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|end| end == "diff") {
            let text = fs::read_to_string(&path)?;
            let one = read(&name, &text).with_context(|| format!("{FOLDER}/{name}.diff"))?;
            breaks.push(one);
        }
    }
    breaks.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(breaks)
}

/// Reads the lines before the diff: `Broken: ` and a sentence, `Noticed by: ` and a test.
fn read(name: &str, text: &str) -> Result<Break> {
    let head = text.lines().take_while(|line| !line.starts_with("diff "));
    let mut what = None;
    let mut tests = Vec::new();
    for line in head {
        if let Some(sentence) = line.strip_prefix("Broken: ") {
            what = Some(sentence.to_owned());
        }
        if let Some(test) = line.strip_prefix("Noticed by: ") {
            tests.push(test.to_owned());
        }
    }
    let what = what.context("no line begins with `Broken: `")?;
    if tests.is_empty() {
        bail!("no line begins with `Noticed by: `");
    }
    Ok(Break {
        name: name.to_owned(),
        what,
        tests,
    })
}

fn file(name: &str) -> PathBuf {
    program::workspace()
        .join(FOLDER)
        .join(format!("{name}.diff"))
}

/// `git apply` in this folder, whatever repository it lies in: else files outside of the
/// repository's own folder are passed over without a word.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("apply")
        .current_dir(folder)
        .env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    command
}

/// Makes the folder hold what git knows of the workspace. Files that are the same are left alone,
/// so that only what changed is built again.
fn copy(tree: &Path) -> Result<()> {
    let root = program::workspace();
    let mut list = Command::new("git");
    list.current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let mut copied = BTreeSet::new();
    for name in program::capture(&mut list)?.split_terminator('\0') {
        let (from, to) = (root.join(name), tree.join(name));
        // A file that was deleted and not committed is listed still.
        let Ok(content) = fs::read(&from) else {
            continue;
        };
        if fs::read(&to).map_or(true, |before| before != content) {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&to, content).with_context(|| format!("writing {}", to.display()))?;
        }
        copied.insert(to);
    }
    remove_others(tree, &copied)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Break, checked, is_listed, read};

    #[test]
    fn the_lines_before_the_diff_say_what_is_broken() {
        let text = "Broken: nothing is checked.\nNoticed by: a::b\nNoticed by: c\n\n\
                    diff --git a/x b/x\nBroken: no\n";

        let one = read("01_name", text).unwrap();

        let expected = Break {
            name: "01_name".to_owned(),
            what: "nothing is checked.".to_owned(),
            tests: vec!["a::b".to_owned(), "c".to_owned()],
        };
        assert_eq!(one, expected);
    }

    #[test]
    fn a_break_without_a_test_is_an_error() {
        assert!(read("01_name", "Broken: nothing.\ndiff --git a/x b/x\n").is_err());
    }

    #[test]
    fn a_break_is_listed_with_its_sentence_and_its_tests() {
        let one = Break {
            name: "01_name".to_owned(),
            what: "nothing is checked.".to_owned(),
            tests: vec!["a::b".to_owned()],
        };

        assert!(is_listed(
            &one,
            "| nothing is checked. | [diff](01_name.diff) | `a::b` |"
        ));
        assert!(!is_listed(
            &one,
            "| nothing is checked. | [diff](01_name.diff) | `a::c` |"
        ));
    }

    #[test]
    fn every_break_fits_the_code() {
        let breaks = checked().unwrap();

        assert!(breaks.len() >= 10, "{} breaks", breaks.len());
    }
}
