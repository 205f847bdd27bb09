//! The databases that races run on.

use std::time::Duration;

use authjs_adapter::{ManualClock, async_trait};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, Executor as _};

use super::{Isolation, Setting};
use crate::{MariadbDatabase, PostgresDatabase, SqliteDatabase, TestDatabase};

/// A slow machine must not make an outcome unknown: that is the business of other tests.
const DEADLINE: Duration = Duration::from_mins(1);

/// A kind of database that races run on.
#[async_trait]
pub trait RaceDatabase: TestDatabase {
    /// The name of the backend.
    const NAME: &'static str;
    /// The isolation levels that it has.
    const LEVELS: &'static [Isolation];
    /// Makes this the level of every transaction that says nothing else, on connections that
    /// are opened from now on.
    async fn set_default_isolation(&self, level: Isolation);
    /// The version of the server or library.
    async fn version(&self) -> String;
}

#[async_trait]
impl RaceDatabase for PostgresDatabase {
    const NAME: &'static str = "postgres";
    const LEVELS: &'static [Isolation] = &Isolation::ALL;

    async fn set_default_isolation(&self, level: Isolation) {
        let set = format!(
            r#"ALTER DATABASE "{}" SET default_transaction_isolation = '{level}'"#,
            self.name()
        );
        let mut connection = self.connect().await;
        connection
            .execute(AssertSqlSafe(set))
            .await
            .expect("the owner of a database sets its defaults");
    }

    async fn version(&self) -> String {
        sqlx::query_scalar("SELECT 'PostgreSQL ' || current_setting('server_version')")
            .fetch_one(&mut self.connect().await)
            .await
            .expect("the server answers")
    }
}

#[async_trait]
impl RaceDatabase for SqliteDatabase {
    const NAME: &'static str = "sqlite";
    const LEVELS: &'static [Isolation] = &[Isolation::Serializable];

    /// There is only one.
    async fn set_default_isolation(&self, _level: Isolation) {}

    async fn version(&self) -> String {
        sqlx::query_scalar("SELECT 'SQLite ' || sqlite_version()")
            .fetch_one(&mut self.connect().await)
            .await
            .expect("the database answers")
    }
}

#[async_trait]
impl RaceDatabase for MariadbDatabase {
    const NAME: &'static str = "mariadb";
    const LEVELS: &'static [Isolation] = &Isolation::ALL;

    /// A database has no default of its own there: each connection is told.
    async fn set_default_isolation(&self, _level: Isolation) {}

    async fn version(&self) -> String {
        sqlx::query_scalar("SELECT concat('MariaDB ', version())")
            .fetch_one(&mut self.connect().await)
            .await
            .expect("the server answers")
    }
}

/// An adapter with a pool of its own. Its clock stands still in 2020.
pub(super) async fn open(url: &str, setting: Setting) -> SeaOrmAdapter {
    let is_mysql = url.starts_with("mysql:") || url.starts_with("mariadb:");
    let pool = if is_mysql && setting.isolation != Isolation::ReadCommitted {
        mysql_pool_of_host(url, setting).await
    } else {
        let options = ConnectOptions::from_url(url)
            .expect("the URL is ours")
            .max_connections(setting.pool);
        Pool::connect(options).await.expect("the database is there")
    };
    SeaOrmAdapter::shared_with_authjs(pool)
        .with_clock(ManualClock::new(start()))
        .with_deadline(DEADLINE)
}

/// Our own pools of MariaDB are at READ COMMITTED, whatever the server says; a pool that the
/// application made has the level that it chose.
async fn mysql_pool_of_host(url: &str, setting: Setting) -> Pool {
    let level = setting.isolation.name();
    let set = format!("SET SESSION TRANSACTION ISOLATION LEVEL {level}");
    let pool = MySqlPoolOptions::new()
        .max_connections(setting.pool)
        .after_connect(move |connection, _| {
            let set = set.clone();
            Box::pin(async move { connection.execute(AssertSqlSafe(set)).await.map(drop) })
        })
        .connect(url)
        .await
        .expect("the database is there");
    let found: String = sqlx::query_scalar("SELECT @@tx_isolation")
        .fetch_one(&pool)
        .await
        .expect("the server answers");
    let found = found.replace('-', " ").to_lowercase();
    assert_eq!(found, level, "the level is not tried");
    SqlxMySqlConnector::from_sqlx_mysql_pool(pool).into()
}
