//! Whether an operation that applied nothing is tried again, and after which pause.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// How often an operation is tried at most.
const TRIES: u32 = 3;
/// The shortest pause before the second try; it doubles with each further one.
const PAUSE: Duration = Duration::from_millis(5);

/// The tries of one operation.
#[derive(Debug)]
pub(super) struct Tries {
    deadline: Duration,
    made: u32,
}

impl Tries {
    pub(super) const fn new(deadline: Duration) -> Self {
        Self { deadline, made: 1 }
    }

    /// How long to wait before the next try, after so long; `None` if there is none.
    pub(super) fn next(&mut self, elapsed: Duration) -> Option<Duration> {
        // The standard library seeds each of these differently: enough to spread those who
        // failed together, in this process and in others, and no secret hangs on it.
        let spread = RandomState::new().hash_one(self.made);
        let pause = pause(self.made, elapsed, self.deadline, spread)?;
        self.made += 1;
        Some(pause)
    }
}

/// The pause after as many tries, between one and two times its shortest length.
///
/// When more than half of the deadline is over there is no further try: a limit of the server
/// would end it only after the deadline, and what is known for certain now would be unknown.
fn pause(made: u32, elapsed: Duration, deadline: Duration, spread: u64) -> Option<Duration> {
    if made >= TRIES || elapsed > deadline / 2 {
        return None;
    }
    let shortest = PAUSE * 2_u32.pow(made - 1);
    let steps = u64::try_from(shortest.as_micros()).unwrap_or(1).max(1);
    Some(shortest + Duration::from_micros(spread % steps))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Tries, pause};

    const DEADLINE: Duration = Duration::from_secs(5);

    #[test]
    fn there_are_three_tries() {
        let pauses = [1, 2, 3].map(|made| pause(made, Duration::ZERO, DEADLINE, 0));

        let millis = |millis| Some(Duration::from_millis(millis));
        assert_eq!(pauses, [millis(5), millis(10), None]);
    }

    #[test]
    fn there_is_no_further_try_in_the_second_half_of_the_deadline() {
        let half = DEADLINE / 2;

        let first = pause(1, half, DEADLINE, 0);
        let late = pause(1, half + Duration::from_nanos(1), DEADLINE, 0);

        assert!(first.is_some());
        assert_eq!(late, None);
    }

    #[test]
    fn a_pause_is_less_than_twice_its_shortest_length() {
        for spread in [0, 1, 4_999, 5_000, u64::MAX] {
            let pause = pause(1, Duration::ZERO, DEADLINE, spread).expect("a second try");

            let bounds = Duration::from_millis(5)..Duration::from_millis(10);
            assert!(bounds.contains(&pause), "{spread}: {pause:?}");
        }
    }

    #[tokio::test]
    async fn those_who_failed_together_come_back_at_different_times() {
        let pauses = (0..50).map(|_| Tries::new(DEADLINE).next(Duration::ZERO));

        let pauses: std::collections::HashSet<_> = pauses.collect();
        assert!(pauses.len() > 10, "{pauses:?}");
    }
}
