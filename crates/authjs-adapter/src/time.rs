//! Milliseconds, UTC: the precision of a JavaScript `Date`.

use chrono::{DateTime, Utc};

/// Cuts a time to milliseconds, towards the past, as every adapter does before writing and
/// on reading. A leap second becomes the second after it, as on the Unix time scale.
///
/// # Examples
///
/// ```
/// use authjs_adapter::truncate_to_millis;
/// use chrono::{DateTime, Utc};
///
/// let time: DateTime<Utc> = "2020-01-01T00:00:00.123999Z".parse().unwrap();
///
/// assert_eq!(truncate_to_millis(time).to_rfc3339(), "2020-01-01T00:00:00.123+00:00");
/// ```
#[must_use]
pub fn truncate_to_millis(time: DateTime<Utc>) -> DateTime<Utc> {
    // Not `trunc_subsecs`, which keeps leap seconds: no database and no JavaScript knows them.
    DateTime::from_timestamp_millis(time.timestamp_millis()).unwrap_or(time)
}

/// A time as `JSON.stringify` writes it: RFC 3339 with three fractional digits and `Z`.
pub(crate) mod iso {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        time: &DateTime<Utc>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }

    fn parse(text: &str) -> Option<DateTime<Utc>> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(super::truncate_to_millis(time.to_utc()))
    }

    /// The same for a time that may be `null`.
    pub(crate) mod option {
        use chrono::{DateTime, Utc};
        use serde::{Deserialize, Deserializer, Serializer};

        #[expect(clippy::ref_option, reason = "the form that serde's `with` calls")]
        pub(crate) fn serialize<S: Serializer>(
            time: &Option<DateTime<Utc>>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match time {
                Some(time) => super::serialize(time, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<DateTime<Utc>>, D::Error> {
            let Some(text) = Option::<String>::deserialize(deserializer)? else {
                return Ok(None);
            };
            let time = super::parse(&text)
                .ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))?;
            Ok(Some(time))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::truncate_to_millis;

    fn cut(time: &str) -> DateTime<Utc> {
        truncate_to_millis(time.parse().unwrap())
    }

    fn time(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    #[test]
    fn a_time_is_cut_towards_the_past() {
        assert_eq!(
            cut("2020-01-01T00:00:00.000999Z"),
            time("2020-01-01T00:00:00Z")
        );
        assert_eq!(
            cut("1969-12-31T23:59:59.999999Z"),
            time("1969-12-31T23:59:59.999Z")
        );
    }

    #[test]
    fn a_leap_second_becomes_the_next_second() {
        assert_eq!(
            cut("2016-12-31T23:59:60.5Z"),
            time("2017-01-01T00:00:00.500Z")
        );
    }

    #[test]
    fn the_ends_of_time_can_be_cut() {
        assert!(truncate_to_millis(DateTime::<Utc>::MIN_UTC) <= DateTime::<Utc>::MIN_UTC);
        assert!(truncate_to_millis(DateTime::<Utc>::MAX_UTC) <= DateTime::<Utc>::MAX_UTC);
    }
}
