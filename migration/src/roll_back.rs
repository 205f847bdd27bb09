//! Going back: for databases of developers and tests only.

use sea_orm_migration::{
    MigratorTrait,
    sea_orm::{DatabaseConnection, DbErr, TransactionTrait},
};

use crate::{
    guard::refuse_unless_disposable, lock::MigrationLock, migrator::Migrator, up::writing,
};

/// Rolls the last `steps` applied migrations of [`Migrator`] back, or all with `None`, and names
/// those that it rolled back.
///
/// # Concurrency
/// Everything is one transaction, under the lock of [`up`](crate::up).
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
    let transaction = db.begin_with_options(writing(db)).await?;
    refuse_unless_disposable(&transaction).await?;
    let mut applied = Migrator::get_applied_migrations_read_only(&transaction).await?;
    applied.reverse();
    if let Command::Down(Some(steps)) = command {
        applied.truncate(usize::try_from(steps).unwrap_or(usize::MAX));
    }
    match command {
        Command::Down(steps) => Migrator::down(&transaction, steps).await?,
        Command::Refresh => Migrator::refresh(&transaction).await?,
        Command::Reset => Migrator::reset(&transaction).await?,
    }
    transaction.commit().await?;
    Ok(applied
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect())
}
