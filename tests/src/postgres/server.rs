//! The server, and the databases on it.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};

const VARIABLE: &str = "AUTHJS_TEST_POSTGRES_URL";

/// The first key of the advisory locks on databases in use; the second is the hash of the
/// name. `abandoned.sql` takes the same locks.
pub(super) const LOCK_CLASS: i32 = 20_200_101;

/// What the name of every test database begins with.
pub(super) const PREFIX: &str = "authjs_test_";

/// `duplicate_database`: another process of the same id, on another machine, has the name.
const TAKEN: &str = "42P04";

/// Makes the names of this process different.
static COUNTER: AtomicU32 = AtomicU32::new(1);

#[derive(Clone, Debug)]
pub(super) struct Server {
    url: String,
}

impl Server {
    pub(super) fn from_env() -> Self {
        let Ok(url) = std::env::var(VARIABLE) else {
            panic!(
                "{VARIABLE} is not set: run the tests with `cargo xtask test`, which finds or starts a server"
            );
        };
        Self { url }
    }

    /// A connection to the database in the URL, from which others are made.
    pub(super) async fn connect(&self) -> PgConnection {
        self.options()
            .connect()
            .await
            .expect("the server in AUTHJS_TEST_POSTGRES_URL can be reached")
    }

    pub(super) fn options_of(&self, database: &str) -> PgConnectOptions {
        self.options().database(database)
    }

    /// The URL of the server with the database replaced.
    pub(super) fn url_of(&self, database: &str) -> String {
        let (rest, query) = match self.url.split_once('?') {
            Some((rest, query)) => (rest, format!("?{query}")),
            None => (self.url.as_str(), String::new()),
        };
        let (scheme, place) = rest.split_once("://").expect("a URL");
        let authority = place.split('/').next().unwrap_or(place);
        format!("{scheme}://{authority}/{database}{query}")
    }

    /// Drops the database, whoever is connected to it.
    pub(super) async fn drop(&self, database: &str) {
        let mut connection = self.connect().await;
        drop_database(&mut connection, database).await;
        connection.close().await.expect("the server answers");
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.url).expect("AUTHJS_TEST_POSTGRES_URL is a PostgreSQL URL")
    }
}

/// Makes a database that `owner` has the lock on, and returns its name.
pub(super) async fn create(owner: &mut PgConnection, template: &str) -> String {
    let strategy = strategy(owner);
    loop {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{number}", std::process::id());
        if !try_lock(owner, &name).await {
            continue;
        }
        let create = format!(r#"CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}"#);
        match execute(owner, create).await {
            Ok(()) => return name,
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(TAKEN) => {}
            Err(error) => panic!("the test database {name} cannot be made: {error}"),
        }
    }
}

/// Copying files takes a third of the time that writing every page to the log takes, which is
/// the default since there is a choice.
fn strategy(connection: &PgConnection) -> &'static str {
    let has_choice = connection
        .server_version_num()
        .is_some_and(|version| version >= 150_000);
    if has_choice {
        " STRATEGY FILE_COPY"
    } else {
        ""
    }
}

/// Drops the test databases that no process uses any more, all but the templates.
pub(super) async fn sweep(connection: &mut PgConnection) {
    let abandoned: Vec<String> = sqlx::query_scalar(include_str!("abandoned.sql"))
        .fetch_all(&mut *connection)
        .await
        .expect("abandoned test databases can be listed");
    for name in abandoned {
        if !name.starts_with(super::template::PREFIX) {
            drop_database(connection, &name).await;
        }
        unlock(connection, &name).await;
    }
}

pub(super) async fn drop_database(connection: &mut PgConnection, name: &str) {
    execute(
        connection,
        format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#),
    )
    .await
    .expect("a test database can be dropped");
}

/// Runs a statement that takes no parameters, which those on databases never do.
pub(super) async fn execute(connection: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(sql)).await.map(|_| ())
}

async fn try_lock(connection: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1, hashtext($2))")
        .bind(LOCK_CLASS)
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the server answers")
}

pub(super) async fn unlock(connection: &mut PgConnection, name: &str) {
    sqlx::query("SELECT pg_advisory_unlock($1, hashtext($2))")
        .bind(LOCK_CLASS)
        .bind(name)
        .execute(connection)
        .await
        .expect("the server answers");
}

/// Runs a future on a runtime of its own, on a thread that has none.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made")
        .block_on(future)
}

#[cfg(test)]
mod tests {
    use super::Server;

    fn url_of(url: &str) -> String {
        let url = url.to_owned();
        Server { url }.url_of("db")
    }

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        assert_eq!(
            url_of("postgres://u@h:5432/postgres"),
            "postgres://u@h:5432/db"
        );
        assert_eq!(url_of("postgres://u:p@h"), "postgres://u:p@h/db");
        assert_eq!(
            url_of("postgres://u@localhost/a?host=/run/postgresql"),
            "postgres://u@localhost/db?host=/run/postgresql"
        );
    }
}
