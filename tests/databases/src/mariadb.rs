//! MariaDB: a database per test, made by the statements that show the tables of one that was
//! migrated once.

mod server;
mod template;

use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions as _, MySqlConnection, MySqlPool};

use self::server::Server;
use crate::server::finish;

/// More than any case has callers, and few enough that tests in parallel stay below the
/// server's limit.
const MAX_CONNECTIONS: u32 = 8;

/// A database on the server in `AUTHJS_TEST_MARIADB_URL`, dropped with this value, also when
/// the test panics, or left for the next one if it was lent. What a killed process leaves, the next
/// run removes.
#[derive(Debug)]
pub struct MariadbDatabase {
    server: Server,
    name: String,
    /// True if the next test gets it, emptied.
    is_lent: bool,
    // Holds the lock that says that the database is in use. Field order matters: the lock goes
    // after the database, which `drop` removes.
    _owner: MySqlConnection,
}

impl MariadbDatabase {
    /// A database with the tables, as our migrations make them.
    pub async fn migrated() -> Self {
        Self::on(Server::from_env()).await
    }

    /// As [`migrated`](Self::migrated), on the server with this URL.
    pub async fn migrated_on(url: &str) -> Self {
        Self::on(Server::at(url)).await
    }

    async fn on(server: Server) -> Self {
        let mut owner = server.connect().await;
        // Before there is a database of ours: making the template sweeps the abandoned ones.
        let script = template::script(&server, &mut owner).await;
        let name = server::create(&mut owner).await;
        server::fill(&mut owner, &name, &script).await;
        Self {
            server,
            name,
            is_lent: false,
            _owner: owner,
        }
    }

    /// A database with the tables, as our migrations make them, and without rows; others may have
    /// used it, so that ids do not begin with 1. For tests that change rows and nothing else: it
    /// takes a tenth of the time that making one takes.
    pub async fn lent() -> Self {
        let server = Server::from_env();
        let mut owner = server.connect().await;
        let script = template::script(&server, &mut owner).await;
        let name = server::lend(&mut owner, &script).await;
        Self {
            server,
            name,
            is_lent: true,
            _owner: owner,
        }
    }

    /// A database without tables.
    pub async fn empty() -> Self {
        let server = Server::from_env();
        let mut owner = server.connect().await;
        let name = server::create(&mut owner).await;
        Self {
            server,
            name,
            is_lent: false,
            _owner: owner,
        }
    }

    /// The name of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How an application reaches the database.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url_of(&self.name)
    }

    /// How sqlx reaches the database.
    #[must_use]
    pub fn options(&self) -> MySqlConnectOptions {
        self.server.options_of(&self.name)
    }

    /// A connection of its own to the database.
    pub async fn connect(&self) -> MySqlConnection {
        self.options()
            .connect()
            .await
            .expect("the test database can be reached")
    }

    /// A small pool of connections to the database.
    #[must_use]
    pub fn pool(&self) -> MySqlPool {
        MySqlPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .connect_lazy_with(self.options())
    }
}

impl Drop for MariadbDatabase {
    fn drop(&mut self) {
        if self.is_lent {
            return;
        }
        let dropped = finish(self.server.drop(&self.name));
        // A panic during a panic would hide the failure of the test.
        assert!(
            dropped || std::thread::panicking(),
            "the test database {} could not be dropped",
            self.name
        );
    }
}
