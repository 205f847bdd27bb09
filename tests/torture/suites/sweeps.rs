//! Sweeps over every place of every write: cut off by the wire, dropped by its caller; and
//! clients that are killed.

use std::time::Duration;

use authjs_tests::{
    Cuts, Drops, KilledClients, MariadbDatabase, PostgresDatabase, RaceDatabase, Row,
    SqliteDatabase,
};
use tokio::time::Instant;

use super::Turn;
use crate::arguments::Backend;

/// What the suites are also asked for by.
pub(super) const CUTS: &[&str] = &["F12"];
pub(super) const DROPS: &[&str] = &["F11", "P18"];
pub(super) const CLIENTS: &[&str] = &["F13"];

/// What one try takes, for a guess at how many there is time for.
const MILLIS_PER_CUT: u64 = 50;
/// Writes times directions.
const CUTS_PER_POINT: u64 = 2 * 20;
/// As many places as no message has bytes: then every byte is tried.
const EVERY_BYTE: u64 = 600;
/// As many failures are told in words.
const EXAMPLES: usize = 5;

pub(super) async fn cuts(turn: Turn) -> Vec<Row> {
    if !turn.wants(CUTS) {
        return Vec::new();
    }
    let backends: Vec<_> = turn
        .plan
        .backends
        .iter()
        .filter(|backend| **backend != Backend::Sqlite)
        .collect();
    let mut rows = Vec::new();
    for (done, backend) in backends.iter().enumerate() {
        let time = turn.share(backends.len() - done);
        let until = std::time::Instant::now() + time;
        let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let points = (millis / MILLIS_PER_CUT / CUTS_PER_POINT).max(2);
        let points = (points < EVERY_BYTE).then_some(points);
        let (name, cuts) = match backend {
            Backend::Mariadb => (
                MariadbDatabase::NAME,
                Cuts::sweep::<MariadbDatabase>(points, Some(until)).await,
            ),
            _ => (
                PostgresDatabase::NAME,
                Cuts::sweep::<PostgresDatabase>(points, Some(until)).await,
            ),
        };
        let places = points.map_or_else(
            || "every byte".to_owned(),
            |points| format!("about {points} places"),
        );
        rows.push(Row {
            promise: "F12".to_owned(),
            name: "cuts".to_owned(),
            what: "a write that is cut off is whole or not there, as it is told".to_owned(),
            backend: name.to_owned(),
            trials: cuts.tried,
            failures: cuts.violations.len() as u64,
            note: format!(
                "{places} of each write and direction: {} answered, {} not applied, {} unknown, {} of them done; no time for {} writes",
                cuts.answered,
                cuts.not_applied,
                cuts.unknown,
                cuts.unknown_but_done,
                cuts.left_out
            ),
            examples: cuts.violations.into_iter().take(EXAMPLES).collect(),
            ..Row::default()
        });
    }
    rows
}

pub(super) async fn drops(turn: Turn) -> Vec<Row> {
    if !turn.wants(DROPS) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (done, backend) in turn.plan.backends.iter().enumerate() {
        let end = Instant::now() + turn.share(turn.plan.backends.len() - done);
        let mut sum = Drops::default();
        while sum.tried == 0 || Instant::now() < end {
            let seen = match backend {
                Backend::Sqlite => Drops::sweep::<SqliteDatabase>().await,
                Backend::Postgres => Drops::sweep::<PostgresDatabase>().await,
                Backend::Mariadb => Drops::sweep::<MariadbDatabase>().await,
            };
            sum.tried += seen.tried;
            sum.dropped += seen.dropped;
            sum.violations.extend(seen.violations);
        }
        rows.push(Row {
            promise: "F11".to_owned(),
            name: "drops".to_owned(),
            what: "a write that its caller drops at any poll is done".to_owned(),
            backend: backend.name().to_owned(),
            trials: sum.tried,
            failures: sum.violations.len() as u64,
            note: format!("{} dropped", sum.dropped),
            examples: sum.violations.into_iter().take(EXAMPLES).collect(),
            ..Row::default()
        });
    }
    rows
}

pub(super) async fn clients(turn: Turn) -> Vec<Row> {
    if !turn.wants(CLIENTS) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (done, backend) in turn.plan.backends.iter().enumerate() {
        let end = end(&turn, turn.plan.backends.len() - done);
        let program = &turn.plan.program;
        let seen = match backend {
            Backend::Sqlite => KilledClients::until::<SqliteDatabase>(program, end).await,
            Backend::Postgres => KilledClients::until::<PostgresDatabase>(program, end).await,
            Backend::Mariadb => KilledClients::until::<MariadbDatabase>(program, end).await,
        };
        rows.push(Row {
            promise: "F13".to_owned(),
            name: "clients".to_owned(),
            what: "what a killed client acknowledged is whole, nothing is half there".to_owned(),
            backend: backend.name().to_owned(),
            trials: seen.killed,
            failures: seen.violations.len() as u64,
            note: format!("{} acknowledged sign-ups", seen.acknowledged),
            examples: seen.violations.into_iter().take(EXAMPLES).collect(),
            ..Row::default()
        });
    }
    rows
}

fn end(turn: &Turn, left: usize) -> Instant {
    Instant::now() + turn.share(left).max(Duration::from_secs(1))
}
