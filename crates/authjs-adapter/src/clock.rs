//! The one source of time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::truncate_to_millis;

/// Tells the time to an adapter, so that tests and replays can choose it.
///
/// An adapter cuts what it is told to milliseconds and binds it to its statements: no
/// decision about expiry mixes it with the clock of the database.
///
/// # Examples
///
/// ```
/// use authjs_adapter::Clock;
/// use chrono::{DateTime, Utc};
///
/// #[derive(Debug)]
/// struct AlwaysNewYear;
///
/// impl Clock for AlwaysNewYear {
///     fn now(&self) -> DateTime<Utc> {
///         "2020-01-01T00:00:00Z".parse().unwrap_or_default()
///     }
/// }
///
/// assert_eq!(AlwaysNewYear.now().timestamp(), 1_577_836_800);
/// ```
pub trait Clock: fmt::Debug + Send + Sync {
    /// The current time, UTC.
    fn now(&self) -> DateTime<Utc>;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> DateTime<Utc> {
        (**self).now()
    }
}

/// The clock of the operating system; what applications use.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Clock, SystemClock};
///
/// assert!(SystemClock.now().timestamp() > 1_577_836_800);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still until it is set; clones share the time.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Clock, ManualClock};
/// use chrono::{TimeDelta, TimeZone, Utc};
///
/// let start = Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).unwrap();
/// let clock = ManualClock::new(start);
/// clock.advance(TimeDelta::minutes(5));
///
/// assert_eq!(clock.now(), start + TimeDelta::minutes(5));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    millis: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows `now`, cut to milliseconds.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(now.timestamp_millis())),
        }
    }

    /// Sets the time, forwards or backwards, cut to milliseconds.
    pub fn set(&self, now: DateTime<Utc>) {
        self.millis
            .store(truncate_to_millis(now).timestamp_millis(), Ordering::SeqCst);
    }

    /// Moves the time by `by`, in whole milliseconds.
    pub fn advance(&self, by: TimeDelta) {
        self.millis
            .fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.millis.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Clock as _, ManualClock};

    fn start() -> DateTime<Utc> {
        "2020-01-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_manual_clock_shows_what_it_is_set_to_in_milliseconds() {
        let clock = ManualClock::new(start() + TimeDelta::microseconds(1_999));
        let first = clock.now();
        clock.set(start() + TimeDelta::microseconds(2_999));

        assert_eq!(first, start() + TimeDelta::milliseconds(1));
        assert_eq!(clock.now(), start() + TimeDelta::milliseconds(2));
    }

    #[test]
    fn a_manual_clock_is_advanced_for_its_clones_too() {
        let clock = ManualClock::new(start());
        let clone = clock.clone();

        clock.advance(TimeDelta::days(1));
        clock.advance(-TimeDelta::hours(1));

        assert_eq!(clone.now(), start() + TimeDelta::hours(23));
    }
}
