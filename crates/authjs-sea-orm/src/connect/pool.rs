//! A pool with the settings that the adapter's promises need.

use std::fmt;
use std::sync::Arc;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::sync::Mutex;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;

use super::breaker::{Breaker, Leave};
use super::generations::{Generation, Generations};
use super::ledger::Hooks;
use super::numbers::Numbers;
use super::options::Target;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use super::replacements::Replacements;
use super::writes::{Place, Writes};
use super::{ConnectError, ConnectOptions, Ledger, ReleaseGuard};

/// A pool of connections, and what watches over it.
///
/// A pool that the application made itself works too (`DatabaseConnection` converts into
/// this), without the settings and the guard that [`connect`](Self::connect) installs.
///
/// Cloning is cheap; clones are one pool.
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

/// What the clones of a pool share.
pub(super) struct Inner {
    generations: Generations,
    own: Option<Own>,
    start: Instant,
    breaker: Breaker,
    writes: Writes,
    /// How many statements the server has answered.
    answers: AtomicU64,
}

/// What belongs to a pool that we made.
struct Own {
    guard: Arc<ReleaseGuard>,
    /// How to make it again, which only a pool of a server needs.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    options: ConnectOptions,
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    is_watched: AtomicBool,
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    replacements: Mutex<Replacements>,
}

impl Pool {
    /// Opens a pool and one connection of it, so that a wrong address is known at once.
    ///
    /// # Errors
    /// The server cannot be reached or refuses, in one sentence without the URL.
    pub async fn connect(options: ConnectOptions) -> Result<Self, ConnectError> {
        let hooks = Hooks::new(&Arc::new(ReleaseGuard::new()));
        let connection = match &options.target {
            #[cfg(feature = "mysql")]
            Target::MySql(server) => super::mysql::connect(server, &options, &hooks).await?,
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => super::postgres::connect(server, &options, &hooks).await?,
            #[cfg(feature = "sqlite")]
            Target::Sqlite { file, .. } => super::sqlite::connect(file, &options).await?,
        };
        Ok(Self::own(connection, options, hooks))
    }

    /// A pool of one connection that connects when it is first used, for functions that run once
    /// per request and cannot hold a pool between them. A pooler in transaction mode is not
    /// recognised: [`verify`](crate::SeaOrmAdapter::verify) looks.
    ///
    /// # Errors
    /// None at present: a wrong address shows in the first operation.
    pub fn per_request(options: ConnectOptions) -> Result<Self, ConnectError> {
        let options = options.max_connections(1);
        let hooks = Hooks::new(&Arc::new(ReleaseGuard::new()));
        let connection = match &options.target {
            #[cfg(feature = "mysql")]
            Target::MySql(server) => super::mysql::lazy(server, &options, &hooks),
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => super::postgres::lazy(server, &options, &hooks),
            #[cfg(feature = "sqlite")]
            Target::Sqlite { file, .. } => super::sqlite::lazy(file, &options),
        };
        Ok(Self::own(connection, options, hooks))
    }

    /// The SeaORM connection, for the application's own statements and transactions.
    ///
    /// From the first call on, each connection to a server is examined when it comes back to the
    /// pool: the adapter cannot see what the application cancels.
    ///
    /// Ask again rather than keep a clone for long: after a fault of the network that left
    /// places of the pool blocked for good, another pool takes its place.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        if let Some(guard) = self.guard() {
            guard.suspect_always();
        }
        self.current()
    }

    fn own(connection: DatabaseConnection, options: ConnectOptions, hooks: Hooks) -> Self {
        #[cfg(not(any(feature = "mysql", feature = "postgres")))]
        drop(options);
        let own = Own {
            guard: hooks.guard,
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            options,
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            is_watched: AtomicBool::new(false),
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            replacements: Mutex::default(),
        };
        let generation = Generation {
            connection,
            ledger: Some(hooks.ledger),
        };
        Self::new(generation, Some(own))
    }

    fn new(first: Generation, own: Option<Own>) -> Self {
        let inner = Inner {
            writes: Writes::on(&first.connection),
            generations: Generations::new(first),
            own,
            start: Instant::now(),
            breaker: Breaker::default(),
            answers: AtomicU64::new(0),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The connection to work with, which the application is not given.
    pub(crate) fn current(&self) -> &DatabaseConnection {
        &self.inner.current().connection
    }

    /// The same, and its ledger, for those who hold a connection of it themselves.
    pub(crate) fn current_with_ledger(&self) -> (&DatabaseConnection, Option<&Arc<Ledger>>) {
        let current = self.inner.current();
        (&current.connection, current.ledger.as_ref())
    }

    /// What keeps broken connections out, where we made the pool.
    pub(crate) fn guard(&self) -> Option<&ReleaseGuard> {
        self.inner.guard()
    }

    /// Something went wrong: connections are examined and places counted for a while.
    pub(crate) fn suspect(&self) {
        if let Some(own) = &self.inner.own {
            own.guard.suspect();
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            self.watch(own);
        }
    }

    /// An operation ended. Its connection is on its way back, where the driver may lose it without
    /// anybody's notice: places are counted for a moment.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn was_used(&self) {
        if let Some(own) = &self.inner.own
            && !own.is_watched.load(Ordering::Relaxed)
        {
            self.watch(own);
        }
    }

    /// Starts to count places, unless somebody does.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    fn watch(&self, own: &Own) {
        if !own.options.is_of_server() || own.is_watched.swap(true, Ordering::Relaxed) {
            return;
        }
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let watching = super::watchdog::Watching::new(Arc::downgrade(&self.inner));
                runtime.spawn(super::watchdog::watch(watching));
            }
            Err(_) => own.is_watched.store(false, Ordering::Relaxed),
        }
    }

    /// True if its connections share those of the server, so that one client runs what another
    /// one has prepared. False where nobody can tell.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(clippy::unused_async, reason = "there is nobody to ask")
    )]
    pub(crate) async fn is_behind_transaction_pooler(&self) -> bool {
        #[cfg(feature = "postgres")]
        if let sea_orm::DatabaseConnectionType::SqlxPostgresPoolConnection(_) = self.current().inner
        {
            return super::pooler::is_before_pool(self.current().get_postgres_connection_pool())
                .await;
        }
        false
    }

    /// How many statements the server has answered.
    pub(crate) fn answers(&self) -> u64 {
        self.inner.answers.load(Ordering::Relaxed)
    }

    /// The server answered.
    pub(crate) fn answered(&self) {
        self.inner.answers.fetch_add(1, Ordering::Relaxed);
        self.inner.breaker.reached();
    }

    /// A call found no server.
    pub(crate) fn missed(&self) {
        self.inner.breaker.missed(self.inner.start.elapsed());
    }

    /// Leave to send something; `None` if the server was out of reach a moment ago.
    pub(crate) fn leave(&self) -> Option<Leave> {
        let inner = &self.inner;
        inner.breaker.leave(|| inner.start.elapsed())
    }

    /// Whoever had this leave went away without an answer.
    pub(crate) fn give_back(&self, leave: Leave) {
        self.inner.breaker.give_back(leave);
    }

    /// A place for a write that goes on when its caller goes away. `None` if none became free
    /// within the time to acquire a connection, or within this time.
    pub(crate) async fn place(&self, at_most: Duration) -> Option<Place> {
        self.inner.writes.place(at_most).await
    }

    /// True if the last call found no server.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.inner.breaker.is_in_doubt()
    }

    /// True if a call waited in vain for a connection because others have them all, and not
    /// because none can be made. `answers` is how many there were when it began.
    pub(crate) fn is_exhausted(&self, answers: u64) -> bool {
        let is_full = Numbers::of(self.current())
            .is_some_and(|numbers| numbers.size >= numbers.max && numbers.idle == 0);
        self.answers() != answers || (is_full && !self.inner.breaker.is_in_doubt())
    }
}

