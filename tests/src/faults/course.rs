//! One fault from the calm before it to the judgement after it.

use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use authjs_adapter::{Adapter as _, ManualClock, NewUser, User};
use authjs_conformance::start;
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::lives::Worker;
use super::notes::Notes;
use super::{FaultScene, FaultTally, Injection, held_after};
use crate::{Networked, Proxy};

/// How long no success may be seen before the prober gives up.
const PATIENCE: Duration = Duration::from_secs(15);
/// Within which a pool has its permits back.
const PERMITS: Duration = Duration::from_secs(10);
/// The connections of the pool.
const CONNECTIONS: u32 = 8;

/// How long a fault is looked at, and by how many.
#[derive(Clone, Copy, Debug)]
pub struct FaultCourse {
    /// Callers, all the time.
    pub workers: usize,
    /// Before and after the fault.
    pub calm: Duration,
    /// The fault itself.
    pub fault: Duration,
}

impl FaultCourse {
    /// The form that the tests run.
    pub const SHORT: Self = Self {
        workers: 12,
        calm: Duration::from_millis(300),
        fault: Duration::from_millis(1200),
    };

    /// Lets the database fail, and tells what was seen.
    pub async fn run<D: Networked>(self, database: D, injection: &dyn Injection<D>) -> FaultTally {
        let panics = Panics::watch();
        let proxy = Proxy::before(&database).await;
        let options = proxy
            .readable_options(&database)
            .max_connections(CONNECTIONS);
        let scene = FaultScene { proxy, database };
        let pool = Pool::connect(options).await.expect("the database is there");
        let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(ManualClock::new(start()));
        let notes = Notes::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let mut workers = JoinSet::new();
        for number in 0..self.workers {
            let worker = Worker {
                store: store.clone(),
                notes: notes.clone(),
                user: user(&store, number).await,
            };
            let is_over = Arc::clone(&is_over);
            workers.spawn(async move { work(worker, number, &is_over).await });
        }
        let known = user(&store, self.workers).await;

        tokio::time::sleep(self.calm).await;
        injection.run(&scene, self.fault).await;
        if let Some(recovery) = recovery(&store, &known).await {
            notes.recovered(recovery);
        }
        tokio::time::sleep(self.calm).await;
        is_over.store(true, Ordering::Relaxed);
        let mut escaped = 0;
        while let Some(worker) = workers.join_next().await {
            escaped += u64::from(worker.is_err());
        }

        let permits_held = held_after(&pool, PERMITS).await;
        let (tally, ledger) = notes.read();
        FaultTally {
            violations: ledger.violations(&scene.database.snapshot().await),
            permits_held,
            panics: panics.since(),
            escaped,
            ..tally
        }
    }
}

/// Lives one life after the other.
async fn work(worker: Worker, number: usize, is_over: &AtomicBool) {
    for round in 0_u32.. {
        let key = |what| format!("{what}-{number}-{round}");
        match round % 5 {
            0 => worker.session(&key("session")).await,
            1 => worker.link(&key("link")).await,
            2 => worker.rename(&key("name")).await,
            3 => worker.sign_up(&key("up")).await,
            _ => worker.sign_in(&key("in")).await,
        }
        if is_over.load(Ordering::Relaxed) {
            return;
        }
    }
}

async fn user(store: &SeaOrmAdapter, number: usize) -> User {
    let user = NewUser {
        name: Some(format!("Worker {number}")),
        ..NewUser::default()
    };
    store.create_user(user).await.expect("the database works")
}

/// How long it takes until somebody who asks now is answered.
async fn recovery(store: &SeaOrmAdapter, known: &User) -> Option<Duration> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Ok(Some(_)) = store.get_user(&known.id).await {
            return Some(began.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

/// Panics of the whole process, counted before whatever else is done about them.
struct Panics {
    before: u64,
}

static PANICS: AtomicU64 = AtomicU64::new(0);
static COUNTING: Once = Once::new();

impl Panics {
    fn watch() -> Self {
        COUNTING.call_once(|| {
            let others = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                PANICS.fetch_add(1, Ordering::Relaxed);
                others(panic);
            }));
        });
        Self {
            before: PANICS.load(Ordering::Relaxed),
        }
    }

    fn since(&self) -> u64 {
        PANICS.load(Ordering::Relaxed) - self.before
    }
}
