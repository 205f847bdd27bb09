//! `deny.toml`, as far as these checks read it. cargo-deny reads the whole.

use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::program;

#[derive(Debug, Deserialize)]
pub(super) struct Policy {
    pub(super) licenses: Licenses,
    pub(super) bans: Bans,
    pub(super) sources: Sources,
}

#[derive(Debug, Deserialize)]
pub(super) struct Licenses {
    /// SPDX licences, some `WITH` an exception.
    pub(super) allow: Vec<String>,
    /// Crates with licences of their own.
    #[serde(default)]
    pub(super) exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Exception {
    #[serde(rename = "crate")]
    pub(super) name: String,
    pub(super) allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Bans {
    pub(super) deny: Vec<Ban>,
}

/// A crate that must not be used, but by its wrappers.
#[derive(Debug, Deserialize)]
pub(super) struct Ban {
    #[serde(rename = "crate")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Sources {
    pub(super) allow_registry: Vec<String>,
}

pub(super) fn read() -> Result<Policy> {
    let text =
        fs::read_to_string(program::workspace().join("deny.toml")).context("reading deny.toml")?;
    toml::from_str(&text).context("deny.toml")
}