impl Inner {
    pub(super) fn current(&self) -> &Generation {
        self.generations.current()
    }

    pub(super) fn guard(&self) -> Option<&ReleaseGuard> {
        self.own.as_ref().map(|own| &*own.guard)
    }

    /// The watch ended before its time.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn stops_watch(&self) {
        if let Some(own) = &self.own {
            own.is_watched.store(false, Ordering::Relaxed);
        }
    }

    /// Ends the watch if nothing is wrong any more.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) fn ends_watch(&self) -> bool {
        let Some(own) = &self.own else { return true };
        if own.guard.has_news() {
            return false;
        }
        own.is_watched.store(false, Ordering::Relaxed);
        // What went wrong in between found a watch.
        !own.guard.has_news() || own.is_watched.swap(true, Ordering::Relaxed)
    }

    /// Puts a new pool in the place of this one, unless that was just done, or the server takes
    /// no connection: then the new one would be as useless.
    ///
    /// Operations that are under way on the old one end as they would, and the application may
    /// have it, so that it goes on to serve; but it keeps no connection any more.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) async fn replace(&self) -> bool {
        let Some(own) = &self.own else { return false };
        if !own.replacements().allows(self.start.elapsed()) {
            return false;
        }
        let options = &own.options;
        let hooks = Hooks::new(&own.guard);
        let connection = match &options.target {
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => super::postgres::is_reachable(server)
                .await
                .then(|| super::postgres::lazy(server, options, &hooks)),
            #[cfg(feature = "mysql")]
            Target::MySql(server) => super::mysql::is_reachable(server)
                .await
                .then(|| super::mysql::lazy(server, options, &hooks)),
            #[cfg(feature = "sqlite")]
            Target::Sqlite { .. } => None,
        };
        let Some(connection) = connection else {
            return false;
        };
        let old = self.current();
        let is_replaced = self.generations.replace(Generation {
            connection,
            ledger: Some(hooks.ledger),
        });
        if is_replaced {
            own.replacements().add(self.start.elapsed());
            old.retire().await;
        }
        is_replaced
    }
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl Own {
    fn replacements(&self) -> std::sync::MutexGuard<'_, Replacements> {
        self.replacements
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl From<DatabaseConnection> for Pool {
    fn from(connection: DatabaseConnection) -> Self {
        let generation = Generation {
            connection,
            ledger: None,
        };
        Self::new(generation, None)
    }
}

impl From<&Self> for Pool {
    fn from(pool: &Self) -> Self {
        pool.clone()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("guard", &self.guard())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(feature = "postgres")]
mod tests {
    use std::sync::atomic::Ordering;

    use tokio::runtime::{Builder, Runtime};

    use super::{ConnectOptions, Pool};

    fn runtime() -> Runtime {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime")
    }

    fn is_watched(pool: &Pool) -> bool {
        let own = pool.inner.own.as_ref();
        own.is_some_and(|own| own.is_watched.load(Ordering::Relaxed))
    }

    #[test]
    fn a_watch_that_ends_with_its_runtime_lets_the_next_one_begin() {
        let options = ConnectOptions::from_url("postgres://127.0.0.1:1/app").expect("a URL");
        let (first, second) = (runtime(), runtime());
        let pool = second.block_on(async { Pool::per_request(options) });
        let pool = pool.expect("a pool that connects later");

        first.block_on(async { pool.suspect() });
        let during = is_watched(&pool);
        drop(first);
        let after = is_watched(&pool);
        second.block_on(async { pool.suspect() });

        assert_eq!((during, after, is_watched(&pool)), (true, false, true));
    }
}
