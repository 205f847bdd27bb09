//! The server, and the databases on it.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, MySqlConnection};

use crate::server::{PREFIX, TEMPLATE_PREFIX, lent_name, template_name, url_in, with_database};

const VARIABLE: &str = "AUTHJS_TEST_MARIADB_URL";

/// `ER_DB_CREATE_EXISTS`: another process of the same id, on another machine, has the name.
const TAKEN: u16 = 1007;

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
    pub(super) async fn connect(&self) -> MySqlConnection {
        self.options()
            .connect()
            .await
            .expect("the server in AUTHJS_TEST_MARIADB_URL can be reached")
    }

    pub(super) fn options_of(&self, database: &str) -> MySqlConnectOptions {
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

    fn options(&self) -> MySqlConnectOptions {
        MySqlConnectOptions::from_str(&self.url).expect("AUTHJS_TEST_MARIADB_URL is a MySQL URL")
    }
}

/// Makes a database that `owner` has the lock on, and returns its name.
pub(super) async fn create(owner: &mut MySqlConnection) -> String {
    loop {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{number}", std::process::id());
        if !try_lock(owner, &name).await {
            continue;
        }
        match execute(owner, format!("CREATE DATABASE `{name}`")).await {
            Ok(()) => return name,
            Err(error) if number_of(&error) == Some(TAKEN) => {}
            Err(error) => panic!("the test database {name} cannot be made: {error}"),
        }
    }
}

/// Takes a database that nobody uses, or makes one by the script, and returns its name; `owner`
/// has the lock on it, and it has no rows.
pub(super) async fn lend(owner: &mut MySqlConnection, script: &str) -> String {
    let template = template_name();
    for number in 0_u32.. {
        let name = lent_name(&template, number);
        if !try_lock(owner, &name).await {
            continue;
        }
        throw_out(owner, &name).await;
        if empty(owner, &name).await.is_err() {
            // There is none yet, or half of one.
            drop_database(owner, &name).await;
            execute(owner, format!("CREATE DATABASE `{name}`"))
                .await
                .expect("a test database can be made");
            fill(owner, &name, script).await;
        }
        return name;
    }
    unreachable!("there is always another number")
}

/// Deletes all rows. Fails if a table is not there; the last that is made is the last here.
async fn empty(owner: &mut MySqlConnection, name: &str) -> sqlx::Result<()> {
    let deletes = format!(
        "DELETE FROM `{name}`.authenticators; DELETE FROM `{name}`.sessions; \
         DELETE FROM `{name}`.accounts; DELETE FROM `{name}`.users; \
         DELETE FROM `{name}`.verification_token"
    );
    execute(owner, deletes).await
}

/// Runs the script in the database. The connection stays in no database of ours: who is in it
/// when it is dropped is thrown out.
pub(super) async fn fill(owner: &mut MySqlConnection, name: &str, script: &str) {
    let script = format!("USE `{name}`;\n{script}USE information_schema");
    execute(owner, script)
        .await
        .expect("the tables of a test database can be made");
}

/// Drops the test databases that no process uses any more, all but the templates.
pub(super) async fn sweep(connection: &mut MySqlConnection) {
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

/// Throws out whoever is connected to the database: an open transaction would keep it.
pub(super) async fn drop_database(connection: &mut MySqlConnection, name: &str) {
    throw_out(connection, name).await;
    execute(connection, format!("DROP DATABASE IF EXISTS `{name}`"))
        .await
        .expect("a test database can be dropped");
}

async fn throw_out(connection: &mut MySqlConnection, name: &str) {
    let others: Vec<i64> = sqlx::query_scalar(
        "SELECT CAST(ID AS SIGNED) FROM information_schema.PROCESSLIST \
         WHERE DB = ? AND ID <> CONNECTION_ID()",
    )
    .bind(name)
    .fetch_all(&mut *connection)
    .await
    .expect("the server answers");
    for other in others {
        // One that has just left cannot be thrown out.
        let _ = execute(connection, format!("KILL CONNECTION {other}")).await;
    }
}

/// Runs statements that take no parameters, which those on databases and tables never do.
pub(super) async fn execute(connection: &mut MySqlConnection, sql: String) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(sql)).await.map(|_| ())
}

/// The number of the server's error.
pub(super) fn number_of(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?;
    let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}

/// Waits for the lock with this name.
pub(super) async fn lock(connection: &mut MySqlConnection, name: &str) {
    let got: Option<i64> = sqlx::query_scalar("SELECT GET_LOCK(?, 60)")
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the server answers");
    assert_eq!(got, Some(1), "nobody makes the template {name}");
}

async fn try_lock(connection: &mut MySqlConnection, name: &str) -> bool {
    let got: Option<i64> = sqlx::query_scalar("SELECT GET_LOCK(?, 0)")
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the server answers");
    got == Some(1)
}

pub(super) async fn unlock(connection: &mut MySqlConnection, name: &str) {
    sqlx::query("DO RELEASE_LOCK(?)")
        .bind(name)
        .execute(connection)
        .await
        .expect("the server answers");
}
