//! Going back: for databases of developers and tests only.

use sea_orm_migration::{
    IntoSchemaManagerConnection, MigratorTrait,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait},
};

use crate::{
    backend::Backend, guard::refuse_unless_disposable, lock::MigrationLock, migrator::Migrator,
    up::writing,
};

/// Rolls the last `steps` applied migrations of [`Migrator`] back, or all with `None`, and names
/// those that it rolled back.
///
/// # Concurrency
/// Everything is one transaction, under the lock of [`up`](crate::up). On MariaDB and MySQL, where
/// dropping a table cannot be taken back, each table is looked at again under a lock of its own and
/// then dropped; one that got a row meanwhile ends the call, with those before it rolled back.
///
/// # Errors
/// - `DbErr::Migration`: refused, with nothing changed, because a table of Auth.js holds a row or
///   the database holds a table that the migrations did not create.
/// - Others: as [`up`](crate::up).
pub async fn roll_back(db: &DatabaseConnection, steps: Option<u32>) -> Result<Vec<String>, DbErr> {
    run(db, Command::Down(steps)).await
}

/// Rolls all migrations back and applies them again, else as [`roll_back`].
///
/// # Errors
/// As [`roll_back`].
pub async fn refresh(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    run(db, Command::Refresh).await
}

/// Rolls all migrations back and removes the ledger, else as [`roll_back`].
///
/// # Errors
/// As [`roll_back`].
pub async fn reset(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    run(db, Command::Reset).await
}

enum Command {
    Down(Option<u32>),
    Refresh,
    Reset,
}

async fn run(db: &DatabaseConnection, command: Command) -> Result<Vec<String>, DbErr> {
    let lock = MigrationLock::acquire(db).await?;
    let result = run_locked(db, command).await;
    lock.release().await;
    result
}

async fn run_locked(db: &DatabaseConnection, command: Command) -> Result<Vec<String>, DbErr> {
    if !Backend::of(db.get_database_backend())?.rolls_tables_back() {
        return go_back(db, command).await;
    }
    let transaction = db.begin_with_options(writing(db)).await?;
    let gone = go_back(&transaction, command).await?;
    transaction.commit().await?;
    Ok(gone)
}

async fn go_back<'c, C>(db: &'c C, command: Command) -> Result<Vec<String>, DbErr>
where
    C: ConnectionTrait,
    &'c C: IntoSchemaManagerConnection<'c>,
{
    refuse_unless_disposable(db).await?;
    let mut applied = Migrator::get_applied_migrations_read_only(db).await?;
    applied.reverse();
    if let Command::Down(Some(steps)) = command {
        applied.truncate(usize::try_from(steps).unwrap_or(usize::MAX));
    }
    match command {
        Command::Down(steps) => Migrator::down(db, steps).await?,
        Command::Refresh => Migrator::refresh(db).await?,
        Command::Reset => Migrator::reset(db).await?,
    }
    Ok(applied
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect())
}
