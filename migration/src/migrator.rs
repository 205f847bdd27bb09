use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTrait, SchemaManager,
    sea_orm::{DbErr, DynIden, sea_query::IntoIden},
};

use crate::table::{TABLES, Table};

pub(crate) const LEDGER: &str = "authjs_migrations";

/// The migrations of Auth.js' tables with a ledger of their own, `authjs_migrations`.
///
/// For applications that keep no ledger; others put [`migrations`] into theirs. Both may run on
/// one database, in any order: a migration leaves a table that is there as it is.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }

    fn migration_table_name() -> DynIden {
        LEDGER.into_iden()
    }
}

/// The migrations, in order, for the list of a host's own `Migrator`.
///
/// Each creates one table if no relation of that name is visible, and nothing else. Their names
/// contain `authjs`; none is ever renamed or removed. Each runs in a transaction.
#[must_use]
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    TABLES
        .iter()
        .map(|table| -> Box<dyn MigrationTrait> { Box::new(CreateTable(table)) })
        .collect()
}

/// The migration that creates one table.
struct CreateTable(&'static Table);

impl MigrationName for CreateTable {
    fn name(&self) -> &str {
        let Self(table) = self;
        table.migration
    }
}

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait declares its methods so"
)]
#[async_trait::async_trait]
impl MigrationTrait for CreateTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.create(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.drop(manager.get_connection()).await
    }

    /// On every backend: a table without its record in `authjs_objects` would never be dropped.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
