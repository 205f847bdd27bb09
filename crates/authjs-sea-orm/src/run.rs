//! How an operation runs: its plan, its deadline, its tries, its errors.

mod detached;
mod retry;

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use authjs_adapter::{
    Clock, DriverError, EmailRule, Error, ErrorKind, InvalidInput, Operation, Outcome, SessionToken,
};
use chrono::{DateTime, Utc};
use sea_orm::{DbErr, QueryResult, Value};
use tracing::Instrument as _;

use crate::connect::Pool;
use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::failure::{Effect, Failure};
use crate::plan::{BoundPlan, Plan};
use crate::sql::Sql;

pub(crate) use self::detached::detached;
use self::retry::Tries;

/// 9999-12-31T23:59:59.999Z, in milliseconds since the Unix epoch.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// A boxed future, so that an operation can borrow the run it is given.
pub(crate) type Boxed<'r, T> = Pin<Box<dyn Future<Output = Attempt<T>> + Send + 'r>>;

/// What one attempt at an operation returns; `Outcome` is what the contract says of its effect.
pub(crate) type Attempt<T> = Result<T, Problem>;

/// Why an operation stopped, before it is told in the terms of the contract.
pub(crate) enum Problem {
    /// The driver reported it.
    Driver(DbErr),
    /// The driver reported it when a transaction was to begin: nothing was sent before.
    Begin(DbErr),
    /// The driver reported it after a change was made, when its rows were to be read.
    Afterwards(DbErr),
    /// The deadline passed.
    Deadline,
    /// The operation itself decided.
    Decided(Error),
}

impl Problem {
    /// The same, where the change was made already.
    pub(crate) fn afterwards(self) -> Self {
        match self {
            Self::Driver(error) => Self::Afterwards(error),
            other => other,
        }
    }

    /// The same, where the change was taken back since.
    fn undone(self) -> Self {
        match self {
            Self::Afterwards(error) => Self::Driver(error),
            other => other,
        }
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        Self::Driver(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Decided(error)
    }
}

/// What all clones of an adapter, and those bound to transactions, have in common.
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deadline: Duration,
    pub(crate) tokens: TokenStorage,
    pub(crate) email_rule: EmailRule,
    pub(crate) email_lookup: EmailLookup,
    pub(crate) pool: Pool,
    statements: Arc<AtomicU64>,
    plan: Arc<PlanCell>,
}

/// The plan, once it is known.
#[derive(Default)]
struct PlanCell {
    known: RwLock<Option<Arc<Plan>>>,
    /// Held while the catalog is read, so that it is read once.
    reading: tokio::sync::Mutex<()>,
}

/// How session tokens are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenStorage {
    /// As they are, since an Auth.js application looks raw values up.
    Raw,
    /// As their hex SHA-256.
    Hashed,
}

/// How [`get_user_by_email`](authjs_adapter::Adapter::get_user_by_email) compares addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailLookup {
    /// Byte for byte, as Auth.js' contract says.
    #[default]
    Exact,
    /// Byte for byte, and where nobody has the address so, without regard to ASCII and
    /// simple Unicode case as the database's `lower` sees it: the lowest id. For databases
    /// with addresses from before they were normalised. Two statements on a miss; the second
    /// has no index unless the application made one on `lower(email)`.
    ExactThenLower,
}

impl Shared {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        tokens: TokenStorage,
        email_rule: EmailRule,
        pool: Pool,
    ) -> Self {
        Self {
            clock,
            deadline: Duration::from_secs(5),
            tokens,
            email_rule,
            email_lookup: EmailLookup::default(),
            pool,
            statements: Arc::default(),
            plan: Arc::default(),
        }
    }

    /// The same settings, to be changed: what is known about the database stays shared.
    pub(crate) fn fork(&self) -> Self {
        Self {
            clock: Arc::clone(&self.clock),
            deadline: self.deadline,
            tokens: self.tokens,
            email_rule: self.email_rule,
            email_lookup: self.email_lookup,
            pool: self.pool.clone(),
            statements: Arc::clone(&self.statements),
            plan: Arc::clone(&self.plan),
        }
    }

    pub(crate) fn statements_sent(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Forgets what is known about the database; it is read again when it is needed.
    pub(crate) fn forget_plan(&self) {
        *self
            .plan
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn known_plan(&self) -> Option<Arc<Plan>> {
        self.plan
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn plan(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        if let Some(plan) = self.known_plan() {
            return Ok(plan);
        }
        // What a transaction sees may be its own and never be committed; and who waits for the
        // one that reads may hold the connection that the reader waits for.
        if !connection.is_pool() {
            return read_plan(connection).await;
        }
        let _reading = self.plan.reading.lock().await;
        match self.known_plan() {
            Some(plan) => Ok(plan),
            None => self.learn_plan(connection).await,
        }
    }

    /// Reads the catalog now, whatever is known and whoever else is reading it.
    pub(crate) async fn reread_plan(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        let _reading = self.plan.reading.lock().await;
        self.learn_plan(connection).await
    }

    async fn learn_plan(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        let plan = read_plan(connection).await?;
        // Tables that come later come with guarantees that nothing would remind us of.
        let is_complete = plan
            .facts
            .missing_tables()
            .iter()
            .all(|table| *table == "authenticators");
        *self
            .plan
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner) = is_complete.then(|| Arc::clone(&plan));
        Ok(plan)
    }
}

async fn read_plan(connection: Connection<'_>) -> Attempt<Arc<Plan>> {
    let dialect = Dialect::of(connection.backend()).ok_or(DbErr::BackendNotSupported {
        db: "this server",
        ctx: "authjs",
    })?;
    let facts = SchemaFacts::read(connection, dialect).await?;
    Ok(Arc::new(Plan::new(facts)))
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("clock", &self.clock)
            .field("deadline", &self.deadline)
            .field("tokens", &self.tokens)
            .field("email_rule", &self.email_rule)
            .finish_non_exhaustive()
    }
}

