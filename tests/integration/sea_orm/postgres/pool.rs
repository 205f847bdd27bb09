//! The settings of the pool and of each of its connections.

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::PostgresDatabase;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement, TransactionTrait as _};

use crate::sea_orm::given::{Given, ada, kind};

const SETTINGS: &str = "SELECT concat_ws(' ', current_setting('statement_timeout'),
    current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
    current_setting('search_path'), pg_backend_pid()::text)";

/// The default of a pool.
const MAX_CONNECTIONS: usize = 20;

async fn settings(transaction: &DatabaseTransaction) -> String {
    let statement = Statement::from_string(sea_orm::DbBackend::Postgres, SETTINGS);
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

/// Cuts the process id off, after it was seen to be different.
fn without_pid(mut settings: Vec<String>) -> Vec<String> {
    settings.sort_unstable();
    settings.dedup();
    assert_eq!(
        settings.len(),
        MAX_CONNECTIONS,
        "a connection was seen twice"
    );
    let cut = |text: &String| {
        text.rsplit_once(' ')
            .expect("several settings")
            .0
            .to_owned()
    };
    settings.iter().map(cut).collect()
}

fn options(database: &PostgresDatabase) -> ConnectOptions {
    ConnectOptions::from_url(&database.url()).expect("the URL is ours")
}

#[tokio::test]
async fn each_of_twenty_connections_has_the_time_limits_and_the_search_path() {
    let database = PostgresDatabase::empty().await;
    let options = options(&database).search_path(r#"auth, "Other Schema", public"#);

    let settings = of_each_connection(options).await;

    let expected = r#"2500ms 1s 10s auth, "Other Schema", public"#;
    assert_eq!(without_pid(settings), [expected; MAX_CONNECTIONS]);
}

#[tokio::test]
async fn given_time_limits_are_set_and_the_search_path_stays_as_it_is() {
    let database = PostgresDatabase::empty().await;
    let limits = (Duration::from_millis(700), Duration::from_millis(300));
    let options = options(&database).timeouts(limits.0, limits.1);

    let settings = of_each_connection(options).await;

    let expected = r#"700ms 300ms 10s "$user", public"#;
    assert_eq!(without_pid(settings), [expected; MAX_CONNECTIONS]);
}

#[tokio::test]
async fn the_pool_has_the_promised_limits() {
    let database = PostgresDatabase::empty().await;
    let given = options(&database);
    let pool = Pool::connect(given.clone())
        .await
        .expect("the database is there");

    let pool = pool.connection().get_postgres_connection_pool().clone();

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
    let given = Given::<PostgresDatabase>::migrated().await;
    let pool = Pool::per_request(options(&given.database)).expect("a pool");
    let connections = pool.connection().get_postgres_connection_pool().clone();
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let before = connections.size();

    let unknown = 7.into();
    let (one, two) = tokio::join!(store.create_user(ada()), store.get_user(&unknown));

    assert_eq!((one.is_ok(), two), (true, Ok(None)));
    assert_eq!((before, connections.size()), (0, 1));
    assert_eq!(connections.options().get_max_connections(), 1);
}

#[tokio::test]
async fn a_pool_per_request_tells_of_a_wrong_address_at_its_first_operation() {
    let database = PostgresDatabase::empty().await;
    let url = database
        .url()
        .replace(database.name(), "authjs_no_such_database");
    let options = ConnectOptions::from_url(&url).expect("a URL");
    let store = SeaOrmAdapter::shared_with_authjs(Pool::per_request(options).expect("a pool"));

    let error = store.get_user(&1.into()).await;

    assert_eq!(kind(error), Some(ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_pool_of_the_application_serves_too() {
    let database = PostgresDatabase::migrated().await;
    let own = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(database.pool());
    let store = SeaOrmAdapter::shared_with_authjs(own);

    let user = store.create_user(ada()).await.expect("Ada is new");

    assert_eq!(store.get_user(&user.id).await, Ok(Some(user)));
}
