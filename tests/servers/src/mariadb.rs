//! A MariaDB server of our own, from installed binaries, for one run.

use std::fmt;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::ServerOptions;
use crate::owner::Owner;
use crate::program::{self, free_port};
use crate::server::{DatabaseServer, Signal, Stop, signal};

/// Accounts that run the server where we are root.
const ACCOUNTS: [&str; 2] = ["mysql", "nobody"];

/// Where packages put the binaries, outside of `PATH`.
const FOLDERS: [&str; 6] = [
    "/usr/sbin",
    "/usr/bin",
    "/usr/libexec",
    "/usr/local/bin",
    "/opt/homebrew/opt/mariadb/bin",
    "/usr/local/opt/mariadb/bin",
];

/// A folder in memory. A test makes seven tables, and each is several waits for a disk.
const MEMORY: &str = "/dev/shm";
/// What must be free there, in KiB.
const ENOUGH: u64 = 1024 * 1024;

/// Nothing of the data outlives the run, so that nothing needs to reach the disk.
const QUICK: [&str; 3] = [
    "--sync-frm=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
];

const SETTINGS: [&str; 6] = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=128M",
    "--performance-schema=OFF",
    "--max-connections=200",
];

/// How often, and how many times, the server is asked whether it is there: for a minute.
const PAUSE: Duration = Duration::from_millis(100);
const QUESTIONS: u32 = 600;

/// What makes a server and what is one.
#[derive(Debug)]
pub struct MariadbBinaries {
    install: PathBuf,
    server: PathBuf,
}

impl MariadbBinaries {
    /// Those of the installed server.
    #[must_use]
    pub fn find() -> Option<Self> {
        let find = |name: &str| {
            let packaged = FOLDERS.iter().map(|folder| Path::new(folder).join(name));
            program::find(name).or_else(|| packaged.into_iter().find(|file| file.is_file()))
        };
        Some(Self {
            install: find("mariadb-install-db")?,
            server: find("mariadbd")?,
        })
    }
}

/// A server on a free loopback port with its data in a temporary folder.
#[derive(Debug)]
pub struct MariadbServer {
    binaries: MariadbBinaries,
    folder: TempDir,
    port: u16,
    owner: Option<Owner>,
    options: ServerOptions,
    child: Mutex<Option<Child>>,
}

impl MariadbServer {
    /// Makes an empty server and starts it. Its root needs no password while it runs.
    ///
    /// # Errors
    /// It does not start; what it said is in the error.
    pub fn start(binaries: MariadbBinaries, options: ServerOptions) -> Result<Self> {
        let folder = folder()?;
        let owner = Owner::for_server(&ACCOUNTS)?;
        if let Some(owner) = owner {
            owner.take(folder.path())?;
        }
        let server = Self {
            binaries,
            folder,
            port: free_port()?,
            owner,
            options,
            child: Mutex::new(None),
        };
        program::capture(
            server
                .command(&server.binaries.install)
                .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
                .arg("--skip-name-resolve"),
        )
        .context("no MariaDB data folder could be made")?;
        server.start_again()?;
        Ok(server)
    }

    fn spawn(&self, log: &Path) -> Result<Child> {
        let output = fs::File::options()
            .create(true)
            .append(true)
            .open(log)
            .context("no log for a MariaDB server")?;
        let mut command = self.command(&self.binaries.server);
        if !self.options.is_durable {
            command.args(QUICK);
        }
        command
            .args(SETTINGS)
            .arg(format!("--port={}", self.port))
            .arg(path_argument("socket", &self.folder.path().join("s")))
            .arg(path_argument("pid-file", &self.folder.path().join("pid")))
            .args(self.options.settings.iter().map(|set| format!("--{set}")))
            .stdin(Stdio::null())
            .stdout(output.try_clone().context("no log for a MariaDB server")?)
            .stderr(output);
        alone(&mut command);
        command
            .spawn()
            .context("a throw-away MariaDB server cannot be started")
    }

    /// Until the server listens, which it does when it is ready.
    fn wait(&self) -> Result<()> {
        for _ in 0..QUESTIONS {
            (self.options.go_on)()?;
            let mut child = self.child();
            if let Some(status) = match child.as_mut() {
                Some(child) => child.try_wait().context("waiting for the server")?,
                None => None,
            } {
                *child = None;
                bail!("it ended ({status})");
            }
            drop(child);
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("it does not listen on port {}", self.port)
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        // What is configured on this machine is for the machine's own server. The account may not
        // be allowed to enter our own folder.
        command
            .arg("--no-defaults")
            .arg(path_argument("datadir", &self.folder.path().join("data")))
            .current_dir(self.folder.path());
        if let Some(owner) = self.owner {
            owner.run(&mut command);
        }
        command
    }
}

impl Drop for MariadbServer {
    fn drop(&mut self) {
        let Some(mut child) = self.child().take() else {
            return;
        };
        if let Err(error) = child.kill().and_then(|()| child.wait()) {
            eprintln!("the throw-away MariaDB server is still there: {error}");
        }
    }
}

impl DatabaseServer for MariadbServer {
    fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/?ssl-mode=disabled", self.port)
    }

    fn pid(&self) -> Result<u32> {
        let child = self.child();
        child
            .as_ref()
            .map(Child::id)
            .context("the server does not run")
    }

    fn stop(&self, how: Stop) -> Result<()> {
        let taken = self.child().take();
        let mut child = taken.context("the server does not run")?;
        let sent = signal(
            child.id(),
            match how {
                Stop::Fast => Signal::Terminate,
                Stop::Kill => Signal::Kill,
            },
        );
        sent.and_then(|()| child.wait().map(drop).context("waiting for the server"))
    }

    fn start_again(&self) -> Result<()> {
        let log = self.folder.path().join("log");
        let child = self.spawn(&log)?;
        *self.child() = Some(child);
        self.wait().with_context(|| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            format!("a throw-away MariaDB server did not start: {}", said.trim())
        })
    }
}

impl fmt::Display for MariadbServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = self.binaries.server.display();
        write!(f, "{server} on port {}", self.port)
    }
}

/// In memory where there is enough of it, else where temporary files are.
fn folder() -> Result<TempDir> {
    const PREFIX: &str = "authjs-mariadb-";

    let in_memory = if free_in_memory() >= ENOUGH {
        TempDir::with_prefix_in(PREFIX, MEMORY).ok()
    } else {
        None
    };
    match in_memory {
        Some(folder) => Ok(folder),
        None => TempDir::with_prefix(PREFIX),
    }
    .context("no temporary folder for a MariaDB server")
}

/// In KiB; 0 if there is no such folder.
fn free_in_memory() -> u64 {
    program::capture(Command::new("df").args(["-Pk", MEMORY]))
        .ok()
        .and_then(|text| available(&text))
        .unwrap_or(0)
}

/// The fourth number of what `df -Pk` writes about one folder.
fn available(text: &str) -> Option<u64> {
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn path_argument(name: &str, path: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(format!("--{name}="));
    argument.push(path);
    argument
}

/// Keeps the terminal's Ctrl-C from the server, which is stopped after the tests.
#[cfg(unix)]
fn alone(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;

    command.process_group(0);
}

#[cfg(not(unix))]
fn alone(_command: &mut Command) {}

#[cfg(test)]
mod tests {
    use super::available;

    #[test]
    fn what_is_available_stands_behind_what_is_used() {
        let text = "Filesystem     1024-blocks  Used Available Capacity Mounted on\n\
            tmpfs             24684092  1052  24683040       1% /dev/shm\n";

        assert_eq!(available(text), Some(24_683_040));
        assert_eq!(available(""), None);
    }
}