/// One run of one operation.
#[derive(Clone, Copy)]
pub(crate) struct Run<'r> {
    pub(crate) operation: Operation,
    pub(crate) shared: &'r Shared,
    pub(crate) connection: Connection<'r>,
    /// The plan of the open transaction: all its statements go by one.
    plan: Option<&'r Arc<Plan>>,
    /// Where an adapter that is bound to a transaction keeps the plan that it read there.
    bound: Option<&'r BoundPlan>,
    /// How many statements of the pool had been answered when this run began.
    answers: u64,
}

impl<'r> Run<'r> {
    pub(crate) fn new(
        operation: Operation,
        shared: &'r Shared,
        connection: Connection<'r>,
        bound: Option<&'r BoundPlan>,
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
        let connection = Connection::Pool(shared.pool.current(), shared.pool.shared_guard());
        Self::new(operation, shared, connection, None)
    }

    /// The statements for this database; reads the catalog if it is not known yet.
    pub(crate) async fn plan(self) -> Attempt<Arc<Plan>> {
        if let Some(plan) = self.read_before() {
            return Ok(Arc::clone(plan));
        }
        let plan = self.shared.plan(self.connection).await?;
        Ok(match self.bound {
            Some(bound) => Arc::clone(bound.0.get_or_init(|| plan)),
            None => plan,
        })
    }

    /// The plan, if the catalog was read; nothing is asked.
    pub(crate) fn known_plan(self) -> Option<Arc<Plan>> {
        self.read_before()
            .map(Arc::clone)
            .or_else(|| self.shared.known_plan())
    }

