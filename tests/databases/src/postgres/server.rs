//! The server, and the databases on it.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};

use crate::server::{PREFIX, TEMPLATE_PREFIX, lent_name, url_in, with_database};

const VARIABLE: &str = "AUTHJS_TEST_POSTGRES_URL";

/// The first key of the advisory locks on databases in use; the second is the hash of the
/// name. `abandoned.sql` takes the same locks.
pub(super) const LOCK_CLASS: i32 = 20_200_101;

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
        Self {
            url: url_in(VARIABLE),
        }
    }

    pub(super) fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
        }
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
        with_database(&self.url, database)
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

/// Takes a database that nobody uses, or makes one, and returns its name; `owner` has the lock
/// on it, and it has no rows.
pub(super) async fn lend(server: &Server, owner: &mut PgConnection, template: &str) -> String {
    let strategy = strategy(owner);
    for number in 0_u32.. {
        let name = lent_name(template, number);
        if !try_lock(owner, &name).await {
            continue;
        }
        let create = format!(r#"CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}"#);
        match execute(owner, create).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(TAKEN) => {
                empty(server, &name).await;
            }
            Err(error) => panic!("the test database {name} cannot be made: {error}"),
        }
        return name;
    }
    unreachable!("there is always another number")
}

/// Throws out whoever is still connected, and deletes all rows.
async fn empty(server: &Server, name: &str) {
    let mut connection = server
        .options_of(name)
        .connect()
        .await
        .expect("the test database can be reached");
    while 0 < sqlx::query_scalar::<_, i64>(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND backend_type = 'client backend'",
    )
    .fetch_one(&mut connection)
    .await
    .expect("the server answers")
    {}
    // Nothing of it needs to outlive the server.
    connection
        .execute(
            "SET synchronous_commit = off; DELETE FROM authenticators; DELETE FROM sessions; \
             DELETE FROM accounts; DELETE FROM verification_token; DELETE FROM users",
        )
        .await
        .expect("the rows of a test database can be deleted");
    connection.close().await.expect("the server answers");
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
        if !name.starts_with(TEMPLATE_PREFIX) {
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
