//! How an operation runs: its plan, its deadline, its tries, its errors.

mod bounded;
mod course;
mod detached;
mod plan_cell;
mod problem;
mod retry;
mod shared;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use authjs_adapter::{
    DriverError, Error, ErrorKind, InvalidInput, Operation, Outcome, SessionToken,
};
use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use crate::bound::{Bound, Half};
use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::failure::Failure;
use crate::plan::Plan;
use crate::sql::Sql;

pub use self::shared::EmailLookup;
pub(crate) use self::{
    course::Course,
    detached::detached,
    problem::{Attempt, Problem},
    shared::{Shared, TokenStorage},
};

/// 9999-12-31T23:59:59.999Z, in milliseconds since the Unix epoch.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// A boxed future, so that an operation can borrow the run it is given.
pub(crate) type Boxed<'r, T> = Pin<Box<dyn Future<Output = Attempt<T>> + Send + 'r>>;

/// One run of one operation.
#[derive(Clone, Copy)]
pub(crate) struct Run<'r> {
    pub(crate) operation: Operation,
    pub(crate) shared: &'r Shared,
    pub(crate) connection: Connection<'r>,
    /// The plan of the open transaction: all its statements go by one.
    plan: Option<&'r Arc<Plan>>,
    /// Where an adapter that is bound to a transaction keeps the plan that it read there.
    bound: Option<&'r Bound>,
    /// How many statements of the pool had been answered when this run began.
    answers: u64,
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        operation: Operation,
        shared: &'r Shared,
        connection: Connection<'r>,
        bound: Option<&'r Bound>,
    ) -> Self {
        Self {
            operation,
            shared,
            connection,
            plan: None,
            bound,
            answers: shared.pool.answers(),
        }
    }

    /// A run on the pool as it is now.
    pub(crate) fn on_pool(operation: Operation, shared: &'r Shared) -> Self {
        let (pool, ledger) = shared.pool.current_with_ledger();
        let connection = Connection::Pool(pool, ledger);
        Self::new(operation, shared, connection, None)
    }

    /// The statements for this database; reads the catalog if it is not known yet.
    pub(crate) async fn plan(self) -> Attempt<Arc<Plan>> {
        if let Some(plan) = self.read_before() {
            return Ok(Arc::clone(plan));
        }
        let plan = match self.shared.plan.known() {
            Some(plan) => plan,
            None => self.ask_for_plan().await?,
        };
        Ok(match self.bound {
            Some(bound) => Arc::clone(bound.plan.get_or_init(|| plan)),
            None => plan,
        })
    }

    async fn ask_for_plan(self) -> Attempt<Arc<Plan>> {
        self.take_leave()?;
        let plan = self.shared.plan.get(self.connection).await?;
        self.shared.pool.answered();
        Ok(plan)
    }

    /// The plan, read now. A diagnosis always asks, whoever found no server before, and its
    /// success is theirs too.
    pub(crate) async fn reread_plan(self) -> Attempt<Arc<Plan>> {
        let plan = self.shared.plan.reread(self.connection).await?;
        self.shared.pool.answered();
        Ok(plan)
    }

    /// The plan, if the catalog was read; nothing is asked.
    pub(crate) fn known_plan(self) -> Option<Arc<Plan>> {
        self.read_before()
            .map(Arc::clone)
            .or_else(|| self.shared.plan.known())
    }

    /// The plan of the open transaction, if it has one.
    fn read_before(&self) -> Option<&'r Arc<Plan>> {
        self.plan
            .or_else(|| self.bound.and_then(|bound| bound.plan.get()))
    }

    /// The injected time, in milliseconds, held to what the database can compare.
    pub(crate) fn now(self) -> DateTime<Utc> {
        let millis = self.shared.clock.now().timestamp_millis();
        DateTime::from_timestamp_millis(millis.clamp(0, LAST_MILLIS)).unwrap_or_default()
    }

    /// The text under which a session token is stored.
    pub(crate) fn stored(self, token: &SessionToken) -> String {
        match self.shared.tokens {
            TokenStorage::Raw => token.expose().to_owned(),
            TokenStorage::Hashed => token.handle().as_str().to_owned(),
        }
    }

    /// All rows of a statement.
    pub(crate) async fn all(self, sql: &Sql, values: Vec<Value>) -> Attempt<Vec<QueryResult>> {
        self.ask()?;
        let answer = self.connection.all(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first(self, sql: &Sql, values: Vec<Value>) -> Attempt<Option<QueryResult>> {
        self.ask()?;
        let answer = self.connection.first(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The number of rows that a statement changed.
    pub(crate) async fn execute(self, sql: &Sql, values: Vec<Value>) -> Attempt<u64> {
        self.ask()?;
        let answer = self.connection.execute(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The number that the server gave the new row, if the statement inserted one.
    pub(crate) async fn insert(self, sql: &Sql, values: Vec<Value>) -> Attempt<Option<u64>> {
        self.ask()?;
        let answer = self.connection.insert(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// True in a transaction of the caller's, where nothing is repeated.
    pub(crate) const fn is_callers(self) -> bool {
        self.bound.is_some()
    }

    /// Runs several statements, all or nothing. Inside the caller's transaction they run as
    /// they are: after an error the caller rolls back.
    pub(crate) async fn atomically<T, F>(self, statements: F) -> Attempt<T>
    where
        F: for<'t> FnOnce(Run<'t>) -> Boxed<'t, T>,
    {
        // Before the transaction takes a connection: reading the catalog may need one.
        let plan = self.plan().await?;
        if !self.connection.is_pool() {
            return statements(self).await;
        }
        self.ask()?;
        let begun = self.connection.begin().await.map_err(Problem::Begin)?;
        let Some(transaction) = begun else {
            return statements(self).await;
        };
        self.shared.pool.answered();
        let inner = Run {
            connection: transaction.connection(),
            plan: Some(&plan),
            ..self
        };
        let result = statements(inner).await;
        self.count();
        match result {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(problem) => {
                // The first problem is the one to report; a failed rollback leaves the
                // connection to the release guard, and ends with it.
                if transaction.rollback().await.is_err() {
                    self.suspect();
                }
                Err(problem.undone())
            }
        }
    }

    /// Runs a write of the caller's transaction under a savepoint.
    ///
    /// By plain statements: a nested transaction of the driver that is dropped half-way rolls
    /// the whole one back and lets what follows commit by itself.
    pub(crate) async fn under_savepoint<T, F>(self, statements: F) -> Attempt<T>
    where
        F: for<'t> FnOnce(Run<'t>) -> Boxed<'t, T>,
    {
        if self.bound.is_some_and(Bound::is_torn) {
            return Err(self.unexpected("savepoint").into());
        }
        self.plan().await?;
        self.control("SAVEPOINT authjs").await?;
        let half = self.bound.map(Half::of);
        let result = match statements(self).await {
            Ok(value) => Ok(value),
            Err(problem) => {
                // A server that ended the whole transaction has no savepoint any more: the first
                // problem is the one to report.
                if self.control("ROLLBACK TO SAVEPOINT authjs").await.is_err() {
                    return Err(problem);
                }
                Err(problem.undone())
            }
        };
        self.control("RELEASE SAVEPOINT authjs").await?;
        if let Some(half) = half {
            half.finish();
        }
        result
    }

    async fn control(self, sql: &'static str) -> Attempt<()> {
        self.count();
        Ok(self.connection.control(sql).await?)
    }

    /// The error of the contract for what the operation decided itself.
    pub(crate) const fn error(self, kind: ErrorKind) -> Error {
        Error::new(self.operation, kind)
    }

    /// The error for an argument that cannot be stored.
    pub(crate) const fn invalid(self, invalid: InvalidInput) -> Error {
        Error::invalid(self.operation, invalid)
    }

    /// The rows are not what any statement of ours can have made.
    pub(crate) fn unexpected(self, code: &'static str) -> Error {
        self.error(ErrorKind::Internal)
            .with_source(DriverError::new(self.backend(), code))
    }

    /// A row was to be made and none came back: a trigger or a clause of the table may have put it
    /// elsewhere, or nowhere.
    pub(crate) fn no_row(self) -> Error {
        self.unexpected("no-row").with_outcome(Outcome::Unknown)
    }

    /// The name of the server's kind in errors.
    pub(crate) fn backend(self) -> &'static str {
        Dialect::of(self.connection.backend()).map_or("unknown", Dialect::name)
    }

    /// Classifies a driver error that the operation wants to act on.
    pub(crate) fn failure(self, problem: &Problem) -> Option<Failure> {
        let dialect = Dialect::of(self.connection.backend())?;
        match problem {
            Problem::Driver(error) | Problem::Afterwards(error) => {
                Some(self.told_apart(Failure::of(error, dialect), dialect))
            }
            Problem::Begin(error) => {
                let failure = Failure::of(error, dialect).before_anything();
                Some(self.told_apart(failure, dialect))
            }
            Problem::Deadline if course::has_asked() => Some(Failure::deadline(dialect)),
            Problem::Deadline => Some(Failure::deadline(dialect).before_anything()),
            Problem::OutOfReach => Some(Failure::out_of_reach(dialect)),
            Problem::Crowd if self.shared.pool.is_in_doubt() => {
                Some(Failure::out_of_reach(dialect))
            }
            Problem::Crowd => Some(Failure::exhausted(dialect)),
            Problem::Panic => Some(Failure::panic(dialect)),
            Problem::Decided(_) => None,
        }
    }

    /// Tells a wait in vain for a full pool from one for a server that is away.
    fn told_apart(self, failure: Failure, dialect: Dialect) -> Failure {
        if failure.is_pool_timeout() && self.shared.pool.is_exhausted(self.answers) {
            Failure::exhausted(dialect)
        } else {
            failure
        }
    }

    /// A statement is about to be sent.
    fn ask(self) -> Attempt<()> {
        self.take_leave()?;
        course::asks();
        self.count();
        Ok(())
    }

    /// While the server seems to be away, one operation at a time may find out.
    fn take_leave(self) -> Attempt<()> {
        if !self.connection.is_pool() || course::has_leave(&self.shared.pool) {
            Ok(())
        } else {
            Err(Problem::OutOfReach)
        }
    }

    fn suspect(self) {
        self.shared.pool.suspect();
    }

    fn count(self) {
        self.shared.statements.fetch_add(1, Ordering::Relaxed);
    }
}
