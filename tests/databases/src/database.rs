//! What the tests want of a database, whatever it is.

use authjs_adapter::{Snapshot, async_trait};

use crate::{
    MariadbDatabase, PostgresDatabase, SqliteDatabase, snapshot_mysql, snapshot_postgres,
    snapshot_sqlite,
};

/// A kind of test database.
#[async_trait]
pub trait TestDatabase: Sized + Send + Sync + 'static {
    /// A database of its own, with the tables as our migrations make them.
    async fn migrated() -> Self;
    /// The same, but others may have used it before: it has no rows, and ids do not begin with 1.
    /// For tests that change nothing but rows.
    #[must_use]
    async fn lent() -> Self {
        Self::migrated().await
    }
    /// How an application reaches it.
    fn url(&self) -> String;
    /// All rows, read past the adapter.
    async fn snapshot(&self) -> Snapshot;
}

#[async_trait]
impl TestDatabase for MariadbDatabase {
    async fn migrated() -> Self {
        Self::migrated().await
    }

    async fn lent() -> Self {
        Self::lent().await
    }

    fn url(&self) -> String {
        self.url()
    }

    async fn snapshot(&self) -> Snapshot {
        snapshot_mysql(&mut self.connect().await).await
    }
}

#[async_trait]
impl TestDatabase for PostgresDatabase {
    async fn migrated() -> Self {
        Self::migrated().await
    }

    async fn lent() -> Self {
        Self::lent().await
    }

    fn url(&self) -> String {
        self.url()
    }

    async fn snapshot(&self) -> Snapshot {
        snapshot_postgres(&mut self.connect().await).await
    }
}

#[async_trait]
impl TestDatabase for SqliteDatabase {
    async fn migrated() -> Self {
        Self::migrated().await
    }

    async fn lent() -> Self {
        Self::lent().await
    }

    fn url(&self) -> String {
        self.url()
    }

    async fn snapshot(&self) -> Snapshot {
        snapshot_sqlite(&mut self.connect().await).await
    }
}
