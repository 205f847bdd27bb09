//! Times, and the milliseconds of each that can be stored.

use chrono::{DateTime, Utc};

use super::Named;

/// A time, and what is stored of it.
#[derive(Clone, Copy, Debug)]
pub struct HostileTime {
    /// As it is given.
    pub given: DateTime<Utc>,
    /// Cut to milliseconds; `None` if it is refused.
    pub stored: Option<DateTime<Utc>>,
}

/// Times at the ends of what some calendar, column or clock can hold.
#[must_use]
pub fn hostile_times() -> Vec<Named<HostileTime>> {
    let mut times: Vec<Named<HostileTime>> = STORED
        .iter()
        .map(|&(name, given, stored)| time(name, parsed(given), Some(parsed(stored))))
        .collect();
    times.extend(
        REFUSED
            .iter()
            .map(|&(name, given)| time(name, parsed(given), None)),
    );
    times.push(time("calendar-min", DateTime::<Utc>::MIN_UTC, None));
    times.push(time("calendar-max", DateTime::<Utc>::MAX_UTC, None));
    times
}

fn time(
    name: &'static str,
    given: DateTime<Utc>,
    stored: Option<DateTime<Utc>>,
) -> Named<HostileTime> {
    Named::new(name, HostileTime { given, stored })
}

fn parsed(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|_| panic!("{text} is no time"))
}

const STORED: [(&str, &str, &str); 24] = [
    ("epoch", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
    (
        "epoch-and-1-ms",
        "1970-01-01T00:00:00.001Z",
        "1970-01-01T00:00:00.001Z",
    ),
    (
        "epoch-and-1-ns",
        "1970-01-01T00:00:00.000000001Z",
        "1970-01-01T00:00:00Z",
    ),
    (
        "half-a-ms",
        "2021-03-04T05:06:07.0005Z",
        "2021-03-04T05:06:07Z",
    ),
    (
        "microseconds",
        "2021-03-04T05:06:07.123456Z",
        "2021-03-04T05:06:07.123Z",
    ),
    (
        "nanoseconds",
        "2021-03-04T05:06:07.123999999Z",
        "2021-03-04T05:06:07.123Z",
    ),
    (
        "last-nanosecond",
        "2021-12-31T23:59:59.999999999Z",
        "2021-12-31T23:59:59.999Z",
    ),
    (
        "trailing-zeros",
        "2021-03-04T05:06:07.100Z",
        "2021-03-04T05:06:07.1Z",
    ),
    (
        "before-now",
        "2019-12-31T23:59:59.999Z",
        "2019-12-31T23:59:59.999Z",
    ),
    ("now", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    (
        "now-and-1-ns",
        "2020-01-01T00:00:00.000000001Z",
        "2020-01-01T00:00:00Z",
    ),
    (
        "now-and-1-ms",
        "2020-01-01T00:00:00.001Z",
        "2020-01-01T00:00:00.001Z",
    ),
    (
        "int4-seconds-max",
        "2038-01-19T03:14:07Z",
        "2038-01-19T03:14:07Z",
    ),
    (
        "int4-seconds-over",
        "2038-01-19T03:14:08Z",
        "2038-01-19T03:14:08Z",
    ),
    (
        "uint4-seconds-over",
        "2106-02-07T06:28:16Z",
        "2106-02-07T06:28:16Z",
    ),
    (
        "int8-nanoseconds-over",
        "2262-04-11T23:47:17Z",
        "2262-04-11T23:47:17Z",
    ),
    ("leap-day", "2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z"),
    (
        "no-leap-day",
        "2100-02-28T23:59:59.999Z",
        "2100-02-28T23:59:59.999Z",
    ),
    (
        "leap-second",
        "2016-12-31T23:59:60Z",
        "2017-01-01T00:00:00Z",
    ),
    (
        "leap-second-half",
        "2016-12-31T23:59:60.5Z",
        "2017-01-01T00:00:00.5Z",
    ),
    (
        "offset-plus-14",
        "2021-01-01T00:00:00+14:00",
        "2020-12-31T10:00:00Z",
    ),
    (
        "summer-time-gap",
        "2021-03-28T02:30:00+01:00",
        "2021-03-28T01:30:00Z",
    ),
    (
        "year-9999-end",
        "9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59.999Z",
    ),
    (
        "year-9999-last-ns",
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-31T23:59:59.999Z",
    ),
];

const REFUSED: [(&str, &str); 12] = [
    ("epoch-less-1-ms", "1969-12-31T23:59:59.999Z"),
    ("epoch-less-1-ns", "1969-12-31T23:59:59.999999999Z"),
    ("year-1900", "1900-01-01T00:00:00Z"),
    ("year-1", "0001-01-01T00:00:00Z"),
    ("year-0", "0000-01-01T00:00:00Z"),
    ("year-1-bc", "-0001-12-31T00:00:00Z"),
    ("postgres-min", "-4713-11-24T00:00:00Z"),
    ("year-10000", "+10000-01-01T00:00:00Z"),
    ("leap-second-of-9999", "9999-12-31T23:59:60Z"),
    ("year-100000", "+100000-01-01T00:00:00Z"),
    ("year-262142", "+262142-12-31T23:59:59Z"),
    ("offset-over-9999", "9999-12-31T23:59:59-01:00"),
];
