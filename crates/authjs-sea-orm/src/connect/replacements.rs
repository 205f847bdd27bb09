//! When a pool may be replaced again.

use std::time::Duration;

/// How long a new pool is given before another one takes its place, and twice as long each time
/// after that.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// After so long without a replacement the next one counts as the first.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(15);

/// The replacements of a pool: one that does not help is not repeated at once, nor often.
///
/// Times are given by the caller, counted from a moment of its own that never changes.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    last: Option<Duration>,
    in_a_row: u32,
}

impl Replacements {
    /// True if the pool may be replaced now.
    pub(super) fn allows(&self, now: Duration) -> bool {
        let Some(last) = self.last else { return true };
        let doublings = self.in_a_row.saturating_sub(1);
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings));
        now.saturating_sub(last) >= pause.min(LONGEST_PAUSE)
    }

    /// The pool is replaced now.
    pub(super) fn add(&mut self, now: Duration) {
        let is_forgotten = self
            .last
            .is_none_or(|last| now.saturating_sub(last) >= FORGOTTEN_AFTER);
        self.in_a_row = if is_forgotten {
            1
        } else {
            self.in_a_row.saturating_add(1)
        };
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Replacements;

    /// The seconds at which a pool is replaced that is found wanting in each of these.
    fn times(seconds: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut replacements = Replacements::default();
        let mut times = Vec::new();
        for second in seconds {
            let now = Duration::from_secs(second);
            if replacements.allows(now) {
                replacements.add(now);
                times.push(second);
            }
        }
        times
    }

    #[test]
    fn replacements_that_do_not_help_become_rare() {
        let expected = [0, 10, 30, 70, 150, 310, 610, 910, 1_210];

        assert_eq!(times(0..1_500), expected);
    }

    #[test]
    fn after_a_quiet_time_all_is_as_in_the_beginning() {
        let seconds = (0..100).chain(2_000..2_031);

        assert_eq!(times(seconds), [0, 10, 30, 70, 2_000, 2_010, 2_030]);
    }
}
