//! How many writes of a pool there are at once.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::numbers::Numbers;

/// For each connection one write that uses it, and one that waits for it.
const PER_CONNECTION: u32 = 2;

/// The connections and the patience of what is no pool, but answers like one.
const NO_POOL: (u32, Duration) = (20, Duration::from_secs(2));

/// The places of the writes that go on when their callers go away.
#[derive(Debug)]
pub(super) struct Writes {
    places: Arc<Semaphore>,
    /// How long somebody waits for a connection, and for a place.
    patience: Duration,
}

/// The place of one write.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Writes {
    /// The places of the writes on this pool.
    pub(super) fn on(connection: &DatabaseConnection) -> Self {
        let (max, patience) =
            Numbers::of(connection).map_or(NO_POOL, |numbers| (numbers.max, numbers.patience));
        let places = max.max(1).saturating_mul(PER_CONNECTION);
        let places = usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            patience,
        }
    }

    /// A place; `None` if there was none for as long as anybody waits, or for so long.
    pub(super) async fn place(&self, at_most: Duration) -> Option<Place> {
        let places = Arc::clone(&self.places);
        let permit = match Arc::clone(&places).try_acquire_owned() {
            Ok(permit) => permit,
            // Without a runtime there is no time either.
            Err(_) if Handle::try_current().is_err() => return None,
            Err(_) => {
                let patience = self.patience.min(at_most);
                let waited = tokio::time::timeout(patience, places.acquire_owned()).await;
                waited.ok()?.ok()?
            }
        };
        Some(Place { _permit: permit })
    }
}
