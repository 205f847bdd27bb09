//! A PostgreSQL server of our own, from installed binaries, for one run.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::ServerOptions;
use crate::owner::Owner;
use crate::program::{self, free_port};
use crate::server::{DatabaseServer, Signal, Stop, signal};

/// Accounts that run the server where we are root.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// What makes a server; all in one folder.
const BINARIES: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Folders below which packages put the binaries, outside of `PATH`: `VERSION/bin` in the
/// first kind, `bin` of `postgresql*` in the second.
const VERSIONED: [&str; 2] = ["/usr/lib/postgresql", "/opt/local/lib"];
const PREFIXED: [&str; 4] = [
    "/usr",
    "/usr/libexec",
    "/opt/homebrew/opt",
    "/usr/local/opt",
];

/// Nothing of the data outlives the run, so that nothing needs to reach the disk.
const QUICK: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";

const SETTINGS: &str =
    "-c max_connections=200 -c unix_socket_directories='' -c listen_addresses=127.0.0.1";

/// Processes of a server that was killed end on their own, and keep a new one from starting
/// until then: how often, and how many times, it is tried.
const PAUSE: Duration = Duration::from_millis(100);
const TRIES: u32 = 100;

/// A server on a free loopback port with its data in a temporary folder.
#[derive(Debug)]
pub struct PostgresServer {
    binaries: PathBuf,
    folder: TempDir,
    owner: Option<Owner>,
    port: u16,
    options: ServerOptions,
}

impl PostgresServer {
    /// The folder with the binaries of the newest installed server.
    #[must_use]
    pub fn binaries() -> Option<PathBuf> {
        let on_path = program::find("initdb").and_then(|file| Some(file.parent()?.to_owned()));
        on_path
            .into_iter()
            .chain(installed())
            .find(|folder| BINARIES.iter().all(|name| folder.join(name).is_file()))
    }

    /// Makes an empty cluster and starts it. Loopback clients need no password while it runs.
    ///
    /// # Errors
    /// It does not start; what it said is in the error.
    pub fn start(binaries: &Path, options: ServerOptions) -> Result<Self> {
        let folder = TempDir::with_prefix("authjs-postgres-")
            .context("no temporary folder for a PostgreSQL server")?;
        let owner = Owner::for_server(&ACCOUNTS)?;
        if let Some(owner) = owner {
            owner.take(folder.path())?;
        }
        let server = Self {
            binaries: binaries.to_owned(),
            folder,
            owner,
            port: free_port()?,
            options,
        };
        program::capture(
            server
                .command("initdb")
                .arg("--pgdata")
                .arg(server.data())
                .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
                .args(["--no-locale", "--no-sync", "--no-instructions"]),
        )
        .context("no PostgreSQL cluster could be made")?;
        server.control_start()?;
        Ok(server)
    }

    fn control_start(&self) -> Result<()> {
        let log = self.folder.path().join("log");
        let mut options = format!("{SETTINGS} -c port={}", self.port);
        if !self.options.is_durable {
            options = format!("{QUICK} {options}");
        }
        for setting in &self.options.settings {
            options = format!("{options} -c {setting}");
        }
        let mut start = self.control("start");
        start.arg("--log").arg(&log).arg("--options").arg(options);
        program::capture(start.arg("--wait"))
            .map(drop)
            .with_context(|| {
                let said = fs::read_to_string(&log).unwrap_or_default();
                format!(
                    "a throw-away PostgreSQL server did not start: {}",
                    said.trim()
                )
            })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, action: &str) -> Command {
        let mut command = self.command("pg_ctl");
        command.arg(action).arg("--pgdata").arg(self.data());
        command
    }

    fn command(&self, binary: &str) -> Command {
        let mut command = Command::new(self.binaries.join(binary));
        // The account may not be allowed to enter our own folder.
        command.current_dir(self.folder.path());
        if let Some(owner) = self.owner {
            owner.run(&mut command);
        }
        command
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if !self.data().join("postmaster.pid").exists() {
            return;
        }
        // One that stands still would not hear that it has to end.
        if let Ok(pid) = self.pid() {
            let _ = signal(pid, Signal::Thaw);
        }
        if let Err(error) = program::capture(self.control("stop").args(["--mode", "immediate"])) {
            eprintln!("the throw-away PostgreSQL server is still there: {error:#}");
        }
    }
}

impl DatabaseServer for PostgresServer {
    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn pid(&self) -> Result<u32> {
        let file = self.data().join("postmaster.pid");
        let text = fs::read_to_string(file).context("the server does not run")?;
        let pid = text.lines().next().unwrap_or_default();
        pid.parse().context("the server has no process id")
    }

    fn stop(&self, how: Stop) -> Result<()> {
        match how {
            Stop::Fast => {
                program::capture(self.control("stop").args(["--mode", "fast", "--wait"])).map(drop)
            }
            Stop::Kill => signal(self.pid()?, Signal::Kill),
        }
    }

    fn start_again(&self) -> Result<()> {
        for _ in 1..TRIES {
            if self.control_start().is_ok() {
                return Ok(());
            }
            (self.options.go_on)()?;
            std::thread::sleep(PAUSE);
        }
        self.control_start()
    }
}

impl fmt::Display for PostgresServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on port {}", self.binaries.display(), self.port)
    }
}

/// Folders of packages that may hold the binaries, newest version first.
fn installed() -> Vec<PathBuf> {
    let versioned = VERSIONED.iter().flat_map(|folder| below(folder, ""));
    let prefixed = PREFIXED
        .iter()
        .flat_map(|folder| below(folder, "postgresql").chain(below(folder, "pgsql")));
    let mut folders: Vec<_> = versioned.chain(prefixed).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders
        .into_iter()
        // Alpine has no folder `bin` below `postgresql17`.
        .flat_map(|folder| [folder.join("bin"), folder])
        .collect()
}

fn below(folder: &str, prefix: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
}

/// The number in the last part of the path: 15 in `/usr/lib/postgresql/15`.
fn version(folder: &Path) -> u32 {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::version;

    #[test]
    fn the_version_of_a_package_is_in_the_name_of_its_folder() {
        assert_eq!(version(Path::new("/usr/lib/postgresql/15")), 15);
        assert_eq!(version(Path::new("/usr/local/opt/postgresql@17")), 17);
        assert_eq!(version(Path::new("/usr/pgsql-16")), 16);
        assert_eq!(version(Path::new("/usr/postgresql")), 0);
    }
}
