//! Fails at once while the server cannot be reached.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// After so many calls in a row that found no server, those that follow fail at once.
const FAILURES: u32 = 3;
/// How long until one call tries again.
const PAUSE: Duration = Duration::from_millis(500);

/// Leave to go to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leave {
    /// While the server seems to be away: when the next call may try, which is whose turn it is.
    turn: Option<u64>,
}

/// Counts the calls that found the server out of reach.
///
/// While it is open one call per pause goes through. Its success, as any answer of the server,
/// closes it: nobody waits longer for a server that is back than the pause and the time that a
/// connection takes. A call that is dropped before it knows gives its turn to the next one. A full
/// pool is no sign of a server that is away, and is not counted.
///
/// Times are given by the caller, counted from a moment of its own that never changes.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: AtomicU32,
    /// Milliseconds at which the next call goes through while it is open.
    next: AtomicU64,
}

impl Breaker {
    /// Leave for a call that is about to go to the server; `None` if it may not.
    pub(crate) fn leave(&self, now: impl FnOnce() -> Duration) -> Option<Leave> {
        if self.failures.load(Ordering::Relaxed) < FAILURES {
            return Some(Leave { turn: None });
        }
        let now = now();
        let next = self.next.load(Ordering::Relaxed);
        let later = millis(now + PAUSE);
        // Of those who come at the same time one goes.
        let is_first = millis(now) >= next
            && self
                .next
                .compare_exchange(next, later, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        is_first.then_some(Leave { turn: Some(later) })
    }

    /// The call with this leave was dropped: if it was to try for all, another one may.
    pub(crate) fn give_back(&self, leave: Leave) {
        if let Leave { turn: Some(turn) } = leave {
            // Else somebody has tried since.
            let _ = self
                .next
                .compare_exchange(turn, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// The server answered.
    pub(crate) fn reached(&self) {
        if self.is_in_doubt() {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// A call found no server.
    pub(crate) fn missed(&self, now: Duration) {
        let failures = self.failures.load(Ordering::Relaxed).saturating_add(1);
        self.failures.store(failures, Ordering::Relaxed);
        if failures >= FAILURES {
            self.next.store(millis(now + PAUSE), Ordering::Relaxed);
        }
    }

    /// True if a call found no server and none has had an answer since.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.failures.load(Ordering::Relaxed) > 0
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Breaker;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn open() -> Breaker {
        let breaker = Breaker::default();
        for _ in 0..3 {
            breaker.missed(at(1_000));
        }
        breaker
    }

    #[test]
    fn two_failures_stop_nobody() {
        let breaker = Breaker::default();

        breaker.missed(at(1_000));
        breaker.missed(at(1_000));

        assert!(breaker.leave(|| at(1_000)).is_some());
        assert!(breaker.is_in_doubt());
    }

    #[test]
    fn after_three_failures_nobody_goes_for_half_a_second() {
        let breaker = open();

        let through = [1_000, 1_250, 1_499].map(|now| breaker.leave(|| at(now)).is_some());

        assert_eq!(through, [false; 3]);
    }

    #[test]
    fn then_one_goes_and_the_others_wait_for_the_next_half_second() {
        let breaker = open();

        let through =
            [1_500, 1_500, 1_999, 2_000, 2_000].map(|now| breaker.leave(|| at(now)).is_some());

        assert_eq!(through, [true, false, false, true, false]);
    }

    #[test]
    fn an_answer_lets_everybody_through() {
        let breaker = open();

        breaker.reached();

        assert!(breaker.leave(|| at(1_000)).is_some());
        assert!(!breaker.is_in_doubt());
    }

    #[test]
    fn failures_are_counted_from_the_last_answer() {
        let breaker = Breaker::default();
        breaker.missed(at(1_000));
        breaker.missed(at(1_000));
        breaker.reached();

        breaker.missed(at(1_000));
        breaker.missed(at(1_000));

        assert!(breaker.leave(|| at(1_000)).is_some());
    }

    #[test]
    fn a_failed_probe_keeps_it_open() {
        let breaker = open();
        assert!(breaker.leave(|| at(1_500)).is_some());

        breaker.missed(at(1_800));

        assert!(breaker.leave(|| at(2_299)).is_none());
        assert!(breaker.leave(|| at(2_300)).is_some());
    }

    #[test]
    fn who_gives_the_turn_back_lets_the_next_one_try_at_once() {
        let breaker = open();
        let leave = breaker.leave(|| at(1_500)).expect("the pause is over");

        breaker.give_back(leave);

        assert!(breaker.leave(|| at(1_501)).is_some());
        assert!(breaker.leave(|| at(1_502)).is_none());
    }

    #[test]
    fn a_turn_that_is_over_cannot_be_given_back() {
        let breaker = open();
        let leave = breaker.leave(|| at(1_500)).expect("the pause is over");
        let next = breaker.leave(|| at(2_000));

        breaker.give_back(leave);

        assert!(next.is_some());
        assert!(breaker.leave(|| at(2_001)).is_none());
    }
}
