//! The adapter: its settings, and where its statements go.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use authjs_adapter::{Clock, EmailRule, Operation, Result, SystemClock};
use sea_orm::DatabaseTransaction;

use crate::bound::Bound;
use crate::connect::Pool;
use crate::connection::Connection;
use crate::facts::SchemaFacts;
use crate::failure::Effect;
use crate::run::{Attempt, Boxed, Course, EmailLookup, Run, Shared, TokenStorage, detached};
use crate::verify::{self, Finding, Unfit};

#[doc = include_str!("docs/adapter.md")]
#[derive(Clone)]
pub struct SeaOrmAdapter<C = Pool> {
    connection: C,
    shared: Arc<Shared>,
}

impl SeaOrmAdapter {
    /// An adapter for a database that an Auth.js application uses too.
    ///
    /// Session tokens are stored as they are, because Auth.js looks raw values up; the
    /// addresses that [`SignIn`](authjs_adapter::SignIn) is given are normalised as Auth.js does.
    pub fn shared_with_authjs(pool: impl Into<Pool>) -> Self {
        Self::new(pool.into(), TokenStorage::Raw, EmailRule::AuthJs)
    }

    /// An adapter for a database that nobody else uses.
    ///
    /// Session tokens are stored as SHA-256, so that who reads the table cannot sign in with
    /// it; the addresses that [`SignIn`](authjs_adapter::SignIn) is given are normalised strictly.
    pub fn standalone(pool: impl Into<Pool>) -> Self {
        Self::new(pool.into(), TokenStorage::Hashed, EmailRule::Canonical)
    }

    fn new(pool: Pool, tokens: TokenStorage, email_rule: EmailRule) -> Self {
        let shared = Shared::new(Arc::new(SystemClock), tokens, email_rule, pool.clone());
        Self {
            connection: pool,
            shared: Arc::new(shared),
        }
    }

    /// The same adapter with another clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock + 'static) -> Self {
        self.with(|shared| shared.clock = Arc::new(clock))
    }

    /// The same adapter with another deadline for each operation; the default is 5 s.
    ///
    /// An operation that takes longer ends with [`ErrorKind::Unavailable`](authjs_adapter::ErrorKind::Unavailable);
    /// whether a write was applied is then unknown, unless it had sent nothing yet.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        self.with(|shared| shared.deadline = deadline)
    }

    /// The same adapter with another way to compare e-mail addresses in look-ups.
    #[must_use]
    pub fn with_email_lookup(self, lookup: EmailLookup) -> Self {
        self.with(|shared| shared.email_lookup = lookup)
    }

    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = self.shared.fork();
        change(&mut shared);
        Self {
            shared: Arc::new(shared),
            ..self
        }
    }

    /// The same adapter inside a transaction of the caller, who commits it or rolls it back.
    ///
    /// After any error the caller must roll back: PostgreSQL refuses every further statement of
    /// the transaction, and an operation of several statements may be half done. See
    /// [`savepoints`](SeaOrmAdapter::savepoints) for the other choice.
    ///
    /// The statements are those that are right for the tables that the pool's connections reach:
    /// give tenants with schemas of their own a pool each, rather than a `search_path` of the
    /// transaction.
    #[must_use]
    pub fn on<'tx>(
        &self,
        transaction: &'tx DatabaseTransaction,
    ) -> SeaOrmAdapter<InTransaction<'tx>> {
        let connection = InTransaction {
            transaction,
            has_savepoints: false,
            bound: Arc::default(),
        };
        SeaOrmAdapter {
            connection,
            shared: Arc::clone(&self.shared),
        }
    }

    /// What the database guarantees, read now. Operations read it by themselves before their
    /// first statement; call this at start-up to find a wrong database early, and after the
    /// schema was changed. It asks also while other operations fail at once because the server was
    /// out of reach, and lets them through if it is back.
    ///
    /// # Errors
    /// As for any operation: `Unavailable`, `Busy`, `Internal`.
    pub async fn inspect(&self) -> Result<SchemaFacts> {
        self.read(Operation::Inspect, async |run| {
            Ok(run.reread_plan().await?.facts.clone())
        })
        .await
    }
}

impl SeaOrmAdapter {
    /// What is missing or wrong in the database; see [`verify`](fn@crate::verify).
    ///
    /// # Errors
    /// The database could not be asked: `Unavailable`, `Busy`, `Internal`.
    pub async fn verify(&self) -> Result<Vec<Finding>> {
        self.read(Operation::Inspect, verify::findings).await
    }

