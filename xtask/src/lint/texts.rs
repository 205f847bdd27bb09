//! What compilers do not read: versions in prose, and words that must not be in the sources.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::program;

/// Folders of what is published.
const PUBLISHED: [&str; 3] = ["crates", "entity", "migration"];

/// sqlx takes SQL that is not a literal only from this wrapper. Our statements need none: the
/// words of a person never become SQL text.
const BANNED: &str = "AssertSqlSafe";

/// The one file that uses it: it hands the driver statements that were rendered with the plan,
/// which elsewhere `SeaORM` does.
const ALLOWED: &str = "crates/authjs-sea-orm/src/connection/mysql.rs";

#[derive(Debug, Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Debug, Deserialize)]
struct Workspace {
    package: Package,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    version: String,
    rust_version: String,
}

pub(super) fn check() -> Result<()> {
    let root = program::workspace();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).context("reading Cargo.toml")?;
    let manifest: Manifest = toml::from_str(&manifest).context("Cargo.toml")?;
    let mut files = vec![root.join("README.md"), root.join("Cargo.toml")];
    for folder in PUBLISHED {
        collect(&root.join(folder), &mut files)?;
    }
    let mut problems = Vec::new();
    for file in &files {
        let text =
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(file).display();
        let is_allowed = file.ends_with(ALLOWED);
        for (number, line) in (1..).zip(text.lines()) {
            if is_allowed && line.contains(BANNED) {
                continue;
            }
            if let Some(problem) = problem(line, &manifest.workspace.package) {
                problems.push(format!("{name}:{number}: {problem}"));
            }
        }
    }
    if !problems.is_empty() {
        bail!("texts:\n  {}", problems.join("\n  "));
    }
    println!("texts: {} files are fine", files.len());
    Ok(())
}

/// Adds the sources and the Markdown files below the folder.
pub(super) fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry
            .with_context(|| format!("reading {}", folder.display()))?
            .path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|end| end == "rs" || end == "md")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn problem(line: &str, package: &Package) -> Option<String> {
    if line.contains(BANNED) {
        return Some(format!("{BANNED} is not used in what we publish"));
    }
    if let Some(version) = required_version(line)
        && !matches(version, &package.version)
    {
        return Some(format!(
            "version {version}, but this is {}",
            package.version
        ));
    }
    let rust = line.split_once("Rust 1.").map(|(_, rest)| version(rest))?;
    let rust = format!("1.{}", rust.trim_end_matches('.'));
    (!matches(&rust, &package.rust_version)).then(|| {
        format!(
            "Rust {rust}, but the workspace needs {}",
            package.rust_version
        )
    })
}

/// The version in a line of a manifest that depends on one of our crates.
fn required_version(line: &str) -> Option<&str> {
    let (name, value) = line.trim_start().split_once(" = ")?;
    let ours = name.starts_with("authjs-") && !name.contains(char::is_whitespace);
    let value = value.strip_prefix("{ version = ").unwrap_or(value);
    let text = value.strip_prefix('"')?;
    ours.then(|| version(text))
}

/// The digits and dots that the text begins with.
fn version(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// True if the version is the whole one or leaves parts at its end out.
fn matches(version: &str, whole: &str) -> bool {
    let mut parts = whole.split('.');
    version.split('.').all(|part| parts.next() == Some(part))
}

#[cfg(test)]
mod tests {
    use super::{Package, problem};

    fn of(line: &str) -> Option<String> {
        problem(
            line,
            &Package {
                version: "0.2.1".to_owned(),
                rust_version: "1.94".to_owned(),
            },
        )
    }

    #[test]
    fn our_version_may_be_shortened_but_not_wrong() {
        assert_eq!(of(r#"authjs-sea-orm = "0.2""#), None);
        assert_eq!(
            of(r#"authjs-sea-orm = { version = "0.2.1", path = "x" }"#),
            None
        );
        assert_eq!(
            of(r#"authjs-sea-orm = "0.1""#).as_deref(),
            Some("version 0.1, but this is 0.2.1")
        );
        assert_eq!(of(r#"sea-orm = "2.0""#), None);
    }

    #[test]
    fn the_rust_version_is_the_one_of_the_workspace() {
        assert_eq!(of("Needs Rust 1.94."), None);
        assert_eq!(
            of("Needs Rust 1.85 or later").as_deref(),
            Some("Rust 1.85, but the workspace needs 1.94")
        );
    }

    #[test]
    fn sql_from_strings_is_found() {
        assert!(of("sqlx::query(AssertSqlSafe(text))").is_some());
    }
}
