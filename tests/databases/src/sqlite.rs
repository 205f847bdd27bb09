//! SQLite: a file per test, in a folder of its own.

use std::path::PathBuf;

use sea_orm::SqlxSqliteConnector;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// As many as the adapter's own pools have.
const MAX_CONNECTIONS: u32 = 4;

/// A database in a temporary folder, removed with this value, also when the test panics.
#[derive(Debug)]
pub struct SqliteDatabase {
    folder: TempDir,
}

impl SqliteDatabase {
    /// A database with the tables, as our migrations make them.
    pub async fn migrated() -> Self {
        let database = Self::empty();
        let pool = database.pool();
        let db = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
        authjs_migration::up(&db)
            .await
            .expect("the test database can be migrated");
        pool.close().await;
        database
    }

    /// The same, from a file that was migrated once for the process.
    pub async fn lent() -> Self {
        static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
        let read = || async {
            let template = Self::migrated().await;
            std::fs::read(template.file()).expect("nobody has it open")
        };
        let bytes = MIGRATED.get_or_init(read).await;
        let database = Self::empty();
        std::fs::write(database.file(), bytes).expect("the folder is ours");
        database
    }

    /// A database without tables.
    #[must_use]
    pub fn empty() -> Self {
        let folder = TempDir::with_prefix("authjs-test-").expect("a temporary folder can be made");
        Self { folder }
    }

    /// How an application reaches the database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.file().display())
    }

    /// A connection of its own to the database.
    pub async fn connect(&self) -> SqliteConnection {
        self.options()
            .connect()
            .await
            .expect("the test database can be opened")
    }

    /// A small pool of connections to the database.
    #[must_use]
    pub fn pool(&self) -> SqlitePool {
        SqlitePoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .connect_lazy_with(self.options())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("authjs.db")
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(self.file())
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
    }
}
