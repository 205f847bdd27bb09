//! The suite through `.on(&tx)`: each call in a transaction of its own.

mod calls;

use std::marker::PhantomData;

use authjs_adapter::{ErrorKind, ManualClock, Result, Snapshot, async_trait};
use authjs_conformance::Harness;
use authjs_sea_orm::{InTransaction, SeaOrmAdapter};
use authjs_test_databases::TestDatabase;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait as _,
};

use super::{Shared, connect};

/// How often a call is made at most whose transaction MariaDB takes back: sixteen that insert and
/// delete one key beside each other meet deadlocks again and again.
const TRIES: u32 = 30;

/// How a caller ends the transaction after a call that failed.
pub trait AfterError: Send + Sync + 'static {
    /// Whether each write has a savepoint, so that the caller goes on and commits.
    const COMMITS: bool;
}

/// The caller rolls back: what [`on`](SeaOrmAdapter::on) demands.
#[derive(Debug)]
pub struct RollsBack;

/// The caller goes on and commits: what [`savepoints`](SeaOrmAdapter::savepoints) allows. A
/// refused write that left anything behind would be stored.
#[derive(Debug)]
pub struct Commits;

impl AfterError for RollsBack {
    const COMMITS: bool = false;
}

impl AfterError for Commits {
    const COMMITS: bool = true;
}

/// Our adapter on a database of its own, with each call in a transaction of the caller.
///
/// All cases apply, races too: sixteen callers have sixteen transactions, at the isolation level
/// that the pool gives by default. On MariaDB some of them meet in deadlocks, and begin again. On SQLite a caller must begin with `BEGIN IMMEDIATE`, as
/// this one does. A deferred transaction takes the write lock at its first write; if it has read
/// before, as in `revoke`, and somebody else wrote meanwhile, SQLite refuses at once
/// (`SQLITE_BUSY_SNAPSHOT`), whatever the busy timeout. The price is that such transactions run
/// one after the other, those that only read as well.
#[derive(Debug)]
pub struct InTransactionHarness<D, E = RollsBack> {
    clock: ManualClock,
    // Dropped before the database that it is connected to.
    store: EachInTransaction<E>,
    database: D,
}

/// A store that makes each call in a transaction, and ends that.
#[derive(Debug)]
pub struct EachInTransaction<E> {
    adapter: SeaOrmAdapter,
    pool: DatabaseConnection,
    after_error: PhantomData<E>,
}

impl<E: AfterError> EachInTransaction<E> {
    async fn begin(&self) -> DatabaseTransaction {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begun = self.pool.begin_with_options(options).await;
        begun.expect("a transaction can begin")
    }

    fn on<'tx>(&self, tx: &'tx DatabaseTransaction) -> SeaOrmAdapter<InTransaction<'tx>> {
        let bound = self.adapter.on(tx);
        if E::COMMITS {
            bound.savepoints()
        } else {
            bound
        }
    }

    /// True if the server took the transaction back for the sake of another one. Nothing is
    /// repeated there for the caller, who begins again, as applications are told to.
    fn is_taken_back<T>(result: &Result<T>, tries: u32) -> bool {
        tries < TRIES && matches!(result, Err(error) if error.kind() == ErrorKind::Busy)
    }

    async fn end<T>(&self, tx: DatabaseTransaction, result: Result<T>) -> Result<T> {
        let ended = match &result {
            Err(_) if E::COMMITS => {
                let goes_on = tx.execute_unprepared("SELECT 1").await;
                goes_on.expect("the transaction goes on after an error");
                tx.commit().await
            }
            Err(_) => tx.rollback().await,
            Ok(_) => tx.commit().await,
        };
        ended.expect("a transaction can end");
        result
    }
}

#[async_trait]
impl<D: TestDatabase, E: AfterError> Harness for InTransactionHarness<D, E> {
    type Store = EachInTransaction<E>;

    async fn fresh() -> Self {
        let database = D::lent().await;
        let (pool, adapter, clock) = connect::<Shared>(&database).await;
        // As an application does when it starts. A transaction keeps what it read about the
        // schema to itself, so without this each call would read it again.
        adapter.inspect().await.expect("the catalog can be read");
        let store = EachInTransaction {
            adapter,
            pool,
            after_error: PhantomData,
        };
        Self {
            clock,
            store,
            database,
        }
    }

    fn store(&self) -> &EachInTransaction<E> {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }
}
