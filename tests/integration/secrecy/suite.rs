//! The whole conformance suite in one process, under the capture.

use std::sync::Arc;

use authjs_adapter::{ManualClock, Snapshot, Store, async_trait};
use authjs_conformance::{Harness, cases, start};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Capture, TestDatabase};
use sea_orm::ConnectionTrait as _;

use super::{assert_silent, options};

/// What the people of the suite would not want to read in a log.
const SECRETS: [&str; 15] = [
    "ada@example.com",
    "grace@example.com",
    "Ada Lovelace",
    "Grace Hopper",
    "https://example.com/ada.png",
    "https://example.com/grace.png",
    "ada-token",
    "grace-token",
    "refresh-1",
    "access-1",
    "access-2",
    "state-1",
    "link-hash",
    "DROP TABLE",
    "cHVibGljIGtleQ==",
];

/// Fewer cases than this are not the whole suite.
const CASES: usize = 200;

/// Runs all cases, each on the store that this gives.
async fn run<H>(mut next: impl AsyncFnMut() -> H) -> usize
where
    H: Harness,
    H::Store: Store,
{
    let cases = cases::<H>();
    for case in &cases {
        let harness = next().await;
        case.run(&harness).await;
        harness.finish().await;
    }
    cases.len()
}

/// Our adapter on the one database of the test, which is empty again for each case.
struct Emptied<D> {
    clock: ManualClock,
    store: SeaOrmAdapter,
    database: Arc<D>,
}

impl<D: TestDatabase> Emptied<D> {
    async fn again(database: &Arc<D>, pool: &Pool) -> Self {
        for table in ["users", "verification_token"] {
            let emptied = format!("DELETE FROM {table}");
            let emptied = pool.connection().execute_unprepared(&emptied).await;
            emptied.expect("the table is there");
        }
        let clock = ManualClock::new(start());
        Self {
            store: SeaOrmAdapter::shared_with_authjs(pool).with_clock(clock.clone()),
            clock,
            database: Arc::clone(database),
        }
    }
}

#[async_trait]
impl<D: TestDatabase> Harness for Emptied<D> {
    type Store = SeaOrmAdapter;

    async fn fresh() -> Self {
        unreachable!("the test makes each of them itself")
    }

    fn store(&self) -> &SeaOrmAdapter {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }
}

async fn in_database<D: TestDatabase>() {
    let database = Arc::new(D::migrated().await);
    let capture = Capture::listen_for(SECRETS);
    let pool = Pool::connect(options(&*database))
        .await
        .expect("the database is there");

    let count = run(async || Emptied::again(&database, &pool).await).await;

    assert!(count > CASES, "{count} cases");
    assert_silent(&capture, &["span authjs", "event authjs", "span sea_orm"]);
}

mod memory {
    use authjs_conformance::{Harness as _, MemoryHarness};

    use super::{CASES, Capture, SECRETS, assert_silent, run};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_suite_tells_no_secret() {
        let capture = Capture::listen_for(SECRETS);

        let count = run(async || MemoryHarness::fresh().await).await;

        assert!(count > CASES, "{count} cases");
        assert_silent(&capture, &[]);
    }
}

mod sqlite {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_suite_tells_no_secret() {
        super::in_database::<authjs_tests::SqliteDatabase>().await;
    }
}

mod postgres {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_suite_tells_no_secret() {
        super::in_database::<authjs_tests::PostgresDatabase>().await;
    }
}

mod mariadb {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_suite_tells_no_secret() {
        super::in_database::<authjs_tests::MariadbDatabase>().await;
    }
}
