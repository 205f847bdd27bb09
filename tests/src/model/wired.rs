//! A store behind a wire that fails.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use authjs_adapter::{DynStore, ManualClock, SessionToken, Snapshot, async_trait};
use authjs_conformance::start;
use authjs_sea_orm::{Pool, SeaOrmAdapter};

use super::raw::Raw;
use super::subject::{Rule, Subject};
use crate::{Direction, Fault, Mode, Networked, Proxy, Shared};

/// As long as a silent server keeps a call: a history must go on.
const DEADLINE: Duration = Duration::from_millis(250);

/// As many as a round has clients, and some.
const MAX_CONNECTIONS: u32 = 8;

/// Our adapter on a database of its own, reached through a proxy.
#[derive(Debug)]
pub struct Wired<D, M = Shared> {
    clock: ManualClock,
    store: SeaOrmAdapter,
    proxy: Proxy,
    faults: AtomicU64,
    raw: Raw,
    // Dropped after all that is connected to it.
    database: D,
    mode: PhantomData<M>,
}

#[async_trait]
impl<D: Networked, M: Mode + Rule> Subject for Wired<D, M> {
    type Rule = M;

    async fn fresh() -> Self {
        let database = D::migrated().await;
        let proxy = Proxy::before(&database).await;
        let clock = ManualClock::new(start());
        let options = proxy.options(&database).max_connections(MAX_CONNECTIONS);
        let pool = Pool::connect(options).await.expect("the database is there");
        Self {
            store: M::adapter(pool)
                .with_clock(clock.clone())
                .with_deadline(DEADLINE),
            clock,
            proxy,
            faults: AtomicU64::new(0),
            raw: Raw::connect(&database.url()).await,
            database,
            mode: PhantomData,
        }
    }

    async fn clear(&mut self) {
        self.raw.clear().await;
        self.clock.set(start());
    }

    fn store(&self) -> &DynStore {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }

    fn stored(&self, token: &SessionToken) -> String {
        M::stored(token)
    }

    /// One fault after the other; some end only with the next.
    async fn disturb(&self) {
        let number = self.faults.fetch_add(1, Ordering::Relaxed);
        let bytes = number * 7 % 90;
        let cut = |direction| Fault::CutAfter { direction, bytes };
        match number % 8 {
            0 => self.proxy.fail_open(Fault::Reset).await,
            1 => self.proxy.fail_open(cut(Direction::ToClient)).await,
            2 => self.proxy.fail(Fault::BlackHole).await,
            4 => self.proxy.fail_open(cut(Direction::ToServer)).await,
            5 => {
                let silent = Direction::ToClient;
                self.proxy.fail_open(Fault::HalfOpen { silent }).await;
            }
            6 => self.raw.disturb().await,
            _ => self.proxy.pass().await,
        }
    }

    async fn calm(&self) {
        self.proxy.pass().await;
    }
}
