//! Who runs a throw-away server: database servers refuse to run as root.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

/// The account that a server and its files belong to, where that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    /// `None` if the server may run as ourselves; for root the first of these accounts that
    /// exists.
    pub(crate) fn for_server(accounts: &[&str]) -> Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        let passwd = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        accounts
            .iter()
            .find_map(|account| Self::find(&passwd, account))
            .map(Some)
            .with_context(|| {
                format!(
                    "a database server does not run as root, and none of the accounts {} exists",
                    accounts.join(", ")
                )
            })
    }

    /// The account with this name in the text of `/etc/passwd`.
    fn find(passwd: &str, account: &str) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            (name == account).then_some(Self { uid, gid })
        })
    }

    /// Makes the account the owner of a folder.
    #[cfg(unix)]
    pub(crate) fn take(self, folder: &Path) -> Result<()> {
        std::os::unix::fs::chown(folder, Some(self.uid), Some(self.gid))
            .with_context(|| format!("giving {} to the server", folder.display()))
    }

    #[cfg(not(unix))]
    pub(crate) fn take(self, _folder: &Path) -> Result<()> {
        Ok(())
    }

    /// Makes the command run as the account, without our other groups.
    #[cfg(unix)]
    pub(crate) fn run(self, command: &mut Command) {
        use std::os::unix::process::CommandExt as _;

        command.uid(self.uid).gid(self.gid);
    }

    #[cfg(not(unix))]
    pub(crate) fn run(self, _command: &mut Command) {}
}

/// True if we are root: then a new temporary file belongs to root.
#[must_use]
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;

    tempfile::tempfile()
        .and_then(|file| file.metadata())
        .is_ok_and(|metadata| metadata.uid() == 0)
}

/// True if we are root: nobody is here.
#[must_use]
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::Owner;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        postgres:x:105:112:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let owner = Owner { uid: 105, gid: 112 };

        assert_eq!(Owner::find(PASSWD, "postgres"), Some(owner));
        assert_eq!(Owner::find(PASSWD, "post"), None);
    }
}
