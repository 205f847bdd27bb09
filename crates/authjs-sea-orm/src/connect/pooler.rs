//! Recognises a pooler in transaction mode by what no server does: it forgets.
//!
//! Such a pooler gives each transaction another connection of the server, so that what a client
//! has set or prepared is another one's, or gone. Every connection of the driver names its
//! prepared statements alike: one client runs what another one has prepared, and gets its rows
//! without an error (seen with pgbouncer 1.18). A server, or a pooler in session mode, keeps what
//! a connection has set until its end and shows it to nobody else.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{Connection as _, PgPool, Row as _};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// By how much clocks may drift apart while a connection is made.
const DRIFT: Duration = Duration::from_millis(50);
/// Which of two connections is asked, one after the other. Not in turns: a pooler that gives its
/// own out in turns would give each of the two the same one each time.
const TURNS: [Turn; 6] = {
    use Turn::{One, Other};
    [One, One, Other, One, Other, Other]
};
/// How often the turns are gone through where the server made a process for each connection, and
/// where something stands between. On a busy pooler most statements find another connection than
/// the one before, and one that does is enough.
const ROUNDS_IF_FRESH: u32 = 2;
const ROUNDS: u32 = 6;
/// After each round, longer each time: what comes in a fixed rhythm may fall in with that of others.
const PAUSE: Duration = Duration::from_millis(1);

/// Sets what no other connection sets, and tells it with the age of the server's process.
const MARK: &str = "SELECT set_config('authjs.mark', \
     concat(pid, ' ', clock_timestamp(), ' ', random()), false), \
     (extract(epoch FROM clock_timestamp() - backend_start) * 1000)::bigint \
     FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()";
const READ: &str = "SELECT coalesce(current_setting('authjs.mark', true), '')";

#[derive(Clone, Copy)]
enum Turn {
    One,
    Other,
}

/// A connection that has set a mark.
struct Marked<'c> {
    connection: &'c mut PgConnection,
    mark: String,
    /// The process of the server is as young as the connection: nothing that was open before
    /// stands between.
    is_fresh: bool,
}

impl<'c> Marked<'c> {
    /// Sets a mark on a connection that was begun at this moment.
    async fn set(connection: &'c mut PgConnection, begun: Instant) -> Result<Self, sqlx::Error> {
        let row = ask(connection, MARK).await?;
        let age = row.try_get::<Option<i64>, _>(1)?.unwrap_or(i64::MAX);
        let age = Duration::from_millis(u64::try_from(age).unwrap_or_default());
        Ok(Self {
            connection,
            mark: row.try_get(0)?,
            is_fresh: age <= begun.elapsed() + DRIFT,
        })
    }

    /// True if the mark is still there.
    async fn is_kept(&mut self) -> Result<bool, sqlx::Error> {
        let found: String = ask(self.connection, READ).await?.try_get(0)?;
        Ok(found == self.mark)
    }
}

/// By simple query: it prepares nothing.
async fn ask(connection: &mut PgConnection, sql: &'static str) -> Result<PgRow, sqlx::Error> {
    let answer = tokio::time::timeout(PATIENCE, sqlx::raw_sql(sql).fetch_one(connection)).await;
    answer.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// Compares a connection that was begun at this moment with another one to this address, which
/// may take so long. False if there is no other one, or if a question fails: a limit of the
/// server is no reason to refuse it.
pub(super) async fn is_before(
    first: &mut PgConnection,
    begun: Instant,
    server: &PgConnectOptions,
    patience: Duration,
) -> bool {
    let compared = async {
        let mut other = PgConnection::connect_with(server).await?;
        let forgets = forgets(first, &mut other, begun).await?;
        other.close().await?;
        Ok::<_, sqlx::Error>(forgets)
    };
    matches!(tokio::time::timeout(patience, compared).await, Ok(Ok(true)))
}

/// The same for a connection of this pool and one beside it.
pub(super) async fn is_before_pool(pool: &PgPool) -> bool {
    let begun = Instant::now();
    let Ok(mut first) = pool.acquire().await else {
        return false;
    };
    is_before(&mut first, begun, &pool.connect_options(), PATIENCE).await
}

/// True if one of two connections does not find what it has set.
async fn forgets(
    one: &mut PgConnection,
    other: &mut PgConnection,
    begun: Instant,
) -> Result<bool, sqlx::Error> {
    let mut one = Marked::set(one, begun).await?;
    let mut other = Marked::set(other, begun).await?;
    let rounds = if one.is_fresh && other.is_fresh {
        ROUNDS_IF_FRESH
    } else {
        ROUNDS
    };
    for round in 1..=rounds {
        for turn in TURNS {
            let is_kept = match turn {
                Turn::One => one.is_kept().await?,
                Turn::Other => other.is_kept().await?,
            };
            if !is_kept {
                return Ok(true);
            }
        }
        tokio::time::sleep(PAUSE * round).await;
    }
    Ok(false)
}
