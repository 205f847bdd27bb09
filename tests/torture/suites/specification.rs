//! The stores beside the executable specification: sequences, and histories of calls at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use authjs_tests::model::linear::{Calls, Faults, Rounds, Sessions, Tokens, linearizable};
use authjs_tests::model::{self, Subject, Wired, hold};
use authjs_tests::{
    MariadbDatabase, Networked, PostgresDatabase, Row, Shared, SqliteDatabase, Standalone,
    TestDatabase,
};

use super::Turn;
use crate::arguments::Backend;

/// What the suites are also asked for by.
pub(super) const SEQUENCES: &[&str] = &["specification"];
pub(super) const HISTORIES: &[&str] = &["linearizable"];

/// The sequences between two looks at the time.
const BATCH: u64 = 5;
const STEPS: usize = 60;
/// The rounds between two looks at the time.
const ROUNDS: u64 = 5;

pub(super) async fn model(turn: Turn) -> Vec<Row> {
    if !turn.wants(SEQUENCES) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let mut left = turn.plan.backends.len() * 2;
    for backend in turn.plan.backends.clone() {
        for is_standalone in [false, true] {
            let time = turn.share(left);
            left -= 1;
            let run = move || sequences(backend, is_standalone, time);
            let (tried, failure) = tokio::task::spawn_blocking(run)
                .await
                .unwrap_or_else(|end| (1, Some(end.to_string())));
            rows.push(Row {
                promise: "P1".to_owned(),
                name: "sequences".to_owned(),
                what: "a sequence of operations is answered as by the specification".to_owned(),
                backend: backend.name().to_owned(),
                trials: tried,
                failures: u64::from(failure.is_some()),
                note: format!("{}, up to {STEPS} operations each", mode(is_standalone)),
                examples: failure.into_iter().collect(),
                ..Row::default()
            });
        }
    }
    rows
}

fn sequences(backend: Backend, is_standalone: bool, time: Duration) -> (u64, Option<String>) {
    match (backend, is_standalone) {
        (Backend::Sqlite, false) => hold_for::<model::Backend<SqliteDatabase, Shared>>(time),
        (Backend::Sqlite, true) => hold_for::<model::Backend<SqliteDatabase, Standalone>>(time),
        (Backend::Postgres, false) => hold_for::<model::Backend<PostgresDatabase, Shared>>(time),
        (Backend::Postgres, true) => hold_for::<model::Backend<PostgresDatabase, Standalone>>(time),
        (Backend::Mariadb, false) => hold_for::<model::Backend<MariadbDatabase, Shared>>(time),
        (Backend::Mariadb, true) => hold_for::<model::Backend<MariadbDatabase, Standalone>>(time),
    }
}

/// New sequences until the time is over, at least one batch.
fn hold_for<S: Subject>(time: Duration) -> (u64, Option<String>) {
    let began = Instant::now();
    let mut plan = model::Plan {
        sequences: BATCH,
        steps: STEPS,
        ..model::Plan::default()
    };
    let mut tried = 0;
    while tried == 0 || began.elapsed() < time {
        if let Err(found) = hold::<S>(plan) {
            return (tried + BATCH, Some(found.to_string()));
        }
        tried += BATCH;
        plan.seed += BATCH;
    }
    (tried, None)
}

/// Callers that give up, and a database that is disturbed.
const ROUGH: Faults = Faults {
    dropped: 8,
    disturbed: 16,
};

pub(super) async fn histories(turn: Turn) -> Vec<Row> {
    if !turn.wants(HISTORIES) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let mut left = turn.plan.backends.len();
    for backend in turn.plan.backends.clone() {
        let time = turn.share(left);
        left -= 1;
        rows.extend(match backend {
            Backend::Sqlite => local::<SqliteDatabase>(backend, time).await,
            Backend::Postgres => {
                let mut rows = local::<PostgresDatabase>(backend, time / 2).await;
                rows.extend(wired::<PostgresDatabase>(backend, time / 2).await);
                rows
            }
            Backend::Mariadb => {
                let mut rows = local::<MariadbDatabase>(backend, time / 2).await;
                rows.extend(wired::<MariadbDatabase>(backend, time / 2).await);
                rows
            }
        });
    }
    rows
}

async fn local<D: TestDatabase>(backend: Backend, time: Duration) -> Vec<Row>
where
    model::Backend<D, Shared>: Subject,
    model::Backend<D, Standalone>: Subject,
{
    let shared = about::<model::Backend<D, Shared>>(backend, time / 2, "shared").await;
    let standalone = about::<model::Backend<D, Standalone>>(backend, time / 2, "standalone").await;
    [shared, standalone].concat()
}

async fn wired<D: Networked>(backend: Backend, time: Duration) -> Vec<Row> {
    let shared = about::<Wired<D, Shared>>(backend, time / 2, "shared, a wire that fails").await;
    let standalone =
        about::<Wired<D, Standalone>>(backend, time / 2, "standalone, a wire that fails").await;
    [shared, standalone].concat()
}

/// Histories of links and of sessions.
async fn about<S: Subject + 'static>(
    backend: Backend,
    time: Duration,
    where_: &'static str,
) -> Vec<Row> {
    let mut links = Tally::default();
    let mut sessions = Tally::default();
    let until = Instant::now() + time;
    let mut seed = Rounds::default().seed;
    while links.rounds == 0 || Instant::now() < until {
        let rounds = Rounds {
            seed,
            rounds: ROUNDS,
            faults: ROUGH,
            until: Some(until),
            ..Rounds::default()
        };
        links
            .add(Tokens::of(Arc::new(S::fresh().await)), rounds)
            .await;
        let calls = Sessions::of(Arc::new(S::fresh().await)).await;
        sessions.add(calls, rounds).await;
        seed += 1;
    }
    let row = |what: &str, tally: Tally| Row {
        promise: "P1".to_owned(),
        name: "histories".to_owned(),
        what: format!("some order of calls at once explains the answers: {what}"),
        backend: backend.name().to_owned(),
        trials: tally.rounds,
        failures: tally.failures.len() as u64,
        note: format!(
            "{where_}: {} calls, {} without an answer, {} histories undecided",
            tally.calls, tally.unknown, tally.undecided
        ),
        examples: tally.failures,
        ..Row::default()
    };
    vec![row("links", links), row("sessions", sessions)]
}

#[derive(Default)]
struct Tally {
    rounds: u64,
    calls: u64,
    unknown: u64,
    undecided: u64,
    failures: Vec<String>,
}

impl Tally {
    async fn add<C: Calls>(&mut self, calls: C, rounds: Rounds) {
        match linearizable(Arc::new(calls), rounds).await {
            Ok(seen) => {
                self.rounds += seen.rounds;
                self.calls += seen.calls;
                self.unknown += seen.unknown;
                self.undecided += seen.undecided;
            }
            Err(violation) => {
                self.rounds += violation.round + 1;
                self.failures.push(violation.to_string());
            }
        }
    }
}

const fn mode(is_standalone: bool) -> &'static str {
    if is_standalone {
        "standalone"
    } else {
        "shared"
    }
}
