//! The settings of the pool and of each of its connections.

use std::time::Duration;

use authjs_adapter::{Adapter as _, NewUser};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::SqliteDatabase;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement, TransactionTrait as _};

/// The default of a pool.
const MAX_CONNECTIONS: usize = 4;

async fn pragma(transaction: &DatabaseTransaction, name: &str) -> String {
    let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
    let sql = sql.replace("CAST(busy_timeout", "CAST(timeout");
    let statement = Statement::from_string(sea_orm::DbBackend::Sqlite, sql);
    let row = transaction.query_one_raw(statement).await;
    let row = row.expect("an answer").expect("a row");
    row.try_get_by_index(0).expect("a text")
}

async fn in_memory() -> (Pool, SeaOrmAdapter) {
    let options = ConnectOptions::from_url("sqlite::memory:").expect("a URL");
    let pool = Pool::connect(options).await.expect("memory is there");
    authjs_migration::up(pool.connection())
        .await
        .expect("the tables can be made");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    (pool, store)
}

#[tokio::test]
async fn each_of_four_connections_has_the_pragmas() {
    let database = SqliteDatabase::migrated().await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options).await.expect("the database is there");
    let mut held = Vec::new();

    for _ in 0..MAX_CONNECTIONS {
        let transaction = pool.connection().begin().await.expect("a connection");
        assert_eq!(pragma(&transaction, "foreign_keys").await, "1");
        assert_eq!(pragma(&transaction, "journal_mode").await, "wal");
        assert_eq!(pragma(&transaction, "busy_timeout").await, "2500");
        assert_eq!(pragma(&transaction, "synchronous").await, "2");
        held.push(transaction);
    }

    let connections = pool.connection().get_sqlite_connection_pool();
    assert_eq!(connections.size(), 4);
    assert_eq!(connections.options().get_max_connections(), 4);
}

#[tokio::test]
async fn a_database_in_memory_keeps_its_tables_under_many_callers() {
    let (_pool, store) = in_memory().await;

    let calls: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.create_user(NewUser::default()).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("the table is there");
    }

    let last = store.get_user(&50.into()).await;
    assert!(last.expect("the table is there").is_some());
}

/// The database lives as long as its one connection: nothing may close it, however long nobody
/// calls.
#[tokio::test]
async fn a_database_in_memory_has_one_connection_that_is_never_closed() {
    let options = ConnectOptions::from_url("sqlite::memory:").expect("a URL");
    let options = options.max_connections(20);
    let pool = Pool::connect(options).await.expect("memory is there");

    let pool = pool.connection().get_sqlite_connection_pool().clone();

    let options = pool.options();
    assert_eq!(options.get_max_connections(), 1);
    assert_eq!(options.get_min_connections(), 1);
    assert_eq!(options.get_idle_timeout(), None);
    assert_eq!(options.get_max_lifetime(), None);
}

#[tokio::test]
async fn two_databases_in_memory_share_nothing() {
    let (_one_pool, one) = in_memory().await;
    let (_other_pool, other) = in_memory().await;

    let user = one.create_user(NewUser::default()).await.expect("a user");

    assert_eq!(other.get_user(&user.id).await, Ok(None));
}

#[tokio::test]
async fn a_pool_per_request_opens_the_file_when_it_is_used() {
    let database = SqliteDatabase::migrated().await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::per_request(options).expect("a pool");
    let connections = pool.connection().get_sqlite_connection_pool().clone();
    let before = connections.size();

    let user = SeaOrmAdapter::standalone(pool)
        .create_user(NewUser::default())
        .await;

    user.expect("the file is there");
    assert_eq!((before, connections.size()), (0, 1));
}

/// The driver panics over each of them.
#[tokio::test]
async fn no_setting_makes_a_pool_panic() {
    let database = SqliteDatabase::migrated().await;
    let options = || ConnectOptions::from_url(&database.url()).expect("the URL is ours");

    for options in [
        options().max_connections(0),
        options().max_connections(u32::MAX),
        options().acquire_timeout(Duration::MAX),
        options().timeouts(Duration::MAX, Duration::MAX),
    ] {
        let pool = Pool::connect(options).await.expect("the file is there");
        let user = SeaOrmAdapter::standalone(pool).get_user(&1.into()).await;
        assert_eq!(user, Ok(None));
    }
}
