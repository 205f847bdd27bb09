//! Statements on a pool of MariaDB or MySQL, none of which is ever left half read.
//!
//! sqlx-mysql 0.9.0 takes what a dropped future left unread for the answer to its next question
//! (launchbadge/sqlx#563), which costs the connection at best. So a statement runs as a task of
//! its own, which goes on when its caller goes away, and a connection on which it did not come to
//! its end is closed without another word.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::mysql::{MySqlPool, MySqlQueryResult};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor as _, MySql};
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

use crate::connect::Ledger;

/// How long a statement goes on without its caller.
const GRACE: Duration = Duration::from_secs(1);

/// How long the way back into the pool may take, also while the server is away.
const WAY_BACK: Duration = Duration::from_secs(5);

/// A connection of the pool, in our hands.
pub(super) struct Held {
    connection: Option<PoolConnection<MySql>>,
    ledger: Option<Arc<Ledger>>,
    /// The last answer was read to its end.
    is_whole: bool,
    is_in_transaction: bool,
}

impl Held {
    /// Takes a connection out of the pool.
    pub(super) async fn take(
        pool: &MySqlPool,
        ledger: Option<&Arc<Ledger>>,
    ) -> Result<Self, DbErr> {
        let connection = pool.acquire().await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
        })?;
        Ok(Self {
            connection: Some(connection),
            ledger: ledger.map(Arc::clone),
            is_whole: true,
            is_in_transaction: false,
        })
    }

    /// All rows of a statement.
    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let query = query(statement);
        let connection = connection(&mut self.connection)?;
        self.is_whole = false;
        let rows = query.fetch_all(&mut **connection).await;
        self.is_whole = is_whole(&rows);
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// What a statement did.
    pub(super) async fn execute(
        &mut self,
        statement: Statement,
    ) -> Result<MySqlQueryResult, DbErr> {
        let query = query(statement);
        let connection = connection(&mut self.connection)?;
        self.is_whole = false;
        let done = query.execute(&mut **connection).await;
        self.is_whole = is_whole(&done);
        done.map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))))
    }

    /// A statement of the transaction's own language.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), DbErr> {
        let connection = connection(&mut self.connection)?;
        self.is_whole = false;
        let done = (**connection).execute(sql).await;
        self.is_whole = is_whole(&done);
        done.map(|_| ())
            .map_err(|error| DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error))))
    }
}

impl Drop for Held {
    /// Detached, the connection is closed at once and its place in the pool is free: nothing is
    /// read from it, and nobody waits for a peer that may be silent. One that is whole goes back
    /// to the pool in a bounded time: the driver would wait for the answer to its ping for ever.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if !self.is_whole || self.is_in_transaction {
            drop(connection.detach());
            if let Some(ledger) = &self.ledger {
                ledger.release();
            }
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(tokio::time::timeout(WAY_BACK, connection.return_to_pool()));
        }
    }
}

fn connection(
    held: &mut Option<PoolConnection<MySql>>,
) -> Result<&mut PoolConnection<MySql>, DbErr> {
    let gone = || DbErr::Conn(RuntimeErr::Internal("the connection is gone".to_owned()));
    held.as_mut().ok_or_else(gone)
}

/// An error that the server tells is an answer, read to its end.
const fn is_whole<T>(answer: &Result<T, sqlx::Error>) -> bool {
    matches!(answer, Ok(_) | Err(sqlx::Error::Database(_)))
}

fn query(statement: Statement) -> sqlx::query::Query<'static, MySql, SqlxValues> {
    let values = statement.values.unwrap_or(Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

/// A transaction on a connection in our hands. Dropped without its end it ends with the
/// connection.
#[expect(
    unnameable_types,
    reason = "only the sealed trait behind `Link` gives it out"
)]
pub struct Begun(Mutex<Held>);

impl Begun {
    pub(super) async fn begin(mut held: Held) -> Result<Self, DbErr> {
        held.is_in_transaction = true;
        held.control("BEGIN").await?;
        Ok(Self(Mutex::new(held)))
    }

    pub(super) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.lock().await.all(statement).await
    }

    pub(super) async fn execute(&self, statement: Statement) -> Result<MySqlQueryResult, DbErr> {
        self.0.lock().await.execute(statement).await
    }

    pub(super) async fn control(&self, sql: &'static str) -> Result<(), DbErr> {
        self.0.lock().await.control(sql).await
    }

    pub(super) async fn end(self, sql: &'static str) -> Result<(), DbErr> {
        let mut held = self.0.into_inner();
        held.control(sql).await?;
        held.is_in_transaction = false;
        Ok(())
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}

/// Runs a statement to its end. Who drops this future leaves it a moment, after which its
/// connection is given up. A panic of the statement is one of this future.
pub(super) async fn whole<T: Send + 'static>(
    statement: impl Future<Output = Result<T, DbErr>> + Send + 'static,
) -> Result<T, DbErr> {
    let task = tokio::spawn(statement.in_current_span().with_current_subscriber());
    let mut attended = Attended(task);
    match (&mut attended.0).await {
        Ok(answer) => answer,
        Err(lost) if lost.is_panic() => resume_unwind(lost.into_panic()),
        // With the runtime: what became of the statement nobody knows.
        Err(_) => Err(DbErr::Exec(RuntimeErr::SqlxError(Arc::new(
            sqlx::Error::WorkerCrashed,
        )))),
    }
}

/// A task, and somebody who waits for it.
struct Attended<T>(JoinHandle<T>);

impl<T> Drop for Attended<T> {
    fn drop(&mut self) {
        if self.0.is_finished() {
            return;
        }
        let task = self.0.abort_handle();
        match Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    tokio::time::sleep(GRACE).await;
                    task.abort();
                });
            }
            Err(_) => task.abort(),
        }
    }
}
