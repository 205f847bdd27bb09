//! What the benchmarks share: the tables they read, and ratios of one run.

use std::path::{Path, PathBuf};

use authjs_adapter::SessionToken;
use chrono::{DateTime, Utc};

/// Sessions in the tables, two for each user.
pub const SESSIONS: u32 = 100_000;

/// The time of the benchmarks; all sessions are live.
#[must_use]
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_577_836_800, 0).unwrap_or_default()
}

/// The token of a session, of the length that Auth.js makes.
#[must_use]
pub fn token(session: u32) -> SessionToken {
    SessionToken::new(format!("{session:08}-0000-4000-8000-000000000000"))
}

/// Users and sessions for PostgreSQL, one statement each.
pub const FILL_POSTGRES: [&str; 3] = [
    "INSERT INTO users (name, email, \"emailVerified\", image) \
     SELECT 'User ' || n, 'user' || n || '@example.com', '2019-01-01Z', \
     'https://example.com/' || n || '.png' FROM generate_series(1, 50000) n",
    "INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
     SELECT n / 2 + 1, '2020-01-31Z', lpad(n::text, 8, '0') || '-0000-4000-8000-000000000000' \
     FROM generate_series(0, 99999) n",
    "ANALYZE",
];

/// The same for SQLite.
pub const FILL_SQLITE: [&str; 3] = [
    "WITH RECURSIVE series (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM series WHERE n < 50000) \
     INSERT INTO users (name, email, \"emailVerified\", image) \
     SELECT 'User ' || n, 'user' || n || '@example.com', '2019-01-01T00:00:00+00:00', \
     'https://example.com/' || n || '.png' FROM series",
    "WITH RECURSIVE series (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM series WHERE n < 99999) \
     INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
     SELECT n / 2 + 1, '2020-01-31T00:00:00+00:00', \
     printf('%08d', n) || '-0000-4000-8000-000000000000' FROM series",
    "ANALYZE",
];

/// Where criterion keeps its estimates.
#[must_use]
pub fn output_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/criterion")
}

/// The median time of a benchmark that has just run, in nanoseconds; `None` if it was left out.
#[must_use]
pub fn median(group: &str, function: &str) -> Option<f64> {
    let path = output_directory()
        .join(group)
        .join(function)
        .join("new/estimates.json");
    let text = std::fs::read_to_string(path).ok()?;
    let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
    estimates.pointer("/median/point_estimate")?.as_f64()
}
