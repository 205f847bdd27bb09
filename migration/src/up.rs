use sea_orm_migration::{
    IntoSchemaManagerConnection, MigratorTrait,
    sea_orm::{
        ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode,
        TransactionOptions, TransactionTrait,
    },
};

use crate::{backend::Backend, lock::MigrationLock, migrator::Migrator};

/// Applies all pending migrations of [`Migrator`].
///
/// Does nothing if none is pending. Tables that are there already are left as they are; what they
/// lack tells [`unconstrained`](crate::unconstrained).
///
/// # Concurrency
/// Any number of processes may call it at once. On PostgreSQL, MariaDB and MySQL they take turns by
/// an advisory lock, on a connection of its own, before the ledger is read or made; the connection
/// must be the server's, not that of a pooler in transaction mode, nor that of another node of a
/// cluster. On SQLite everything is one transaction.
///
/// A process that is killed leaves what it did, and the next call goes on from there, on MariaDB and
/// MySQL too, where each statement about a table commits by itself.
///
/// # Errors
/// - `DbErr::Migration`: another process has been migrating for 60 seconds, or the backend is not
///   supported.
/// - `DbErr::Custom`: the ledger names a migration that this version does not know.
/// - Others: those of the database; earlier migrations of the call are kept, but on SQLite.
pub async fn up(db: &DatabaseConnection) -> Result<(), DbErr> {
    up_steps(db, None).await.map(drop)
}

/// Applies at most `steps` pending migrations, or all with `None`, and names those that it applied;
/// else as [`up`].
///
/// # Errors
/// As [`up`].
pub async fn up_steps(db: &DatabaseConnection, steps: Option<u32>) -> Result<Vec<String>, DbErr> {
    match Backend::of(db.get_database_backend())? {
        Backend::Mysql | Backend::Postgres => {
            let lock = MigrationLock::acquire(db).await?;
            let result = apply(db, steps).await;
            lock.release().await;
            result
        }
        Backend::Sqlite => {
            let transaction = db.begin_with_options(writing(db)).await?;
            let applied = apply(&transaction, steps).await?;
            transaction.commit().await?;
            Ok(applied)
        }
    }
}

async fn apply<'c, C>(db: &'c C, steps: Option<u32>) -> Result<Vec<String>, DbErr>
where
    C: ConnectionTrait,
    &'c C: IntoSchemaManagerConnection<'c>,
{
    let pending = Migrator::get_pending_migrations(db).await?;
    Migrator::up(db, steps).await?;
    let left = Migrator::get_pending_migrations(db).await?;
    let applied = pending.len().saturating_sub(left.len());
    Ok(pending
        .iter()
        .take(applied)
        .map(|migration| migration.name().to_owned())
        .collect())
}

/// A transaction that writes from the start: one that reads first and writes later fails on SQLite
/// when another process wrote in between.
pub(crate) fn writing(db: &DatabaseConnection) -> TransactionOptions {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    TransactionOptions {
        sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}
