//! Recognises a pooler in transaction mode by what no server does.
//!
//! Such a pooler gives each transaction another connection of the server. Every connection of
//! the driver names its prepared statements alike, so that one client runs what another one has
//! prepared, and gets its rows without an error (seen with pgbouncer 1.18). A server, or a
//! pooler in session mode, serves a connection by one process from its beginning to its end, and
//! two that are open at once by two.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection as _, PgPool, Row as _};

/// How long an answer, and a whole comparison, may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often two connections are compared where something stands between: on a busy pooler they
/// need not meet at once.
const COMPARISONS: usize = 8;
/// By how much clocks may drift apart while a connection is made.
const DRIFT: Duration = Duration::from_millis(50);

/// What a new connection shows of the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    process: i32,
    /// The process is older than the connection: something stands between.
    is_reused: bool,
}

/// Looks at a connection that was begun at this moment. By simple query: it prepares nothing.
pub(super) async fn look(
    connection: &mut PgConnection,
    begun: Instant,
) -> Result<Sight, sqlx::Error> {
    let row = ask(
        connection,
        "SELECT pid, (extract(epoch FROM clock_timestamp() - backend_start) * 1000)::bigint \
         FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()",
    )
    .await?;
    let age = row.try_get::<Option<i64>, _>(1)?.unwrap_or_default();
    let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
    Ok(Sight {
        process: row.try_get(0)?,
        is_reused: age > begun.elapsed() + DRIFT,
    })
}

/// The process of the server that answers on a connection.
pub(super) async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    ask(connection, "SELECT pg_backend_pid()").await?.try_get(0)
}

async fn ask(connection: &mut PgConnection, sql: &'static str) -> Result<PgRow, sqlx::Error> {
    let answer = tokio::time::timeout(PATIENCE, sqlx::raw_sql(sql).fetch_one(connection)).await;
    answer.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// What the first sight of a connection, the process of another one while the first was open,
/// and that of the first one again tell. `None` if it needs a closer look. A process that
/// changes is no proof: also a proxy that spreads statements over several servers does that,
/// and prepares them on each.
pub(super) fn is_shared(first: Sight, other: i32, first_again: i32) -> Option<bool> {
    if first.process == other || first_again == other {
        return Some(true);
    }
    (first.process == first_again && !first.is_reused).then_some(false)
}

/// Compares a connection of the pool with one beside it. False if there is no second one: a
/// limit of the server is no reason to refuse it.
pub(super) async fn is_before(pool: &PgPool) -> bool {
    let compared = tokio::time::timeout(PATIENCE, compare(pool)).await;
    matches!(compared, Ok(Ok(true)))
}

async fn compare(pool: &PgPool) -> Result<bool, sqlx::Error> {
    let mut other = pool.acquire().await?;
    let begun = Instant::now();
    let mut one = PgConnection::connect_with(&pool.connect_options()).await?;
    let first = look(&mut one, begun).await?;
    let second = process(&mut other).await?;
    let again = process(&mut one).await?;
    let is_shared = match is_shared(first, second, again) {
        Some(is_shared) => is_shared,
        None => meet(&mut one, &mut other).await?,
    };
    one.close().await?;
    Ok(is_shared)
}

/// True if a process serves both connections.
async fn meet(one: &mut PgConnection, other: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let mut of_one = HashSet::new();
    let mut of_other = HashSet::new();
    for _ in 0..COMPARISONS {
        of_one.insert(process(one).await?);
        of_other.insert(process(other).await?);
        if !of_one.is_disjoint(&of_other) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::{Sight, is_shared};

    const fn sight(process: i32, is_reused: bool) -> Sight {
        Sight { process, is_reused }
    }

    #[test]
    fn a_server_gives_each_connection_a_process_of_its_own() {
        assert_eq!(is_shared(sight(1, false), 2, 1), Some(false));
    }

    #[test]
    fn a_process_that_serves_two_connections_is_shared() {
        for is_reused in [false, true] {
            assert_eq!(is_shared(sight(1, is_reused), 1, 1), Some(true));
            assert_eq!(is_shared(sight(1, is_reused), 1, 2), Some(true));
            assert_eq!(is_shared(sight(1, is_reused), 2, 2), Some(true));
        }
    }

    #[test]
    fn a_connection_that_changes_its_process_or_was_given_an_old_one_needs_a_closer_look() {
        assert_eq!(is_shared(sight(1, false), 2, 3), None);
        assert_eq!(is_shared(sight(1, true), 2, 1), None);
    }
}