    /// The plan of the open transaction, if it has one.
    fn read_before(&self) -> Option<&'r Arc<Plan>> {
        self.plan
            .or_else(|| self.bound.and_then(|bound| bound.0.get()))
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
        self.count();
        let answer = self.connection.all(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first(self, sql: &Sql, values: Vec<Value>) -> Attempt<Option<QueryResult>> {
        self.count();
        let answer = self.connection.first(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The number of rows that a statement changed.
    pub(crate) async fn execute(self, sql: &Sql, values: Vec<Value>) -> Attempt<u64> {
        self.count();
        let answer = self.connection.execute(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// The number that the server gave the new row, if the statement inserted one.
    pub(crate) async fn insert(self, sql: &Sql, values: Vec<Value>) -> Attempt<Option<u64>> {
        self.count();
        let answer = self.connection.insert(sql, values).await?;
        self.shared.pool.answered();
        Ok(answer)
    }

    /// Runs several statements, all or nothing. Inside the caller's transaction they run as
    /// they are: after an error the caller rolls back.
    pub(crate) async fn atomically<T, F>(self, statements: F) -> Attempt<T>
    where
        F: for<'t> FnOnce(Run<'t>) -> Boxed<'t, T>,
    {
        // Before the transaction takes a connection: reading the catalog may need one.
        let plan = self.plan().await?;
        if self.connection.is_pool() {
            self.count();
        }
        let begun = self.connection.begin().await.map_err(Problem::Begin)?;
        let Some(transaction) = begun else {
            return statements(self).await;
        };
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
        self.plan().await?;
        self.control("SAVEPOINT authjs").await?;
        match statements(self).await {
            Ok(value) => {
                self.control("RELEASE SAVEPOINT authjs").await?;
                Ok(value)
            }
            Err(problem) => {
                // MariaDB ends the transaction of a deadlock, savepoints and all: the first
                // problem is the one to report.
                if self.control("ROLLBACK TO SAVEPOINT authjs").await.is_ok() {
                    self.control("RELEASE SAVEPOINT authjs").await?;
                }
                Err(problem.undone())
            }
        }
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
            Problem::Deadline => Some(Failure::deadline(dialect)),
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

    /// Makes the attempts of an operation, bounds them by the deadline and tells its problem in
    /// the contract's terms, in a span that holds the name of the operation and nothing else.
    pub(crate) async fn bounded<T, F>(
        self,
        effect: Effect,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, Error>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        if self.connection.is_pool() && !self.shared.pool.lets_through() {
            let source = DriverError::new(self.backend(), "unreachable");
            return Err(self.error(ErrorKind::Unavailable).with_source(source));
        }
        let span =
            tracing::debug_span!(target: "authjs", "authjs", operation = self.operation.as_str());
        let mut work = pin!(self.tried(effect, attempt).instrument(span));
        // Dropped before the work, which gives its connection back: a cancelled operation has
        // warned the guard by then.
        let watch = Watch {
            pool: &self.shared.pool,
            finished: false,
        };
        let ended = tokio::time::timeout(self.shared.deadline, work.as_mut()).await;
        let result = if let Ok(result) = ended {
            watch.finish();
            result
        } else {
            Err(Problem::Deadline)
        };
        match result {
            Ok(value) => Ok(value),
            Err(problem) => Err(self.told(problem, effect).await),
        }
    }

    /// Makes attempts until one ends in what another could not mend.
    async fn tried<T, F>(self, effect: Effect, attempt: impl Fn() -> F + Send + Sync) -> Attempt<T>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        let mut tries = Tries::new(self.shared.deadline);
        loop {
            let problem = match attempt().await {
                Ok(value) => return Ok(value),
                Err(problem) => problem,
            };
            let Some(pause) = self.pause(&problem, effect, &mut tries) else {
                return Err(problem);
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// How long to wait before the next attempt; `None` if the problem stays.
    fn pause(self, problem: &Problem, effect: Effect, tries: &mut Tries) -> Option<Duration> {
        // After an error inside the caller's transaction only the caller can begin again, and a
        // change that was made must not be made twice.
        if !self.connection.is_pool() || matches!(problem, Problem::Afterwards(_)) {
            return None;
        }
        let failure = self.failure(problem)?;
        let pause = failure
            .is_worth_another_attempt(effect)
            .then(|| tries.next())??;
        self.learn(&failure);
        tracing::debug!(target: "authjs", operation = %self.operation, "another attempt");
        Some(pause)
    }

    /// Lets the pool and what is known of the schema learn from a failure.
    fn learn(self, failure: &Failure) {
        if failure.is_suspicious() {
            self.suspect();
        }
        if failure.is_answer() {
            self.shared.pool.answered();
        }
        if let Some(guard) = self.shared.pool.guard() {
            if failure.is_stale_statement() {
                guard.outdate();
            }
            if failure.is_broken() {
                guard.broke();
            }
        }
        let plan = self.known_plan();
        if failure.contradicts(plan.as_deref().map(|plan| &plan.facts)) {
            self.shared.forget_plan();
        }
    }

    /// Tells a problem in the contract's terms, and learns from it.
    pub(crate) async fn told(self, problem: Problem, effect: Effect) -> Error {
        let problem = match problem {
            Problem::Decided(error) => return error,
            problem => problem,
        };
        let was_applied = matches!(problem, Problem::Afterwards(_));
        let Some(failure) = self.failure(&problem) else {
            return self.unexpected("unsupported");
        };
        let mut plan = self.known_plan();
        let is_news = failure.contradicts(plan.as_deref().map(|plan| &plan.facts));
        self.learn(&failure);
        if failure.is_out_of_reach() && self.connection.is_pool() {
            self.shared.pool.missed();
        }
        // Inside a transaction nothing can be asked after an error.
        if is_news && failure.is_unique() && self.connection.is_pool() {
            let reading = tokio::time::timeout(self.shared.deadline, self.plan()).await;
            plan = reading.ok().and_then(Result::ok).or(plan);
        }
        let facts = plan.as_deref().map(|plan| &plan.facts);
        let mut error = failure.into_error(self.operation, effect, facts);
        if was_applied {
            error = error.with_outcome(Outcome::Unknown);
        }
        tracing::debug!(target: "authjs", operation = %self.operation, error = %error, "failed");
        error
    }

    fn suspect(self) {
        self.shared.pool.suspect();
    }

    fn count(self) {
        self.shared.statements.fetch_add(1, Ordering::Relaxed);
    }
}

/// Notices an operation that did not end by itself: its connection may be broken.
struct Watch<'p> {
    pool: &'p Pool,
    finished: bool,
}

impl Watch<'_> {
    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.pool.suspect();
        }
    }
}
