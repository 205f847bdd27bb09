//! Where the connections of one pool of the driver are.

use std::sync::Arc;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::ReleaseGuard;

/// Counts the connections of one pool of the driver that are in somebody's hands, or in ours.
///
/// A pool that takes the place of another one has a ledger of its own: what the old one never
/// gets back must not be missed in the new one.
#[derive(Debug, Default)]
#[expect(
    unnameable_types,
    reason = "only the sealed trait behind `Link` gives it out"
)]
pub struct Ledger {
    /// How many connections the pool has given out, and how many it was given back.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    lent: AtomicU64,
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    released: AtomicU64,
    /// How many connections a hook of ours works on.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    attended: AtomicU64,
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    is_retired: AtomicBool,
}

/// What the hooks of a pool of the driver tell, and whom.
#[derive(Clone, Debug)]
pub(super) struct Hooks {
    pub(super) guard: Arc<ReleaseGuard>,
    pub(super) ledger: Arc<Ledger>,
}

impl Hooks {
    /// The hooks of a pool that nobody has used yet.
    pub(super) fn new(guard: &Arc<ReleaseGuard>) -> Self {
        Self {
            guard: Arc::clone(guard),
            ledger: Arc::default(),
        }
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Ledger {
    /// The pool gives a connection out.
    pub(crate) fn lend(&self) {
        self.lent.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection comes back; what the driver does with it then takes its time.
    pub(crate) fn release(&self) {
        self.released.fetch_add(1, Ordering::Relaxed);
    }

    /// How many connections have come back.
    pub(super) fn released(&self) -> u64 {
        self.released.load(Ordering::Relaxed)
    }

    /// How many connections are in somebody's hands.
    fn held(&self) -> u64 {
        let released = self.released();
        self.lent.load(Ordering::Relaxed).saturating_sub(released)
    }

    /// How many connections are in somebody's hands or in ours.
    pub(super) fn known(&self) -> u32 {
        let attended = self.attended.load(Ordering::Relaxed);
        u32::try_from(self.held().saturating_add(attended)).unwrap_or(u32::MAX)
    }

    /// A hook works on a connection until this value is dropped.
    pub(super) fn attend(&self) -> Attendance<'_> {
        self.attended.fetch_add(1, Ordering::Relaxed);
        Attendance(self)
    }

    /// Another pool takes the place of this one, which keeps no connection from now on.
    pub(super) fn retire(&self) {
        self.is_retired.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_retired(&self) -> bool {
        self.is_retired.load(Ordering::Relaxed)
    }
}

/// That a hook works on a connection; also one that is dropped on the way ends it.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) struct Attendance<'l>(&'l Ledger);

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Drop for Attendance<'_> {
    fn drop(&mut self) {
        self.0.attended.fetch_sub(1, Ordering::Relaxed);
    }
}
