//! The connections of a pool, and those that took their place.

use std::sync::{Arc, OnceLock};

use sea_orm::DatabaseConnection;

/// A pool of the driver and what replaced it.
///
/// A chain, since whoever works with one holds a reference and no lock: finding the last one
/// costs a load for each that was replaced, which happens after a fault of the network at most.
/// A replaced pool stays until the end, empty, since the application may have a reference to it.
pub(super) struct Generations {
    first: DatabaseConnection,
    next: Link,
}

type Link = OnceLock<Arc<Later>>;

struct Later {
    connection: DatabaseConnection,
    next: Link,
}

impl Generations {
    pub(super) const fn new(first: DatabaseConnection) -> Self {
        Self {
            first,
            next: OnceLock::new(),
        }
    }

    /// The one to work with.
    pub(super) fn current(&self) -> &DatabaseConnection {
        self.last().0
    }

    /// Puts another in the place of the current one.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn replace(&self, connection: DatabaseConnection) {
        let later = Later {
            connection,
            next: OnceLock::new(),
        };
        // Two who replace at once: the one that comes second is not needed.
        let _ = self.last().1.set(Arc::new(later));
    }

    fn last(&self) -> (&DatabaseConnection, &Link) {
        let mut last = (&self.first, &self.next);
        while let Some(later) = last.1.get() {
            last = (&later.connection, &later.next);
        }
        last
    }
}

impl Drop for Generations {
    /// One after the other: a long chain that drops itself would need a deep stack.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut later) = next.and_then(Arc::into_inner) {
            next = later.next.take();
        }
    }
}
