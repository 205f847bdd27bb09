//! Removing what has expired.

use authjs_adapter::{Outcome, Purged, VERIFICATION_TOKEN_GRACE, check_limit};

use crate::dialect::Dialect;
use crate::failure::Effect;
use crate::run::{self, Run};
use crate::sql::Sql;

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct PurgeStatements {
    sessions: Sql,
    verification_tokens: Sql,
}

impl PurgeStatements {
    pub(crate) fn new(dialect: Dialect) -> Self {
        // `$1` is what the process takes for the end of the expired rows; the database's own
        // clock may only move it back.
        let (sessions_end, tokens_end) = match dialect {
            Dialect::Postgres => ("LEAST($1, now())", "LEAST($1, now() - interval '24 hours')"),
            Dialect::Sqlite => (
                "min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))",
                "min($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-24 hours'))",
            ),
            Dialect::MariaDb | Dialect::MySql => (
                "LEAST(CAST($1 AS DATETIME(3)), UTC_TIMESTAMP(3))",
                "LEAST(CAST($1 AS DATETIME(3)), UTC_TIMESTAMP(3) - INTERVAL 24 HOUR)",
            ),
        };
        let tokens_key = match dialect {
            // PostgreSQL has no index for many of two columns; where a row stands it finds.
            Dialect::Postgres => "ctid",
            _ => "identifier, token",
        };
        Self {
            sessions: purge(dialect, "sessions", "id", sessions_end),
            verification_tokens: purge(dialect, "verification_token", tokens_key, tokens_end),
        }
    }
}

/// Deletes the oldest of what has expired, without waiting for rows that somebody else works
/// on: these two would wait for each other.
///
/// The rows are chosen once, in a part of their own: a subquery that the planner runs again
/// would choose others each time and pass the limit.
///
/// On tables of others a key may stand for a live row too (without a primary key, or as rows of
/// two parts of a partitioned table at the same place), so that the condition is asked again.
fn purge(dialect: Dialect, table: &str, key: &str, end: &str) -> Sql {
    let expires = match dialect {
        Dialect::Postgres | Dialect::Sqlite => "expires".to_owned(),
        Dialect::MariaDb | Dialect::MySql => format!("{table}.expires"),
    };
    let is_over = dialect.is_over(&expires, end);
    let oldest = format!("SELECT {key} FROM {table} WHERE {is_over} ORDER BY expires LIMIT $2");
    let text = match dialect {
        // As a list: a planner that does not know the limit takes a list for short, and would
        // join a tenth of the table with the whole. A row that changed since may be left to the next
        // purge.
        Dialect::Postgres => format!(
            "DELETE FROM {table} WHERE {key} = ANY (ARRAY({oldest} FOR UPDATE SKIP LOCKED)) \
             AND {is_over}"
        ),
        Dialect::Sqlite => format!(
            "WITH doomed AS MATERIALIZED ({oldest}) \
             DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM doomed) AND {is_over}"
        ),
        Dialect::MariaDb | Dialect::MySql => format!(
            // As a join in this order: they would run an IN for every row of the table.
            "DELETE {table} FROM ({oldest} FOR UPDATE SKIP LOCKED) AS doomed \
             STRAIGHT_JOIN {table} USING ({key}) WHERE {is_over}"
        ),
    };
    Sql::new(dialect, text)
}

pub(crate) async fn purge_expired(run: Run<'_>, limit: u32) -> run::Attempt<Purged> {
    check_limit(limit).map_err(|invalid| run.invalid(invalid))?;
    let plan = run.plan().await?;
    let (now, limit) = (run.now(), i64::from(limit));
    let sessions = run
        .execute(&plan.purge.sessions, vec![now.into(), limit.into()])
        .await?;
    let end = now - VERIFICATION_TOKEN_GRACE;
    let purged = run
        .execute(
            &plan.purge.verification_tokens,
            vec![end.into(), limit.into()],
        )
        .await;
    let verification_tokens = match purged {
        Ok(count) => count,
        Err(problem) => {
            // The sessions are gone, so "not applied" would not be true.
            let error = run.told(problem, Effect::Write).await;
            return Err(error.with_outcome(Outcome::Unknown).into());
        }
    };
    Ok(Purged {
        sessions,
        verification_tokens,
    })
}
