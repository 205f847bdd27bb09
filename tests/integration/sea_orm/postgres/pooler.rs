//! A pooler in transaction mode is recognised and refused, and nothing else is.

use std::time::Duration;

use authjs_adapter::Adapter as _;
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

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_while_others_use_it() {
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[TRANSACTION, LENIENT]).await;
    let others = PgPoolOptions::new().max_connections(6);
    let others = others.connect(&pooler.url()).await.expect("it listens");
    let load: Vec<_> = (0..6)
        .map(|_| {
            let others = others.clone();
            tokio::spawn(async move {
                loop {
                    // Whether it succeeds is not certain: it is what this is about.
                    let _ = others.execute(sqlx::raw_sql("SELECT 1")).await;
                }
            })
        })
        .collect();

    let mut refused = 0;
    for _ in 0..10 {
        let error = Pool::connect(options(&pooler)).await.err();
        refused += usize::from(error == Some(ConnectError::TransactionPooler));
    }
    for task in load {
        task.abort();
    }

    // A pooler whose places are all taken at the moments of the looks is not seen: about one
    // start in thirty here.
    assert!(refused >= 7, "{refused} of 10 were refused");
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

#[tokio::test]
async fn a_pooler_in_session_mode_serves() {
    let database = PostgresDatabase::migrated().await;
    let pooler = PgBouncer::before(&database, &[SESSION, LENIENT]).await;

    let pool = Pool::connect(options(&pooler)).await.expect("it serves");
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let store = store.strict().await.expect("nothing is wrong");

    let user = store.create_user(ada()).await.expect("Ada is new");
    assert_eq!(store.get_user(&user.id).await, Ok(Some(user)));
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
