//! A pooler before a test database.

use std::fmt::Write as _;
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::PostgresDatabase;

const VARIABLE: &str = "AUTHJS_TEST_PGBOUNCER";

/// Its configuration, in its folder.
const FILE: &str = "pgbouncer.ini";
/// Far more than it takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A pgbouncer of its own, ended with this value.
#[derive(Debug)]
pub struct PgBouncer {
    process: Mutex<Child>,
    port: u16,
    database: String,
    user: String,
    folder: TempDir,
}

impl PgBouncer {
    /// Before this database, with these lines beside the necessary ones.
    pub async fn before(database: &PostgresDatabase, settings: &[&str]) -> Self {
        let folder = TempDir::with_prefix("authjs-test-").expect("a temporary folder can be made");
        let path = folder.path();
        // The program gives the rights of root up, and reads the file then.
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).expect("it is ours");
        let port = free_port();
        let user = database.options().get_username().to_owned();
        std::fs::write(path.join(FILE), configuration(database, port, settings))
            .expect("it is ours");
        let pooler = Self {
            process: Mutex::new(start(path)),
            port,
            database: database.name().to_owned(),
            user,
            folder,
        };
        pooler.until_it_listens().await;
        pooler
    }

    /// How an application reaches the database through here.
    #[must_use]
    pub fn url(&self) -> String {
        let Self {
            port,
            database,
            user,
            ..
        } = self;
        format!("postgres://{user}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// Kills it, and starts it again after so much time.
    pub async fn crash(&self, lasting: Duration) {
        self.end().expect("pgbouncer can be ended");
        tokio::time::sleep(lasting).await;
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = start(self.folder.path());
        self.until_it_listens().await;
    }

    /// The port that it listens on, on this machine.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    fn end(&self) -> std::io::Result<()> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        process.kill().and_then(|()| process.wait()).map(drop)
    }

    async fn until_it_listens(&self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            assert!(start.elapsed() < PATIENCE, "pgbouncer does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let is_ended = self.end().is_ok();
        // A panic during a panic would hide the failure of the test.
        assert!(
            is_ended || std::thread::panicking(),
            "pgbouncer cannot be ended"
        );
    }
}

/// Starts the program with the file in this folder.
fn start(folder: &Path) -> Child {
    let mut command = Command::new(binary());
    if std::fs::metadata(folder).expect("it is there").uid() == 0 {
        command.args(["-u", "nobody"]);
    }
    command
        .arg("-q")
        .arg(folder.join(FILE))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("pgbouncer can be started")
}

/// The program in the variable, or on the path, where that of an account of the system is not
/// always found.
fn binary() -> PathBuf {
    if let Some(binary) = std::env::var_os(VARIABLE) {
        return binary.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    let mut binaries = folders.map(|folder| folder.join("pgbouncer"));
    let Some(binary) = binaries.find(|binary| binary.is_file()) else {
        panic!("pgbouncer is not installed: install the package `pgbouncer`, or set {VARIABLE}");
    };
    binary
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn configuration(database: &PostgresDatabase, port: u16, settings: &[&str]) -> String {
    let options = database.options();
    let socket = options
        .get_socket()
        .map(|folder| folder.display().to_string());
    let host = socket.unwrap_or_else(|| options.get_host().to_owned());
    let mut text = format!(
        "[databases]\n{} = host={host} port={} user={}",
        database.name(),
        options.get_port(),
        options.get_username()
    );
    if let Some(password) = database.password() {
        let _ = write!(text, " password={password}");
    }
    let _ = write!(
        text,
        "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = any\n"
    );
    for line in settings {
        let _ = writeln!(text, "{line}");
    }
    text
}
