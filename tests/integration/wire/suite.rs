//! The whole conformance suite in one process, for the SQL texts that it sends.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::vec::IntoIter;

use authjs_adapter::{Adapter as _, ManualClock, SessionToken, Snapshot, async_trait};
use authjs_conformance::{Aspect, Case, Harness, cases, start};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Mode, Shared, Standalone};

use super::{Watch as _, Watched};

/// Few, since several databases are used at once and a server takes a hundred.
const MAX_CONNECTIONS: u32 = 6;

/// The distinct texts of all cases, with raw session tokens and with hashed ones.
///
/// A few databases are used for many cases each: making one for each would take minutes.
pub(super) async fn texts_of_the_suite<D: Watched>() -> BTreeSet<String> {
    let shared = Queue::<D, Shared>::of_all_cases();
    let standalone = Queue::<D, Standalone>::of_all_cases();
    let workers: Vec<_> = (0..D::AT_ONCE)
        .map(|_| tokio::spawn(work(shared.clone(), standalone.clone())))
        .collect();
    let mut texts = BTreeSet::new();
    for worker in workers {
        texts.append(&mut worker.await.expect("its cases pass"));
    }
    texts
}

async fn work<D: Watched>(
    shared: Queue<D, Shared>,
    standalone: Queue<D, Standalone>,
) -> BTreeSet<String> {
    let database = Arc::new(D::migrated().await);
    let (pool, watch) = database.watched(MAX_CONNECTIONS).await;
    shared.run(&database, &pool).await;
    standalone.run(&database, &pool).await;
    // What a connection is asked that comes back to a pool which is in doubt: always, since it
    // may be once in a while anyway.
    let _ = pool.connection();
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.get_user(&1.into()).await.expect("an answer");
    store.get_user(&1.into()).await.expect("an answer");
    watch.texts()
}

/// The cases that nobody has run yet.
struct Queue<D, M>(Arc<Mutex<Cases<D, M>>>);

type Cases<D, M> = IntoIter<Case<Recorded<D, M>>>;

impl<D, M> Clone for Queue<D, M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: Watched, M: Mode> Queue<D, M> {
    /// All but the races: what is sent again in one depends on who wins.
    fn of_all_cases() -> Self {
        let mut cases = cases();
        cases.retain(|case| case.aspect() != Aspect::Race);
        Self(Arc::new(Mutex::new(cases.into_iter())))
    }

    fn next(&self) -> Option<Case<Recorded<D, M>>> {
        self.0.lock().expect("nobody panics with it").next()
    }

    async fn run(&self, database: &Arc<D>, pool: &Pool) {
        while let Some(case) = self.next() {
            database.clear().await;
            case.run(&Recorded::on(Arc::clone(database), pool)).await;
        }
    }
}

/// An adapter on a database that other cases use before and after.
struct Recorded<D, M> {
    clock: ManualClock,
    store: SeaOrmAdapter,
    database: Arc<D>,
    mode: PhantomData<M>,
}

impl<D: Watched, M: Mode> Recorded<D, M> {
    fn on(database: Arc<D>, pool: &Pool) -> Self {
        let clock = ManualClock::new(start());
        Self {
            store: M::adapter(pool.clone()).with_clock(clock.clone()),
            clock,
            database,
            mode: PhantomData,
        }
    }
}

#[async_trait]
impl<D: Watched, M: Mode> Harness for Recorded<D, M> {
    type Store = SeaOrmAdapter;

    async fn fresh() -> Self {
        let database = D::migrated().await;
        let (pool, _) = database.watched(MAX_CONNECTIONS).await;
        Self::on(Arc::new(database), &pool)
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

    fn stored_token(&self, token: &SessionToken) -> String {
        M::stored(token)
    }
}
