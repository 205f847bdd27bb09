//! The settings of the pool and of each of its connections.

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind};
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Fault, MariadbDatabase, Proxy, held_after};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement, TransactionTrait as _};

use crate::sea_orm::given::{Given, ada, kind};

const SETTINGS: &str = "SELECT concat_ws(' ', @@max_statement_time, @@innodb_lock_wait_timeout,
    @@lock_wait_timeout, @@time_zone, @@autocommit, @@foreign_key_checks, @@tx_isolation,
    @@character_set_connection, @@sql_mode LIKE '%STRICT_ALL_TABLES%',
    @@sql_mode LIKE '%NO_ZERO_DATE%', @@wait_timeout >= 600, @@idle_transaction_timeout,
    connection_id())";

/// The default of a pool.
const MAX_CONNECTIONS: usize = 20;
/// Within which a pool has its permits back.
const PERMITS: Duration = Duration::from_secs(10);

async fn settings(transaction: &DatabaseTransaction) -> String {
    let statement = Statement::from_string(sea_orm::DbBackend::MySql, SETTINGS);
    let row = transaction.query_one_raw(statement).await;
    let row = row.expect("an answer").expect("a row");
    row.try_get_by_index(0).expect("a text")
}

/// The settings of all connections, each held so that the next one is another.
async fn of_each_connection(options: ConnectOptions) -> Vec<String> {
    let pool = Pool::connect(options).await.expect("the database is there");
    let mut held = Vec::new();
    let mut found = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        let transaction = pool.connection().begin().await.expect("a connection");
        found.push(settings(&transaction).await);
        held.push(transaction);
    }
    for transaction in held {
        transaction.rollback().await.expect("the rollback");
    }
    found
}

/// Cuts the number of the connection off, after it was seen to be different.
fn without_number(mut settings: Vec<String>) -> Vec<String> {
    settings.sort_unstable();
    settings.dedup();
    assert_eq!(
        settings.len(),
        MAX_CONNECTIONS,
        "a connection was seen twice"
    );
    let cut = |text: &String| text.rsplit_once(' ').expect("several").0.to_owned();
    settings.iter().map(cut).collect()
}

fn options(database: &MariadbDatabase) -> ConnectOptions {
    ConnectOptions::from_url(&database.url()).expect("the URL is ours")
}

#[tokio::test]
async fn each_of_twenty_connections_has_the_limits_and_the_modes() {
    let database = MariadbDatabase::empty().await;

    let settings = of_each_connection(options(&database)).await;

    let expected = "2.500000 1 1 +00:00 ON ON READ-COMMITTED utf8mb4 1 1 1 10";
    assert_eq!(without_number(settings), [expected; MAX_CONNECTIONS]);
}

#[tokio::test]
async fn given_time_limits_are_set_and_those_of_locks_are_whole_seconds() {
    let database = MariadbDatabase::empty().await;
    let limits = (Duration::from_millis(700), Duration::from_millis(1300));
    let options = options(&database).timeouts(limits.0, limits.1);

    let settings = of_each_connection(options).await;

    let expected = "0.700000 2 2 +00:00 ON ON READ-COMMITTED utf8mb4 1 1 1 10";
    assert_eq!(without_number(settings), [expected; MAX_CONNECTIONS]);
}

#[tokio::test]
async fn the_pool_has_the_promised_limits() {
    let database = MariadbDatabase::empty().await;
    let given = options(&database);
    let pool = Pool::connect(given.clone()).await;
    let pool = pool.expect("the database is there");

    let pool = pool.connection().get_mysql_connection_pool().clone();

    let options = pool.options();
    assert_eq!(options.get_max_connections(), 20);
    assert_eq!(options.get_min_connections(), 0);
    assert_eq!(options.get_acquire_timeout(), Duration::from_secs(2));
    assert_eq!(options.get_idle_timeout(), Some(Duration::from_secs(30)));
    // Our hooks see to it: the driver closes what is too old without a word.
    assert_eq!(options.get_max_lifetime(), None);
    assert!(format!("{given:?}").contains("max_lifetime: Some(1800s)"));
    assert!(!options.get_test_before_acquire());
}

#[tokio::test]
async fn a_pool_per_request_connects_when_it_is_used_and_once() {
    let given = Given::<MariadbDatabase>::migrated().await;
    let pool = Pool::per_request(options(&given.database)).expect("a pool");
    let connections = pool.connection().get_mysql_connection_pool().clone();
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let before = connections.size();

    let unknown = 7.into();
    let (one, two) = tokio::join!(store.create_user(ada()), store.get_user(&unknown));

    assert_eq!((one.is_ok(), two), (true, Ok(None)));
    assert_eq!((before, connections.size()), (0, 1));
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_told() {
    let database = MariadbDatabase::empty().await;
    let url = database.url().replace(database.name(), "authjs_no_such");
    let options = ConnectOptions::from_url(&url).expect("a URL");

    let connect = Pool::connect(options.clone()).await;
    let lazy = Pool::per_request(options).expect("a pool that connects later");
    let operation = SeaOrmAdapter::shared_with_authjs(lazy)
        .get_user(&1.into())
        .await;

    assert_eq!(connect.err(), Some(ConnectError::NoSuchDatabase));
    assert_eq!(kind(operation), Some(ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_pool_of_the_application_serves_too() {
    let database = MariadbDatabase::migrated().await;
    let own = sea_orm::SqlxMySqlConnector::from_sqlx_mysql_pool(database.pool());
    let store = SeaOrmAdapter::shared_with_authjs(own);

    let user = store.create_user(ada()).await.expect("Ada is new");

    assert_eq!(store.get_user(&user.id).await, Ok(Some(user)));
}

/// Nobody calls any more, so that nobody notices.
#[tokio::test]
async fn a_connection_that_falls_silent_on_its_way_back_gives_its_place_back() {
    let database = MariadbDatabase::migrated().await;
    let proxy = Proxy::before(&database).await;
    let options = proxy.options(&database).max_connections(1);
    let pool = Pool::connect(options).await.expect("the proxy is open");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.inspect().await.expect("the catalog can be read");

    store.get_user(&1.into()).await.expect("an answer");
    // At its first poll, before the answer to the driver's ping can come.
    proxy.fail_open(Fault::BlackHole).await;

    assert_eq!(held_after(&pool, PERMITS).await, 0);
}
