//! PostgreSQL: a database per test, cloned from one that was migrated once.

mod server;
mod template;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection, PgPool};

use self::server::Server;

/// More than any case has callers, and few enough that tests in parallel stay below the
/// server's limit.
const MAX_CONNECTIONS: u32 = 8;

/// A database on the server in `AUTHJS_TEST_POSTGRES_URL`, dropped with this value, also when
/// the test panics. What a killed process leaves, the next run removes.
#[derive(Debug)]
pub struct PostgresDatabase {
    server: Server,
    name: String,
    // Holds the lock that says that the database is in use. Field order matters: the lock goes
    // after the database, which `drop` removes.
    _owner: PgConnection,
}

impl PostgresDatabase {
    /// A database with the tables, as our migrations make them.
    pub async fn migrated() -> Self {
        let server = Server::from_env();
        let mut owner = server.connect().await;
        let template = template::acquire(&server, &mut owner).await;
        let name = server::create(&mut owner, &template).await;
        template::release(&mut owner, &template).await;
        Self {
            server,
            name,
            _owner: owner,
        }
    }

    /// A database without tables.
    pub async fn empty() -> Self {
        let server = Server::from_env();
        let mut owner = server.connect().await;
        let name = server::create(&mut owner, "template0").await;
        Self {
            server,
            name,
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
    pub fn options(&self) -> PgConnectOptions {
        self.server.options_of(&self.name)
    }

    /// A connection of its own to the database.
    pub async fn connect(&self) -> PgConnection {
        self.options()
            .connect()
            .await
            .expect("the test database can be reached")
    }

    /// A small pool of connections to the database.
    #[must_use]
    pub fn pool(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .connect_lazy_with(self.options())
    }
}

impl Drop for PostgresDatabase {
    /// Works on a thread of its own: the runtime of the test may be ending.
    fn drop(&mut self) {
        let dropped = std::thread::scope(|scope| {
            scope
                .spawn(|| server::block_on(self.server.drop(&self.name)))
                .join()
        });
        // A panic during a panic would hide the failure of the test.
        assert!(
            dropped.is_ok() || std::thread::panicking(),
            "the test database {} could not be dropped",
            self.name
        );
    }
}
