use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

use crate::{catalog::Catalog, table::TABLES};

/// Refuses unless the database holds nothing but empty tables that the migrations created.
///
/// There is no way around it: what these commands drop cannot be had back.
pub(crate) async fn refuse_unless_disposable<C: ConnectionTrait>(db: &C) -> Result<(), DbErr> {
    let catalog = Catalog::of(db)?;
    let locks = catalog.backend().rolls_tables_back();
    if locks {
        catalog.bound_lock_wait().await?;
    }
    for table in TABLES {
        if !catalog.has_table(table.name).await? {
            continue;
        }
        // Elsewhere each table is locked when it is dropped.
        if locks && catalog.is_ours(table.name).await? {
            catalog.lock_table(table.name).await?;
        }
        if catalog.has_rows(table.name).await? {
            return Err(DbErr::Migration(format!(
                "refused: table {} holds rows",
                table.name
            )));
        }
    }
    let others = catalog.foreign_tables().await?;
    if others.is_empty() {
        return Ok(());
    }
    Err(DbErr::Migration(format!(
        "refused: the database holds tables that authjs-migration did not create: {}",
        others.join(", ")
    )))
}
