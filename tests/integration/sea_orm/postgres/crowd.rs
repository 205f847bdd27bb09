//! Callers who go away leave only so many writes behind, and the others are told to come again.

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind, NewUser, Outcome};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{PostgresDatabase, at_most};
use sea_orm::{DatabaseTransaction, TransactionTrait as _};
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::sea_orm::given::options;

const CONNECTIONS: u32 = 2;
/// As many writes as there may be for each connection.
const WRITES: u32 = 2;
/// How long a call waits here.
const ACQUIRE: Duration = Duration::from_millis(500);
/// What a busy machine may add to a bound.
const MARGIN: Duration = Duration::from_millis(1500);

/// A pool whose connections the application has.
struct Full {
    store: SeaOrmAdapter,
    held: Vec<DatabaseTransaction>,
    _database: PostgresDatabase,
}

impl Full {
    async fn new(acquire: Duration) -> Self {
        let database = PostgresDatabase::migrated().await;
        let options = options(&database).max_connections(CONNECTIONS);
        let pool = Pool::connect(options.acquire_timeout(acquire)).await;
        let pool = pool.expect("the database is there");
        let store = SeaOrmAdapter::shared_with_authjs(&pool);
        store.inspect().await.expect("the catalog can be read");
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            held.push(pool.connection().begin().await.expect("a connection"));
        }
        Self {
            store,
            held,
            _database: database,
        }
    }

    /// Begins so many writes, and goes away.
    async fn abandon(&self, writes: usize) {
        for _ in 0..writes {
            let write = self.store.create_user(NewUser::default());
            assert!(at_most(1, write).await.is_none(), "the pool is full");
        }
    }
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn callers_who_go_away_leave_only_so_many_writes_behind() {
    let full = Full::new(ACQUIRE).await;
    let before = tasks();

    full.abandon(100).await;

    let left = tasks() - before;
    assert!(
        (1..=(WRITES * CONNECTIONS) as usize).contains(&left),
        "{left} tasks"
    );
}

#[tokio::test]
async fn who_comes_after_too_many_writes_is_told_to_come_again() {
    let full = Full::new(ACQUIRE).await;
    full.abandon(100).await;

    let asked = Instant::now();
    let answer = full.store.create_user(NewUser::default()).await;
    let waited = asked.elapsed();

    let error = answer.expect_err("the connections are held");
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Busy, Outcome::NotApplied)
    );
    assert!(error.is_retryable());
    assert!(waited < 2 * ACQUIRE + MARGIN, "{waited:?}");
    drop(full.held);
    let answer = full.store.create_user(NewUser::default()).await;
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn the_wait_behind_other_writes_is_part_of_the_deadline() {
    const DEADLINE: Duration = Duration::from_millis(400);
    let full = Full::new(Duration::from_secs(10)).await;
    let store = full.store.clone().with_deadline(DEADLINE);
    full.abandon(100).await;

    let asked = Instant::now();
    let answer = store.create_user(NewUser::default()).await;
    let waited = asked.elapsed();

    let error = answer.expect_err("the connections are held");
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Busy, Outcome::NotApplied)
    );
    assert!(waited < DEADLINE + MARGIN, "{waited:?}");
}
