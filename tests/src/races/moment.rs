//! Points in time that processes of one machine can compare.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Nanoseconds of the machine's monotonic clock. It says when calls ran, and decides nothing
/// that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moment(u64);

impl Moment {
    pub(crate) fn now() -> Self {
        let time = clock_gettime(ClockId::Monotonic);
        let seconds = u64::try_from(time.tv_sec).expect("the machine started in the past");
        let nanos = u64::try_from(time.tv_nsec).expect("a part of a second");
        Self(seconds * 1_000_000_000 + nanos)
    }

    pub(crate) const fn after_millis(self, millis: u64) -> Self {
        Self(self.0 + millis * 1_000_000)
    }

    /// Stops this thread until then; not at all if it is past.
    pub(crate) fn wait(self) {
        let left = self.0.saturating_sub(Self::now().0);
        std::thread::sleep(std::time::Duration::from_nanos(left));
    }
}

/// When a call was in flight.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Flight {
    pub(crate) start: Moment,
    pub(crate) end: Moment,
}

/// True if two of the flights had a moment in common.
pub(crate) fn overlap(flights: &mut [Flight]) -> bool {
    flights.sort_by_key(|flight| flight.start);
    let mut latest_end = None;
    flights.iter().any(|flight| {
        let meets = latest_end.is_some_and(|end| flight.start < end);
        latest_end = latest_end.max(Some(flight.end));
        meets
    })
}

#[cfg(test)]
mod tests {
    use super::{Flight, Moment, overlap};

    fn flights(times: &[(u64, u64)]) -> Vec<Flight> {
        let flight = |&(start, end)| Flight {
            start: Moment(start),
            end: Moment(end),
        };
        times.iter().map(flight).collect()
    }

    #[test]
    fn a_call_inside_another_overlaps_with_it() {
        assert!(overlap(&mut flights(&[(4, 5), (0, 9), (10, 12)])));
    }

    #[test]
    fn calls_one_after_the_other_do_not_overlap() {
        assert!(!overlap(&mut flights(&[(5, 9), (0, 5), (10, 12)])));
    }

    #[test]
    fn a_late_call_overlaps_with_a_long_one_before_it() {
        assert!(overlap(&mut flights(&[(0, 20), (21, 22), (21, 23)])));
    }
}
