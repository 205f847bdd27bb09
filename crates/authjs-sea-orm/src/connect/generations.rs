//! The connections of a pool, and those that took their place.

use std::sync::{Arc, OnceLock};
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::time::Duration;

use sea_orm::DatabaseConnection;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use sea_orm::DatabaseConnectionType;

use super::Ledger;

/// How long it takes at most to take leave of a server that is there.
#[cfg(any(feature = "mysql", feature = "postgres"))]
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// A pool of the driver and what replaced it.
///
/// A chain, since whoever works with one holds a reference and no lock: finding the last one
/// costs a load for each that was replaced, which happens after a fault of the network at most.
/// A replaced pool stays until the end, empty, since the application may have a reference to it.
pub(super) struct Generations {
    first: Generation,
    next: Link,
}

/// A pool of the driver.
pub(super) struct Generation {
    pub(super) connection: DatabaseConnection,
    /// `None` for a pool of the application.
    pub(super) ledger: Option<Arc<Ledger>>,
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Generation {
    /// Closes the connections that idle, and lets the others be closed when they come back.
    pub(super) async fn retire(&self) {
        if let Some(ledger) = &self.ledger {
            ledger.retire();
        }
        match &self.connection.inner {
            #[cfg(feature = "postgres")]
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                empty(self.connection.get_postgres_connection_pool()).await;
            }
            #[cfg(feature = "mysql")]
            DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
                empty(self.connection.get_mysql_connection_pool()).await;
            }
            _ => {}
        }
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
async fn empty<D: sqlx::Database>(pool: &sqlx::Pool<D>) {
    while let Some(connection) = pool.try_acquire() {
        // One whose peer is silent is dropped on the way.
        let _ = tokio::time::timeout(CLOSED_WITHIN, connection.close()).await;
    }
}

type Link = OnceLock<Arc<Later>>;

struct Later {
    generation: Generation,
    next: Link,
}

impl Generations {
    pub(super) const fn new(first: Generation) -> Self {
        Self {
            first,
            next: OnceLock::new(),
        }
    }

    /// The one to work with.
    pub(super) fn current(&self) -> &Generation {
        self.last().0
    }

    /// Puts another in the place of the current one. False if somebody else just did.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn replace(&self, generation: Generation) -> bool {
        let later = Later {
            generation,
            next: OnceLock::new(),
        };
        self.last().1.set(Arc::new(later)).is_ok()
    }

    fn last(&self) -> (&Generation, &Link) {
        let mut last = (&self.first, &self.next);
        while let Some(later) = last.1.get() {
            last = (&later.generation, &later.next);
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
