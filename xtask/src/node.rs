//! Node, which runs the published adapter that ours is compared with.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::program;
use crate::server::packages::{self, Package};

/// Debian's `nodejs` comes without npm.
const PACKAGES: [Package; 2] = [
    Package {
        apt: "nodejs",
        dnf: "nodejs",
        apk: "nodejs",
        pacman: "nodejs",
        brew: "node",
    },
    Package {
        apt: "npm",
        dnf: "npm",
        apk: "npm",
        pacman: "npm",
        brew: "node",
    },
];

/// Node and npm of this machine; with `setup` they are installed if they are missing.
#[derive(Debug)]
pub(crate) struct Node {
    node: PathBuf,
    npm: PathBuf,
}

impl Node {
    pub(crate) fn provide(setup: bool) -> Result<Self> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if setup {
            for package in PACKAGES {
                packages::install(package)?;
            }
        }
        let Some(found) = Self::find() else {
            bail!(
                "Node and npm are not installed: run `cargo xtask torture --setup`, which installs \
                 them, or `cargo xtask torture --no-original` to leave the published adapter out"
            );
        };
        Ok(found)
    }

    /// Installs exactly the packages of the lock file in `folder`.
    pub(crate) fn install(&self, folder: &Path) -> Result<()> {
        let mut command = Command::new(&self.npm);
        command
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(folder);
        program::run(&mut command)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.node
    }

    fn find() -> Option<Self> {
        Some(Self {
            node: program::find("node")?,
            npm: program::find("npm")?,
        })
    }
}
