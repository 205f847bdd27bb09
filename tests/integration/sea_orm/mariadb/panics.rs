//! No task panics, wherever a caller stops to listen.

use std::num::NonZeroU32;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authjs_adapter::{Adapter as _, ManualClock};
use authjs_conformance::start;
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Fault, MariadbDatabase, Proxy, at_most};
use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::MySqlPoolOptions;
use tokio::time::timeout;

use crate::sea_orm::given::options;

/// New connections, on which each statement is prepared first.
const ROUNDS: usize = 60;
/// More awaits than a look-up has on an open connection.
const POLLS: usize = 6;

/// The answers take some of these on a slow wire.
const MOMENT: Duration = Duration::from_millis(20);
const MOMENTS: u32 = 12;

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// From now on panics are counted, of all tasks.
fn count_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        report(info);
    }));
}

async fn ready(pool: impl Into<Pool>) -> SeaOrmAdapter {
    let store = SeaOrmAdapter::shared_with_authjs(pool)
        .with_clock(ManualClock::new(start()))
        .with_deadline(Duration::from_secs(2));
    store.inspect().await.expect("the catalog can be read");
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_panics_when_a_look_up_is_dropped_at_any_await() {
    let database = MariadbDatabase::migrated().await;
    count_panics();
    let mut dropped = 0;

    for round in 0..ROUNDS {
        let pool = Pool::connect(options(&database).max_connections(1)).await;
        let store = ready(pool.expect("the database is there")).await;
        let call = store.get_user_by_email("nobody@example.com");
        dropped += usize::from(at_most(1 + round % POLLS, call).await.is_none());
        let next = store.get_user_by_email("nobody@example.com").await;
        assert_eq!(next, Ok(None));
    }

    assert!(dropped > 0, "no call was dropped");
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

/// On a pool of the application's, which nobody guards: a connection with half an answer on it
/// would be of no use to anybody.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_dropped_in_its_middle_costs_no_connection() {
    let database = MariadbDatabase::migrated().await;
    let proxy = Proxy::before(&database).await;
    let bytes_per_second = NonZeroU32::new(5_000).expect("it is not 0");
    count_panics();
    let mut dropped = 0;

    for moment in 1..=MOMENTS {
        proxy.pass().await;
        let before = proxy.accepted();
        let own = MySqlPoolOptions::new().max_connections(1);
        let own = own.connect(&proxy.readable_url(&database)).await;
        let own = SqlxMySqlConnector::from_sqlx_mysql_pool(own.expect("the proxy is open"));
        let store = ready(own).await;
        proxy.fail(Fault::Throttle { bytes_per_second }).await;

        // The server's description of the statement comes first, and then the rows.
        let call = store.get_user_by_email("nobody@example.com");
        dropped += usize::from(timeout(MOMENT * moment, call).await.is_err());
        let next = store.get_user(&7.into()).await;

        assert_eq!(next, Ok(None), "after moment {moment}");
        assert_eq!(proxy.accepted() - before, 1, "after moment {moment}");
    }

    assert!(dropped > 0, "no call was dropped");
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}
