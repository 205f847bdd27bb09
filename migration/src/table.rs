use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

use crate::{addition::Addition, backend::Backend, catalog::Catalog, objects};
use crate::{
    m20250101_000001_create_authjs_users as users,
    m20250101_000002_create_authjs_accounts as accounts,
    m20250101_000003_create_authjs_sessions as sessions,
    m20250101_000004_create_authjs_verification_token as verification_token,
    m20250101_000005_create_authjs_authenticators as authenticators,
};

/// All tables, in the order in which they are created.
pub(crate) static TABLES: [&Table; 5] = [
    &users::TABLE,
    &accounts::TABLE,
    &sessions::TABLE,
    &verification_token::TABLE,
    &authenticators::TABLE,
];

/// One table of Auth.js and what a migration does about it.
#[derive(Debug)]
pub(crate) struct Table {
    /// The name of the migration: that of its file.
    pub(crate) migration: &'static str,
    pub(crate) name: &'static str,
    /// What the migration adds to the stock schema, on every backend.
    pub(crate) additions: &'static [Addition],
    pub(crate) mysql: &'static str,
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static str,
}

impl Table {
    const fn sql(&self, backend: Backend) -> &'static str {
        match backend {
            Backend::Mysql => self.mysql,
            Backend::Postgres => self.postgres,
            Backend::Sqlite => self.sqlite,
        }
    }

    /// Creates the table with all its constraints, and records that; a relation of that name
    /// that is there already is left wholly as it is.
    pub(crate) async fn create<C: ConnectionTrait>(&self, db: &C) -> Result<(), DbErr> {
        let catalog = Catalog::of(db)?;
        if catalog.has_table(self.name).await? {
            if catalog.lacks_its_note(self.name).await? {
                objects::record(db, self).await?;
            }
            return Ok(());
        }
        let sql = catalog.for_server(self.sql(catalog.backend())).await?;
        let bounded = catalog.bound_lock_wait().await?;
        let created = db.execute_unprepared(&sql).await;
        // After a failure only a transaction that takes everything back takes the bound back too.
        if bounded && (created.is_ok() || !catalog.backend().rolls_tables_back()) {
            catalog.unbound_lock_wait().await?;
        }
        created?;
        objects::record(db, self).await
    }

    /// Drops the table if a migration created it and it is empty; leaves it as it is if no
    /// migration created it, and fails if it holds a row or another table refers to it.
    pub(crate) async fn drop<C: ConnectionTrait>(&self, db: &C) -> Result<(), DbErr> {
        let catalog = Catalog::of(db)?;
        if catalog.is_ours(self.name).await? {
            if catalog.backend().rolls_tables_back() {
                self.drop_empty(db, &catalog).await?;
            } else {
                let bounded = catalog.bound_lock_wait().await?;
                let dropped = self.drop_empty(db, &catalog).await;
                catalog.unlock_tables().await?;
                if bounded {
                    catalog.unbound_lock_wait().await?;
                }
                dropped?;
            }
        }
        objects::forget(db, self).await
    }

    async fn drop_empty<C: ConnectionTrait>(
        &self,
        db: &C,
        catalog: &Catalog<'_, C>,
    ) -> Result<(), DbErr> {
        catalog.lock_table(self.name).await?;
        if catalog.has_rows(self.name).await? {
            return Err(DbErr::Migration(format!(
                "table {} holds rows and is not dropped",
                self.name
            )));
        }
        if let Some(other) = catalog.referring_tables(self.name).await?.first() {
            return Err(DbErr::Migration(format!(
                "table {} is not dropped because table {other} refers to it",
                self.name
            )));
        }
        db.execute_unprepared(&format!("DROP TABLE {}", self.name))
            .await
            .map(drop)
    }
}
