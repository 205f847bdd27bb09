//! pgbouncer, before which the adapter must notice that it stands.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::program;
use crate::server::packages::{self, Package};

/// Where the tests look for it.
const VARIABLE: &str = "AUTHJS_TEST_PGBOUNCER";

const PACKAGE: Package = Package {
    apt: "pgbouncer",
    dnf: "pgbouncer",
    apk: "pgbouncer",
    pacman: "pgbouncer",
    brew: "pgbouncer",
};

/// Where packages put it, outside of the `PATH` of an ordinary user.
const FOLDERS: [&str; 4] = [
    "/usr/sbin",
    "/usr/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
];

/// The variable and its value for the tests: what the person named, or the installed program;
/// with `setup` it is installed if it is missing.
pub(crate) fn provide(setup: bool) -> Result<(&'static str, PathBuf)> {
    if let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok((VARIABLE, named.into()));
    }
    if let Some(found) = find() {
        return Ok((VARIABLE, found));
    }
    if setup {
        packages::install(PACKAGE)?;
    }
    let Some(found) = find() else {
        bail!(
            "pgbouncer is not installed: run `cargo xtask test --setup` to install it, or name it \
             in {VARIABLE}"
        );
    };
    Ok((VARIABLE, found))
}

fn find() -> Option<PathBuf> {
    program::find("pgbouncer").or_else(|| {
        FOLDERS
            .iter()
            .map(|folder| Path::new(folder).join("pgbouncer"))
            .find(|file| file.is_file())
    })
}
