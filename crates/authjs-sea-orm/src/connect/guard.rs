//! Keeps broken connections out of the pool, at no cost while nothing is wrong.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a pool stays suspect after an operation was dropped, timed out or failed.
const SUSPECT_FOR: Duration = Duration::from_secs(2);

/// Decides whether a connection is examined when it comes back to the pool.
///
/// sqlx 0.9.0 has two defects: a cancelled `begin` leaves a transaction open on the server
/// that the pool does not know of, so that the next borrower works inside it (launchbadge/sqlx#4385);
/// and a peer that falls silent keeps a permit for ever (launchbadge/sqlx#4349). The
/// examination finds both, but costs a round trip on each release, so it runs only while
/// something has just gone wrong, or always if the application uses the pool itself, where
/// nobody tells us.
#[derive(Debug)]
pub(crate) struct ReleaseGuard {
    start: Instant,
    /// Milliseconds after `start` until which the pool is suspect.
    until: AtomicU64,
    always: AtomicBool,
    /// Milliseconds after `start` before which connections have prepared statements that do not
    /// fit the schema any more; 0 for never.
    outdated: AtomicU64,
    /// Milliseconds after `start` at which a connection was last found broken; 0 for never.
    broken: AtomicU64,
}

impl ReleaseGuard {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            until: AtomicU64::new(0),
            always: AtomicBool::new(false),
            outdated: AtomicU64::new(0),
            broken: AtomicU64::new(0),
        }
    }

    /// Something went wrong: examines every connection for a while.
    pub(crate) fn suspect(&self) {
        let until = self.start.elapsed().saturating_add(SUSPECT_FOR);
        self.until.fetch_max(millis(until), Ordering::Relaxed);
    }

    /// Somebody else uses the pool too: examines every connection from now on.
    pub(crate) fn suspect_always(&self) {
        self.always.store(true, Ordering::Relaxed);
    }

    /// The schema changed under prepared statements, and the driver keeps those: connections
    /// that are older than this moment are closed when they are next used.
    pub(crate) fn outdate(&self) {
        let now = millis(self.start.elapsed()).max(1);
        self.outdated.fetch_max(now, Ordering::Relaxed);
    }

    /// True if a connection of this age has outdated prepared statements.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn is_outdated(&self, age: Duration) -> bool {
        let born = millis(self.start.elapsed().saturating_sub(age));
        born <= self.outdated.load(Ordering::Relaxed) && self.outdated.load(Ordering::Relaxed) > 0
    }

    /// A connection broke, and those that idle may have broken with it: each of them is pinged
    /// before it is used again.
    pub(crate) fn broke(&self) {
        let now = millis(self.start.elapsed()).max(1);
        self.broken.fetch_max(now, Ordering::Relaxed);
    }

    /// True if a connection that idled for so long has not been used since one broke.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn may_be_broken(&self, idle_for: Duration) -> bool {
        let broken = self.broken.load(Ordering::Relaxed);
        broken > 0 && millis(self.start.elapsed().saturating_sub(idle_for)) <= broken
    }

    /// True while connections are to be examined.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn is_suspect(&self) -> bool {
        self.always.load(Ordering::Relaxed) || self.has_news()
    }

    /// True while something went wrong a moment ago.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn has_news(&self) -> bool {
        millis(self.start.elapsed()) < self.until.load(Ordering::Relaxed)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(all(test, any(feature = "mysql", feature = "postgres")))]
mod tests {
    use std::time::Duration;

    use super::ReleaseGuard;

    #[test]
    fn only_connections_that_idled_while_one_broke_are_doubted() {
        let guard = ReleaseGuard::new();
        let before = guard.may_be_broken(Duration::from_mins(1));

        guard.broke();

        assert!(!before);
        assert!(guard.may_be_broken(Duration::from_mins(1)));
        std::thread::sleep(Duration::from_millis(3));
        assert!(!guard.may_be_broken(Duration::ZERO));
    }
}
