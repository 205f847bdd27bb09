//! No task panics, wherever a caller stops to listen.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authjs_adapter::Adapter as _;
use authjs_adapter::ManualClock;
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::MariadbDatabase;

use crate::sea_orm::given::options;
use crate::sea_orm::polls::at_most;

/// New connections, on which each statement is prepared first.
const ROUNDS: usize = 60;
/// More awaits than a look-up has on an open connection.
const POLLS: usize = 6;

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// From now on panics are counted, of all tasks.
fn count_panics() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        report(info);
    }));
}

async fn ready(options: ConnectOptions) -> SeaOrmAdapter {
    let pool = Pool::connect(options.max_connections(1)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the database is there"))
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
        let store = ready(options(&database)).await;
        let call = store.get_user_by_email("nobody@example.com");
        dropped += usize::from(at_most(1 + round % POLLS, call).await.is_none());
        let next = store.get_user_by_email("nobody@example.com").await;
        assert_eq!(next, Ok(None));
    }

    assert!(dropped > 0, "no call was dropped");
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}
