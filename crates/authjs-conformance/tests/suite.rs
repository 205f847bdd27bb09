//! The suite on the executable specification, directly and through each pointer.

use authjs_adapter::{EmailRule, ManualClock, MemoryAdapter, Snapshot, async_trait};
use authjs_conformance::{DynHarness, Harness, MemoryHarness, conformance_suite, start};

mod memory {
    super::conformance_suite!(super::MemoryHarness);
}

mod dynamic {
    super::conformance_suite!(super::DynHarness<super::MemoryHarness>);
}

mod canonical {
    super::conformance_suite!(super::CanonicalHarness);
}

mod boxed {
    super::conformance_suite!(super::BoxHarness);
}

mod core_only {
    super::conformance_suite!(
        super::MemoryHarness: users, accounts, sessions, verification_tokens
    );
}

/// A store of its own kind of addresses.
struct CanonicalHarness {
    clock: ManualClock,
    store: MemoryAdapter,
}

#[async_trait]
impl Harness for CanonicalHarness {
    type Store = MemoryAdapter;

    async fn fresh() -> Self {
        let clock = ManualClock::new(start());
        let memory = MemoryHarness::fresh().await;
        let store = MemoryAdapter::new(clock.clone())
            .with_database_clock(memory.database_clock().clone())
            .with_email_rule(EmailRule::Canonical);
        Self { clock, store }
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

/// A store behind a box.
struct BoxHarness {
    inner: MemoryHarness,
    store: Box<MemoryAdapter>,
}

#[async_trait]
impl Harness for BoxHarness {
    type Store = Box<MemoryAdapter>;

    async fn fresh() -> Self {
        let inner = MemoryHarness::fresh().await;
        let store = Box::new(inner.store().clone());
        Self { inner, store }
    }

    fn store(&self) -> &Box<MemoryAdapter> {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        self.inner.clock()
    }

    async fn snapshot(&self) -> Snapshot {
        self.inner.snapshot().await
    }
}
