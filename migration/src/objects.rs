//! `authjs_objects`: what the migrations really created, so that nothing else is ever dropped.
//!
//! It comes with the first object and goes with the last.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

use crate::{backend::Backend, catalog::Catalog, table::Table};

pub(crate) const NAME: &str = "authjs_objects";

const MYSQL: &str = include_str!("mysql/authjs_objects.sql");
const POSTGRES: &str = include_str!("postgres/authjs_objects.sql");
const SQLITE: &str = include_str!("sqlite/authjs_objects.sql");

/// Notes that a migration created `table`.
pub(crate) async fn record<C: ConnectionTrait>(db: &C, table: &Table) -> Result<(), DbErr> {
    let catalog = Catalog::of(db)?;
    let (create, twice) = match catalog.backend() {
        Backend::Mysql => (MYSQL, "ON DUPLICATE KEY UPDATE name = name"),
        Backend::Postgres => (POSTGRES, "ON CONFLICT DO NOTHING"),
        Backend::Sqlite => (SQLITE, "ON CONFLICT DO NOTHING"),
    };
    db.execute_unprepared(&catalog.for_server(create).await?)
        .await?;
    db.execute_unprepared(&format!(
        "INSERT INTO {NAME} (kind, name) VALUES ('table', '{}') {twice}",
        table.name
    ))
    .await?;
    Ok(())
}

/// Removes the note about `table`, and with the last note the table of notes.
pub(crate) async fn forget<C: ConnectionTrait>(db: &C, table: &Table) -> Result<(), DbErr> {
    let catalog = Catalog::of(db)?;
    if catalog.has_table(table.name).await? || !catalog.has_table(NAME).await? {
        return Ok(());
    }
    db.execute_unprepared(&format!(
        "DELETE FROM {NAME} WHERE kind = 'table' AND name = '{}'",
        table.name
    ))
    .await?;
    if !catalog.has_rows(NAME).await? {
        db.execute_unprepared(&format!("DROP TABLE {NAME}")).await?;
    }
    Ok(())
}
