//! The hooks, on a database in memory: what they count hangs on no server.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Sqlite, SqlitePool};

use super::{Hooks, Session, pool_options};
use crate::connect::numbers::Numbers;
use crate::connect::{ConnectOptions, ReleaseGuard};

const LIFETIME: Duration = Duration::from_millis(20);
/// Far more than anything takes here.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that lets a new connection wait for so long.
struct Waits(Duration);

impl Session for Waits {
    type Server = Sqlite;

    async fn prepare(&self, _: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        tokio::time::sleep(self.0).await;
        Ok(())
    }

    async fn is_outside_transaction(&self, _: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
        Ok(true)
    }
}

fn pool(session: Waits, max_lifetime: Option<Duration>) -> (SqlitePool, Hooks) {
    let options = ConnectOptions {
        max_lifetime,
        acquire_timeout: PATIENCE,
        ..ConnectOptions::from_url("sqlite::memory:").expect("a URL")
    };
    let server = SqliteConnectOptions::new().in_memory(true);
    let hooks = Hooks::new(&ReleaseGuard::new().into());
    let pool = pool_options(session, &server, &options, &hooks).connect_lazy_with(server);
    (pool, hooks)
}

fn numbers(pool: &SqlitePool) -> Numbers {
    Numbers::of(&sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(
        pool.clone(),
    ))
    .expect("a pool")
}

#[tokio::test]
async fn a_connection_in_somebodys_hands_is_known() {
    let (pool, hooks) = pool(Waits(Duration::ZERO), None);

    let mut connection = pool.acquire().await.expect("a connection");
    let held = hooks.ledger.known();
    connection.return_to_pool().await;

    assert_eq!((held, hooks.ledger.known()), (1, 0));
    assert_eq!(pool.num_idle(), 1);
}

#[tokio::test]
async fn a_connection_that_comes_back_too_old_is_closed_and_counted() {
    let (pool, hooks) = pool(Waits(Duration::ZERO), Some(LIFETIME));

    let mut connection = pool.acquire().await.expect("a connection");
    tokio::time::sleep(LIFETIME).await;
    connection.return_to_pool().await;

    assert_eq!(pool.size(), 0);
    assert_eq!(hooks.ledger.known(), 0);
}

#[tokio::test]
async fn a_connection_that_idles_until_it_is_too_old_is_not_used() {
    let (pool, hooks) = pool(Waits(Duration::ZERO), Some(LIFETIME));
    let mut first = pool.acquire().await.expect("a connection");
    sqlx::raw_sql("CREATE TEMP TABLE old (id INT)")
        .execute(&mut *first)
        .await
        .expect("a table of this connection");
    first.return_to_pool().await;

    tokio::time::sleep(LIFETIME).await;
    let mut second = pool.acquire().await.expect("a connection");

    let old = sqlx::raw_sql("SELECT id FROM old").execute(&mut *second);
    old.await.expect_err("it is another connection");
    assert_eq!((pool.size(), hooks.ledger.known()), (1, 1));
}

#[tokio::test]
async fn a_retired_pool_serves_and_keeps_no_connection() {
    let (pool, hooks) = pool(Waits(Duration::ZERO), None);

    let mut connection = pool.acquire().await.expect("a connection");
    hooks.ledger.retire();
    connection.return_to_pool().await;
    let sizes = [pool.size()];
    let mut connection = pool.acquire().await.expect("a connection");
    connection.return_to_pool().await;

    assert_eq!((sizes, pool.size()), ([0], 0));
    assert_eq!(hooks.ledger.known(), 0);
}

/// By the options that the driver shares out: should it do so no more, this fails.
#[tokio::test]
async fn a_connection_that_is_being_opened_is_seen() {
    let (pool, hooks) = pool(Waits(PATIENCE), None);
    let acquired = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.is_ok() }
    });
    while pool.size() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // SQLite opens its file in a thread of its own.
    tokio::time::sleep(LIFETIME).await;

    let during = numbers(&pool);
    acquired.abort();
    let _ = acquired.await;
    let after = numbers(&pool);

    assert_eq!(
        (during.size, during.opening, hooks.ledger.known()),
        (1, 1, 0)
    );
    assert_eq!((after.size, after.opening), (0, 0));
}
