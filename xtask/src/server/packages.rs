//! Installing what is missing from the distribution's packages.

use std::process::Command;

use anyhow::{Result, bail};

use crate::program;

/// The name of one thing in the packages of each package manager.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) apt: &'static str,
    pub(crate) dnf: &'static str,
    pub(crate) apk: &'static str,
    pub(crate) pacman: &'static str,
    pub(crate) brew: &'static str,
}

/// Installs the package with the first package manager in `PATH`, saying so on one line.
pub(crate) fn install(package: Package) -> Result<()> {
    let choices: [(&str, &[&str], &str); 5] = [
        (
            "apt-get",
            &["install", "-y", "--no-install-recommends"],
            package.apt,
        ),
        ("dnf", &["install", "-y"], package.dnf),
        ("apk", &["add"], package.apk),
        ("pacman", &["-S", "--noconfirm", "--needed"], package.pacman),
        ("brew", &["install"], package.brew),
    ];
    let Some((manager, arguments, name)) = choices
        .into_iter()
        .find(|(manager, ..)| program::find(manager).is_some())
    else {
        bail!(
            "no package manager that xtask knows is installed: install {} yourself",
            package.apt
        );
    };
    println!("setup: installing {name} with {manager}");
    if manager == "apt-get" {
        // A fresh container has no package lists at all.
        program::run(privileged(manager).args(["update", "--quiet"]))?;
    }
    program::run(privileged(manager).args(arguments).arg(name))
}

/// The package manager, through `sudo` where that is the way to become root.
fn privileged(manager: &str) -> Command {
    let needs_sudo =
        manager != "brew" && !authjs_test_servers::is_root() && program::find("sudo").is_some();
    let mut command = Command::new(if needs_sudo { "sudo" } else { manager });
    if needs_sudo {
        command.arg(manager);
    }
    // Nothing may wait for an answer on the terminal.
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
