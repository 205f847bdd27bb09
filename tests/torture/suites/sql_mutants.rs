//! Changed SQL texts, each of which a case of the conformance suite has to see.

use std::time::Duration;

use authjs_tests::{MariadbDatabase, MutantDatabase, PostgresDatabase, Row, run_sql_mutants};

use super::Turn;
use crate::arguments::Backend;

const NAME: &str = "sql-mutants";

/// SQLite has no wire; its texts have their counterparts on the two that have one.
pub(super) async fn run(turn: Turn) -> Vec<Row> {
    let wanted = [Backend::Postgres, Backend::Mariadb]
        .into_iter()
        .filter(|backend| turn.wants(&[NAME]) && turn.plan.backends.contains(backend))
        .collect::<Vec<_>>();
    let mut rows = Vec::new();
    for (done, backend) in wanted.iter().enumerate() {
        let time = turn.share(wanted.len() - done);
        rows.push(match backend {
            Backend::Mariadb => row::<MariadbDatabase>(time).await,
            _ => row::<PostgresDatabase>(time).await,
        });
    }
    rows
}

async fn row<D: MutantDatabase>(time: Duration) -> Row {
    let run = run_sql_mutants::<D>(time).await;
    println!("{NAME} on {}:\n{}", D::NAME, run.report());
    let examples = run.failures();
    Row {
        name: NAME.to_owned(),
        what: "a case fails if one place in an SQL text is changed".to_owned(),
        backend: D::NAME.to_owned(),
        trials: run.tried(),
        failures: examples.len() as u64,
        note: run.summary(),
        is_left_out: run.tried() == 0 && examples.is_empty(),
        examples,
        ..Row::default()
    }
}
