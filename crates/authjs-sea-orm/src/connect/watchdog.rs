//! Notices places of a pool that nobody will ever give back, and replaces the pool.
//!
//! sqlx 0.9.0 pings each connection on its way back to the pool, without a limit
//! (launchbadge/sqlx#4349). A peer that falls silent in that moment, after our examination, keeps
//! the place for ever. Such a place is neither idle nor in anybody's hands.

use std::collections::VecDeque;
use std::sync::Weak;
use std::time::Duration;

use super::Ledger;
use super::generations::Generation;
use super::numbers::Numbers;
use super::pool::Inner;

/// How often the pool is looked at while it is used.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many looks in a row must find places lost, seven seconds from the first to the last.
const LOOKS: usize = 8;
/// A ping takes less than this, or the network is of no use.
const LONGEST_PING: Duration = Duration::from_millis(250);

/// What the last looks have seen, each of which found places lost.
#[derive(Debug, Default)]
struct Sightings(VecDeque<Look>);

#[derive(Clone, Copy, Debug)]
struct Look {
    /// Places that were lost.
    lost: u32,
    /// How many connections had been given back since the pool was made.
    released: u64,
}

impl Sightings {
    /// Adds a look that found so many places lost, after so many connections were given back
    /// since the pool was made. True if they are lost for good.
    ///
    /// On a busy pool some connection is always on its way back: places are taken for lost only
    /// if so few came back meanwhile that their pings would each have taken too long.
    fn add(&mut self, lost: u32, released: u64) -> bool {
        if lost == 0 {
            self.0.clear();
            return false;
        }
        // Older looks are forgotten: a pool that was busy then may be quiet now.
        if self.0.len() == LOOKS {
            self.0.pop_front();
        }
        self.0.push_back(Look { lost, released });
        let fewest = self.0.iter().map(|look| look.lost).min();
        let (Some(fewest), Some(first)) = (fewest, self.0.front()) else {
            return false;
        };
        let pings = u128::from(released.saturating_sub(first.released));
        let pauses = self.0.len().saturating_sub(1) as u128;
        let seen = u128::from(fewest) * LOOK_EVERY.as_millis() * pauses;
        self.0.len() == LOOKS && pings * LONGEST_PING.as_millis() < seen
    }
}

/// That somebody looks after a pool. Dropped, also with the runtime that the watch ran on, it
/// lets the next one begin.
pub(super) struct Watching {
    pool: Weak<Inner>,
    is_over: bool,
}

impl Watching {
    pub(super) const fn new(pool: Weak<Inner>) -> Self {
        Self {
            pool,
            is_over: false,
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if !self.is_over
            && let Some(pool) = self.pool.upgrade()
        {
            pool.stops_watch();
        }
    }
}

/// Looks after a pool until nothing is wrong with it any more.
pub(super) async fn watch(mut watching: Watching) {
    let mut sightings = Sightings::default();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(pool) = watching.pool.upgrade() else {
            return;
        };
        let current = pool.current();
        let Some(ledger) = &current.ledger else {
            return;
        };
        let lost = lost(current, ledger);
        if sightings.add(lost, ledger.released()) {
            if replace(&pool, lost).await {
                sightings = Sightings::default();
            }
        } else if lost == 0 && pool.ends_watch() {
            watching.is_over = true;
            return;
        }
    }
}

/// The places that the driver has to itself: neither idle, nor waiting to be opened, which a
/// pooler with few places may let many do, nor in anybody's hands.
fn lost(pool: &Generation, ledger: &Ledger) -> u32 {
    let Some(numbers) = Numbers::of(&pool.connection) else {
        return 0;
    };
    let seen = [numbers.opening, numbers.idle, ledger.known()];
    seen.into_iter().fold(numbers.size, u32::saturating_sub)
}

/// Puts a new pool in the place of the one that lost places. False if that cannot be yet.
async fn replace(pool: &Inner, lost: u32) -> bool {
    let is_replaced = pool.replace().await;
    if is_replaced {
        tracing::warn!(
            target: "authjs",
            lost,
            "connections were never given back to the pool: a new pool takes its place"
        );
    }
    is_replaced
}

#[cfg(test)]
mod tests {
    use super::Sightings;

    /// The first look, if any, at which places are taken for lost.
    fn verdict(looks: impl IntoIterator<Item = (u32, u64)>) -> Option<usize> {
        let mut sightings = Sightings::default();
        looks
            .into_iter()
            .position(|(lost, released)| sightings.add(lost, released))
    }

    #[test]
    fn a_place_that_is_lost_for_seven_seconds_is_lost() {
        assert_eq!(verdict([(1, 100); 20]), Some(7));
    }

    #[test]
    fn a_place_that_comes_back_is_not_lost() {
        let looks = [(1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (0, 1)];

        assert_eq!(verdict(looks.into_iter().cycle().take(100)), None);
    }

    #[test]
    fn a_busy_pool_always_has_connections_on_their_way_back() {
        let looks = (0..100).map(|second| (7, second * 1_000));

        assert_eq!(verdict(looks), None);
    }

    #[test]
    fn places_that_were_lost_on_a_busy_pool_are_missed_when_it_is_quiet() {
        let busy = (0..100).map(|second| (3, second * 1_000));
        let quiet = [(3, 100_000); 20];

        let verdict = verdict(busy.chain(quiet));

        assert_eq!(verdict, Some(100 + 7));
    }

    #[test]
    fn a_pool_that_serves_a_few_calls_with_the_places_that_are_left_has_lost_the_others() {
        let looks = (0..100).map(|second| (2, second * 5));

        assert_eq!(verdict(looks), Some(7));
    }
}
