//! The stores that the values are given to.

use std::marker::PhantomData;

use authjs_adapter::{
    EmailRule, ManualClock, MemoryAdapter, NewUser, Session, SessionToken, Snapshot, Store, User,
    async_trait,
};
use authjs_conformance::{Harness, MemoryHarness, start};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Mode, TestDatabase};
use sea_orm::{ConnectionTrait as _, DbBackend};

/// A harness whose store has every capability and the contract's own records.
pub(super) trait Subject:
    Harness<Store: Store<User = User, Session = Session, NewUser = NewUser>>
{
    /// What the store does with the addresses of people who sign in.
    fn email_rule(&self) -> EmailRule;

    /// How many statements the store has sent; `None` if it sends none.
    fn statements(&self) -> Option<u64>;
}

impl Subject for MemoryHarness {
    fn email_rule(&self) -> EmailRule {
        EmailRule::AuthJs
    }

    fn statements(&self) -> Option<u64> {
        None
    }
}

/// The executable specification with canonical addresses.
pub(super) struct CanonicalMemory {
    clock: ManualClock,
    store: MemoryAdapter,
}

#[async_trait]
impl Harness for CanonicalMemory {
    type Store = MemoryAdapter;

    async fn fresh() -> Self {
        let clock = ManualClock::new(start());
        let store = MemoryAdapter::new(clock.clone()).with_email_rule(EmailRule::Canonical);
        Self { clock, store }
    }

    fn store(&self) -> &MemoryAdapter {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }
}

impl Subject for CanonicalMemory {
    fn email_rule(&self) -> EmailRule {
        EmailRule::Canonical
    }

    fn statements(&self) -> Option<u64> {
        None
    }
}

/// Our adapter on a database of its own, which does not wait for the disk where that can be
/// had: here are thousands of commits, and none has to survive a crash.
pub(super) struct InDatabase<D, M> {
    clock: ManualClock,
    // Dropped before the database that it is connected to.
    store: SeaOrmAdapter,
    database: D,
    mode: PhantomData<M>,
}

const NO_WAIT: &str = "DO $$ BEGIN EXECUTE format(\
    'ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$";

async fn connect<D: TestDatabase>(database: &D) -> Pool {
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options.max_connections(2)).await;
    pool.expect("the database is there")
}

#[async_trait]
impl<D: TestDatabase, M: Mode> Harness for InDatabase<D, M> {
    type Store = SeaOrmAdapter;

    async fn fresh() -> Self {
        let database = D::migrated().await;
        let pool = connect(&database).await;
        if pool.connection().get_database_backend() == DbBackend::Postgres {
            let told = pool.connection().execute_unprepared(NO_WAIT).await;
            told.expect("the database is ours");
        }
        // Connections that are made from now on know it.
        let pool = connect(&database).await;
        let clock = ManualClock::new(start());
        Self {
            store: M::adapter(pool).with_clock(clock.clone()),
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

impl<D: TestDatabase, M: Mode> Subject for InDatabase<D, M> {
    /// A store of our own hashes tokens and normalises strictly.
    fn email_rule(&self) -> EmailRule {
        if self.stored_token(&"token".into()) == "token" {
            EmailRule::AuthJs
        } else {
            EmailRule::Canonical
        }
    }

    fn statements(&self) -> Option<u64> {
        Some(self.store.statements_sent())
    }
}
