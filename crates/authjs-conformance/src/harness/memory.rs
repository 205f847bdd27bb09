//! The suite on the executable specification.

use authjs_adapter::{ManualClock, MemoryAdapter, Snapshot, async_trait};
use chrono::TimeDelta;

use super::{Harness, start};

/// How far the clock of the "database" is ahead of the suite, as that of a real one is.
const DATABASE_LEAD: TimeDelta = TimeDelta::days(5 * 365);

/// A [`MemoryAdapter`] whose "database" has a clock of its own, in 2024.
#[derive(Debug)]
pub struct MemoryHarness {
    clock: ManualClock,
    database_clock: ManualClock,
    store: MemoryAdapter,
}

impl MemoryHarness {
    /// The clock of the "database", which the purge looks at too.
    #[must_use]
    pub const fn database_clock(&self) -> &ManualClock {
        &self.database_clock
    }
}

impl Default for MemoryHarness {
    fn default() -> Self {
        let clock = ManualClock::new(start());
        let database_clock = ManualClock::new(start() + DATABASE_LEAD);
        let store = MemoryAdapter::new(clock.clone()).with_database_clock(database_clock.clone());
        Self {
            clock,
            database_clock,
            store,
        }
    }
}

#[async_trait]
impl Harness for MemoryHarness {
    type Store = MemoryAdapter;

    async fn fresh() -> Self {
        Self::default()
    }

    fn store(&self) -> &MemoryAdapter {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }
}