    /// The same adapter, if every promise holds on its database: call this at start-up, and let
    /// the application not start otherwise. Notices, such as a missing index, do not count.
    ///
    /// # Errors
    /// A promise does not hold, or the database could not be asked.
    pub async fn strict(self) -> Result<Self, Unfit> {
        let mut findings = self.verify().await?;
        findings.retain(|finding| finding.promise().is_some());
        if findings.is_empty() {
            Ok(self)
        } else {
            Err(Unfit::Breaks { findings })
        }
    }
}

impl SeaOrmAdapter<InTransaction<'_>> {
    /// The same adapter with a savepoint around each write, so that the caller may go on after
    /// an error; it costs two statements more per write.
    ///
    /// Where a savepoint cannot help the caller rolls back all the same, and further writes of
    /// this adapter are refused: `Internal`, not applied, with the code `savepoint`. So it is
    /// after a write that was dropped or met its deadline, and where the server ended the whole
    /// transaction by itself: MariaDB after a deadlock (`Busy`), SQLite when the disk is full
    /// (`Unavailable`).
    #[must_use]
    pub fn savepoints(self) -> Self {
        let connection = InTransaction {
            has_savepoints: true,
            ..self.connection
        };
        Self { connection, ..self }
    }
}

impl<C: Link> SeaOrmAdapter<C> {
    /// How many statements this adapter, its clones and those bound to transactions have sent,
    /// `BEGIN`, `COMMIT` and savepoints included; what is read about the schema is not.
    #[must_use]
    pub fn statements_sent(&self) -> u64 {
        self.shared.statements_sent()
    }

    pub(crate) fn run(&self, operation: Operation) -> Run<'_> {
        let bound = self.connection.bound();
        Run::new(operation, &self.shared, self.connection.connection(), bound)
    }

    /// Runs an operation that only reads. Whoever drops it stops it: it leaves nothing behind,
    /// and a task for each would cost more than many of them.
    pub(crate) async fn read<'r, T, F>(
        &'r self,
        operation: Operation,
        attempt: impl Fn(Run<'r>) -> F + Send + Sync,
    ) -> Result<T>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        let attempt = || attempt(self.run(operation));
        let course = Course::begin(self.shared.deadline);
        self.run(operation)
            .bounded(course, Effect::Read, attempt)
            .await
    }

    /// Runs an operation that writes: on the pool to its end, whether its caller waits or not;
    /// inside the caller's transaction as long as the caller waits, under a savepoint if the
    /// caller asked for them.
    pub(crate) async fn write<A, T>(
        &self,
        operation: Operation,
        arguments: A,
        attempt: for<'r> fn(Run<'r>, A) -> Boxed<'r, T>,
    ) -> Result<T>
    where
        A: Clone + Send + Sync + 'static,
        T: Send + 'static,
    {
        let run = self.run(operation);
        let course = Course::begin(self.shared.deadline);
        if run.connection.is_pool() {
            let place = run.place(&course).await?;
            let shared = Arc::clone(&self.shared);
            let work = async move {
                let run = || Run::on_pool(operation, &shared);
                let attempt = || attempt(run(), arguments.clone());
                let result = run().bounded(course, Effect::Write, attempt).await;
                drop(place);
                result
            };
            return detached(operation, run.backend(), work).await;
        }
        if self.connection.has_savepoints() {
            let attempt = || run.under_savepoint(|run| attempt(run, arguments.clone()));
            run.bounded(course, Effect::Write, attempt).await
        } else {
            let attempt = || attempt(run, arguments.clone());
            run.bounded(course, Effect::Write, attempt).await
        }
    }
}

impl<C> fmt::Debug for SeaOrmAdapter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeaOrmAdapter")
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// Where an adapter sends its statements: a pool or a transaction. Sealed.
pub trait Link: sealed::Sealed + Send + Sync {}

impl Link for Pool {}
impl Link for InTransaction<'_> {}

/// The transaction of a caller.
#[derive(Clone, Debug)]
pub struct InTransaction<'tx> {
    transaction: &'tx DatabaseTransaction,
    has_savepoints: bool,
    bound: Arc<Bound>,
}

mod sealed {
    use super::{Bound, Connection, InTransaction, Pool};

    #[expect(unnameable_types, reason = "nobody else can implement `Link`")]
    pub trait Sealed {
        fn connection(&self) -> Connection<'_>;

        fn has_savepoints(&self) -> bool {
            false
        }

        fn bound(&self) -> Option<&Bound> {
            None
        }
    }

    impl Sealed for Pool {
        fn connection(&self) -> Connection<'_> {
            let (pool, ledger) = self.current_with_ledger();
            Connection::Pool(pool, ledger)
        }
    }

    impl Sealed for InTransaction<'_> {
        fn connection(&self) -> Connection<'_> {
            Connection::Transaction(self.transaction)
        }

        fn has_savepoints(&self) -> bool {
            self.has_savepoints
        }

        fn bound(&self) -> Option<&Bound> {
            Some(&self.bound)
        }
    }
}
