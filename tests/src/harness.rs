//! The conformance suite's view of our adapter on each backend.

mod in_transaction;

use std::marker::PhantomData;

use authjs_adapter::{ManualClock, SessionToken, Snapshot, async_trait};
use authjs_conformance::{Harness, start};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_test_databases::TestDatabase;
use sea_orm::DatabaseConnection;

pub use self::in_transaction::{
    AfterError, Commits, EachInTransaction, InTransactionHarness, RollsBack,
};

/// More than any case has callers at once, and few enough that tests in parallel stay below a
/// server's limit.
const MAX_CONNECTIONS: u32 = 8;

/// What the database keeps of a session token.
pub trait Mode: Send + Sync + 'static {
    /// An adapter in this mode.
    fn adapter(pool: Pool) -> SeaOrmAdapter;
    /// What is stored for the token.
    fn stored(token: &SessionToken) -> String;
}

/// Session tokens as they are, as Auth.js looks them up.
#[derive(Debug)]
pub struct Shared;

/// Hashes of session tokens.
#[derive(Debug)]
pub struct Standalone;

impl Mode for Shared {
    fn adapter(pool: Pool) -> SeaOrmAdapter {
        SeaOrmAdapter::shared_with_authjs(pool)
    }

    fn stored(token: &SessionToken) -> String {
        token.expose().to_owned()
    }
}

impl Mode for Standalone {
    fn adapter(pool: Pool) -> SeaOrmAdapter {
        SeaOrmAdapter::standalone(pool)
    }

    fn stored(token: &SessionToken) -> String {
        token.handle().as_str().to_owned()
    }
}

/// Our adapter on a database of its own.
#[derive(Debug)]
pub struct SeaOrmHarness<D, M = Shared> {
    clock: ManualClock,
    // Dropped before the database that it is connected to.
    store: SeaOrmAdapter,
    database: D,
    mode: PhantomData<M>,
}

impl<D, M> SeaOrmHarness<D, M> {
    /// The database behind the adapter.
    pub const fn database(&self) -> &D {
        &self.database
    }
}

/// A pool of connections, the adapter on it, and the clock that the adapter was given.
async fn connect<M: Mode>(
    database: &impl TestDatabase,
) -> (DatabaseConnection, SeaOrmAdapter, ManualClock) {
    let clock = ManualClock::new(start());
    let options = ConnectOptions::from_url(&database.url())
        .expect("the URL is ours")
        .max_connections(MAX_CONNECTIONS);
    let pool = Pool::connect(options).await.expect("the database is there");
    let connection = pool.connection().clone();
    let adapter = M::adapter(pool).with_clock(clock.clone());
    (connection, adapter, clock)
}

#[async_trait]
impl<D: TestDatabase, M: Mode> Harness for SeaOrmHarness<D, M> {
    type Store = SeaOrmAdapter;

    async fn fresh() -> Self {
        let database = D::lent().await;
        let (_, store, clock) = connect::<M>(&database).await;
        Self {
            store,
            clock,
            database,
            mode: PhantomData,
        }
    }

    fn store(&self) -> &SeaOrmAdapter {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }

    fn stored_token(&self, token: &SessionToken) -> String {
        M::stored(token)
    }
}
