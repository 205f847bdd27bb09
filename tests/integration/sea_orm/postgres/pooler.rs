//! A pooler in transaction mode is recognised and refused, and nothing else is.

use std::time::Duration;

use authjs_adapter::{Adapter as _, SessionAdmin as _};
use authjs_sea_orm::{
    ConnectError, ConnectOptions, Finding, FindingKind, Pool, SeaOrmAdapter, Unfit,
};
use authjs_tests::{PgBouncer, PostgresDatabase};
use sqlx::Executor as _;
use sqlx::postgres::PgPoolOptions;

use crate::sea_orm::given::ada;

const TRANSACTION: &str = "pool_mode = transaction";
const SESSION: &str = "pool_mode = session";
/// As poolers are set for clients of other languages, which begin as this driver does.
const LENIENT: &str = "ignore_startup_parameters = extra_float_digits";

fn options(pooler: &PgBouncer) -> ConnectOptions {
    ConnectOptions::from_url(&pooler.url()).expect("the URL is ours")
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused() {
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[TRANSACTION, LENIENT]).await;

    let error = Pool::connect(options(&pooler)).await.err();

    assert_eq!(error, Some(ConnectError::TransactionPooler));
}

/// How many of so many starts are refused for what stands between, while so many others use it,
/// with this pause after each statement.
async fn refused(starts: usize, others: u32, pause: Duration, settings: &[&str]) -> usize {
    let database = PostgresDatabase::migrated().await;
    let settings = [&[TRANSACTION, LENIENT], settings].concat();
    let pooler = PgBouncer::before(&database, &settings).await;
    let pool = PgPoolOptions::new().max_connections(others);
    let pool = pool.connect(&pooler.url()).await.expect("it listens");
    let load: Vec<_> = (0..others)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                loop {
                    // Whether it succeeds is not certain: it is what this is about.
                    let _ = pool.execute(sqlx::raw_sql("SELECT 1")).await;
                    tokio::time::sleep(pause).await;
                }
            })
        })
        .collect();

    let mut refused = 0;
    for _ in 0..starts {
        let error = Pool::connect(options(&pooler)).await.err();
        refused += usize::from(error == Some(ConnectError::TransactionPooler));
    }
    for task in load {
        task.abort();
    }
    refused
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_while_others_use_it_all_the_time() {
    assert_eq!(refused(40, 6, Duration::ZERO, &[]).await, 40);
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_while_others_use_it_now_and_then() {
    assert_eq!(refused(40, 6, Duration::from_millis(2), &[]).await, 40);
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_whose_few_places_are_all_in_use() {
    let settings = ["default_pool_size = 2"];

    assert_eq!(refused(40, 6, Duration::ZERO, &settings).await, 40);
}

/// It gives its own connections out in turns.
#[tokio::test]
async fn a_pooler_in_transaction_mode_that_takes_turns_is_refused() {
    let settings = ["server_round_robin = 1"];

    assert_eq!(refused(10, 2, Duration::ZERO, &settings).await, 10);
}

#[tokio::test]
async fn a_pooler_with_its_own_settings_is_refused_with_the_reason() {
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[TRANSACTION]).await;

    let error = Pool::connect(options(&pooler)).await.err();

    assert_eq!(error, Some(ConnectError::PoolerRefuses));
    let sentence = ConnectError::PoolerRefuses.to_string();
    assert!(sentence.contains("ignore_startup_parameters"), "{sentence}");
}

/// What the server remembers of a connection is that of one client: were it not so, clients would
/// run each other's statements, of which all prepare the same ones in orders of their own.
#[tokio::test]
async fn a_pooler_in_session_mode_serves_many_at_once() {
    const CALLERS: i32 = 12;
    const CALLS: i32 = 50;
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[SESSION, LENIENT]).await;
    let pool = Pool::connect(options(&pooler)).await.expect("it serves");
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let store = store.strict().await.expect("nothing is wrong");
    let user = store.create_user(ada()).await.expect("Ada is new");

    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (store, user) = (store.clone(), user.clone());
            tokio::spawn(async move {
                for call in 0..CALLS {
                    match (caller + call) % 3 {
                        0 => assert_eq!(store.get_user(&user.id).await, Ok(Some(user.clone()))),
                        1 => assert_eq!(store.get_user_by_email("nobody").await, Ok(None)),
                        _ => assert_eq!(store.list_sessions(&user.id).await, Ok(Vec::new())),
                    }
                }
            })
        })
        .collect();

    for caller in callers {
        caller.await.expect("every answer is right");
    }
}

/// A second connection to compare with does not come: that is no reason to refuse.
#[tokio::test]
async fn a_pooler_in_session_mode_with_a_single_place_serves() {
    let database = PostgresDatabase::migrated().await;
    let settings = [SESSION, LENIENT, "default_pool_size = 1"];
    let pooler = PgBouncer::before(&database, &settings).await;
    let options = options(&pooler).max_connections(1);

    let pool = Pool::connect(options.acquire_timeout(Duration::from_millis(300))).await;

    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("it serves"));
    store.create_user(ada()).await.expect("Ada is new");
}

#[tokio::test]
async fn a_pool_of_the_application_behind_a_pooler_is_found_unfit() {
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[TRANSACTION, LENIENT]).await;
    let own = PgPoolOptions::new().connect(&pooler.url()).await;
    let own = own.expect("it listens");
    let own = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(own);

    let unfit = SeaOrmAdapter::shared_with_authjs(own).strict().await;

    let Err(Unfit::Breaks { findings }) = unfit else {
        unreachable!("it was not refused: {unfit:?}");
    };
    let kinds: Vec<_> = findings.iter().map(Finding::kind).collect();
    assert_eq!(kinds, [FindingKind::TransactionPooler]);
}
