//! Where dependencies come from, under which licence, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use super::policy::{self, Ban, Policy};
use crate::program;

/// What `cargo metadata` says, as far as it is used here.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    /// `None` for a package of this workspace.
    source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

pub(super) fn check() -> Result<()> {
    let json = program::capture(&mut program::cargo([
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ]))?;
    let mut metadata: Metadata = serde_json::from_str(&json).context("cargo metadata")?;
    let built = built()?;
    metadata
        .packages
        .retain(|package| built.contains(&(package.name.clone(), package.version.clone())));
    let manifest = fs::read_to_string(program::workspace().join("Cargo.toml"))
        .context("reading Cargo.toml")?;
    let mut problems = problems(&metadata, &policy::read()?)?;
    problems.extend(without_reason(&manifest));
    if !problems.is_empty() {
        bail!("dependencies:\n  {}", problems.join("\n  "));
    }
    println!(
        "dependencies: licences, bans, sources and reasons of {} packages are fine",
        metadata.packages.len()
    );
    Ok(())
}

/// Name and version of what is really built on some platform. `cargo metadata` lists more: it
/// takes `crate?/feature` for a dependency on an optional crate.
fn built() -> Result<BTreeSet<(String, String)>> {
    let tree = program::capture(&mut program::cargo([
        "tree",
        "--locked",
        "--workspace",
        "--all-features",
        "--target=all",
        "--prefix=none",
        "--format={p}",
    ]))?;
    Ok(tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?;
            let version = words.next()?.strip_prefix('v')?;
            Some((name.to_owned(), version.to_owned()))
        })
        .collect())
}

fn problems(metadata: &Metadata, policy: &Policy) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in &metadata.packages {
        if !licence_is_allowed(package, policy)? {
            let licence = package.license.as_deref().unwrap_or("none");
            problems.push(format!(
                "{}: licence {licence} is not allowed",
                package.name
            ));
        }
        if let Some(source) = &package.source {
            let registry = source.strip_prefix("registry+").unwrap_or(source);
            if !policy
                .sources
                .allow_registry
                .iter()
                .any(|allowed| allowed == registry)
            {
                problems.push(format!("{}: source {source} is not allowed", package.name));
            }
        }
    }
    problems.extend(banned(metadata, policy));
    Ok(problems)
}

fn licence_is_allowed(package: &Package, policy: &Policy) -> Result<bool> {
    let Some(licence) = &package.license else {
        return Ok(false);
    };
    let own = policy
        .licenses
        .exceptions
        .iter()
        .filter(|exception| exception.name == package.name)
        .flat_map(|exception| &exception.allow);
    let allowed = policy
        .licenses
        .allow
        .iter()
        .chain(own)
        .map(|text| Licensee::parse(text).with_context(|| format!("deny.toml: licence {text}")))
        .collect::<Result<Vec<_>>>()?;
    // Old manifests separate alternatives with a slash.
    let expression = Expression::parse_mode(licence, ParseMode::LAX)
        .with_context(|| format!("{}: licence {licence}", package.name))?;
    Ok(expression.evaluate(|requirement| {
        allowed
            .iter()
            .any(|licensee| licensee.satisfies(requirement))
    }))
}

/// Each package that uses a banned crate without being one of its wrappers.
fn banned(metadata: &Metadata, policy: &Policy) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    let mut problems = Vec::new();
    for node in &metadata.resolve.nodes {
        // What is not built has no name here: it uses nothing and nobody uses it.
        let Some(parent) = names.get(node.id.as_str()) else {
            continue;
        };
        let children = node.dependencies.iter();
        for child in children.filter_map(|id| names.get(id.as_str())) {
            let is_banned = |ban: &Ban| {
                ban.name == *child && !ban.wrappers.iter().any(|wrapper| wrapper == parent)
            };
            if policy.bans.deny.iter().any(is_banned) {
                problems.push(format!("{child} is banned and used by {parent}"));
            }
        }
    }
    problems
}

/// Dependencies of the workspace without a comment above them that gives the reason. One
/// comment serves a block of our own crates.
fn without_reason(manifest: &str) -> Vec<String> {
    let section = manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let mut has_reason = false;
    let mut problems = Vec::new();
    for line in section {
        if line.starts_with('#') {
            has_reason = true;
        } else if let Some((name, value)) = line.split_once(" = ") {
            if !has_reason {
                problems.push(format!("Cargo.toml: {name} stands there without a reason"));
            }
            has_reason = value.contains("path = ");
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{Metadata, problems, without_reason};
    use crate::lint::policy::Policy;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0 WITH LLVM-exception"]
        [bans]
        deny = [{ crate = "rsa" }, { crate = "openssl-sys", wrappers = ["native-tls"] }]
        [sources]
        allow-registry = ["https://example.com/index"]
    "#;

    fn found(packages: &str, nodes: &str) -> Vec<String> {
        let policy: Policy = toml::from_str(POLICY).unwrap();
        let json = format!(r#"{{"packages": [{packages}], "resolve": {{"nodes": [{nodes}]}}}}"#);
        let metadata: Metadata = serde_json::from_str(&json).unwrap();
        problems(&metadata, &policy).unwrap()
    }

    fn package(name: &str, license: &str, source: &str) -> String {
        format!(
            r#"{{"id": "{name}", "name": "{name}", "version": "1.0.0", "license": "{license}",
                "source": "{source}"}}"#
        )
    }

    const REGISTRY: &str = "registry+https://example.com/index";

    #[test]
    fn one_allowed_alternative_is_enough() {
        let packages = [
            package("a", "MIT/Apache-2.0", REGISTRY),
            package("b", "Apache-2.0 WITH LLVM-exception OR GPL-3.0", REGISTRY),
        ];

        assert_eq!(found(&packages.join(","), ""), Vec::<String>::new());
    }

    #[test]
    fn every_required_licence_must_be_allowed() {
        let package = package("a", "MIT AND GPL-3.0", REGISTRY);

        assert_eq!(
            found(&package, ""),
            ["a: licence MIT AND GPL-3.0 is not allowed"]
        );
    }

    #[test]
    fn a_git_source_is_not_allowed() {
        let package = package("a", "MIT", "git+https://example.com/a");

        assert_eq!(
            found(&package, ""),
            ["a: source git+https://example.com/a is not allowed"]
        );
    }

    #[test]
    fn a_banned_crate_is_reported_with_its_user_but_not_with_its_wrapper() {
        let packages = ["rsa", "openssl-sys", "native-tls", "user"]
            .map(|name| package(name, "MIT", REGISTRY))
            .join(",");
        let nodes = r#"{"id": "user", "dependencies": ["rsa", "openssl-sys"]},
            {"id": "native-tls", "dependencies": ["openssl-sys"]}"#;

        assert_eq!(
            found(&packages, nodes),
            [
                "rsa is banned and used by user",
                "openssl-sys is banned and used by user"
            ]
        );
    }

    #[test]
    fn each_dependency_needs_its_own_reason() {
        let manifest = "[workspace.dependencies]\n# Ours.\na = { path = \"a\" }\n\
            b = { path = \"b\" }\n\n# Why.\nc = \"1\"\nd = \"1\"\n\n[profile.dev]\ne = 1\n";

        assert_eq!(
            without_reason(manifest),
            ["Cargo.toml: d stands there without a reason"]
        );
    }
}
