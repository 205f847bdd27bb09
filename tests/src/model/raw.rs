//! A database past the adapter: emptied, read, disturbed.

use authjs_adapter::Snapshot;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseBackend, DatabaseConnection,
};
use tokio::task::yield_now;

use crate::{snapshot_mysql, snapshot_postgres, snapshot_sqlite};

/// The tables, children before parents.
const TABLES: [&str; 5] = [
    "DELETE FROM authenticators",
    "DELETE FROM sessions",
    "DELETE FROM accounts",
    "DELETE FROM verification_token",
    "DELETE FROM users",
];

/// Ends one other connection to this database, whatever it is doing.
const TERMINATE: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1";

/// The same on MariaDB; 0 is nobody's.
const KILL: [&str; 2] = [
    "SET @other = (SELECT id FROM information_schema.processlist \
     WHERE db = database() AND id <> connection_id() ORDER BY rand() LIMIT 1)",
    "EXECUTE IMMEDIATE concat('KILL ', ifnull(@other, 0))",
];

/// How long the write lock of SQLite is held: others run so many times meanwhile.
const TURNS: usize = 500;

/// One connection.
#[derive(Debug)]
pub(super) struct Raw(DatabaseConnection);

impl Raw {
    pub(super) async fn connect(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).test_before_acquire(false);
        let connected = Database::connect(options).await;
        Self(connected.expect("the test database can be reached"))
    }

    /// Removes all rows.
    pub(super) async fn clear(&self) {
        for delete in TABLES {
            let deleted = self.0.execute_unprepared(delete).await;
            deleted.expect("the tables are there");
        }
    }

    /// All rows; `None` from a server that we do not know.
    pub(super) async fn snapshot(&self) -> Option<Snapshot> {
        match self.0.get_database_backend() {
            DatabaseBackend::Postgres => {
                let pool = self.0.get_postgres_connection_pool();
                let mut connection = pool.acquire().await.expect("the database can be reached");
                Some(snapshot_postgres(&mut connection).await)
            }
            DatabaseBackend::Sqlite => {
                let pool = self.0.get_sqlite_connection_pool();
                let mut connection = pool.acquire().await.expect("the database can be opened");
                Some(snapshot_sqlite(&mut connection).await)
            }
            DatabaseBackend::MySql => {
                let pool = self.0.get_mysql_connection_pool();
                let mut connection = pool.acquire().await.expect("the database can be reached");
                Some(snapshot_mysql(&mut connection).await)
            }
            _ => None,
        }
    }

    /// Ends somebody's connection, or holds the lock that everybody needs for a while.
    pub(super) async fn disturb(&self) {
        match self.0.get_database_backend() {
            DatabaseBackend::Postgres => self.execute(TERMINATE).await,
            DatabaseBackend::Sqlite => {
                self.execute("BEGIN IMMEDIATE").await;
                for _ in 0..TURNS {
                    yield_now().await;
                }
                self.execute("ROLLBACK").await;
            }
            _ => {
                for sql in KILL {
                    // Whoever is chosen may be gone by then, which is an error here.
                    let _ = self.0.execute_unprepared(sql).await;
                }
            }
        }
    }

    async fn execute(&self, sql: &'static str) {
        let done = self.0.execute_unprepared(sql).await;
        done.expect("the database can be disturbed");
    }
}
