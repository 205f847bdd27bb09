//! One migration at a time: several processes that start at once would collide in creating the
//! ledger already.

use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr};

/// Held while migrations run; given back by [`release`](Self::release) or with its connection.
#[derive(Debug)]
pub(crate) struct MigrationLock {
    #[cfg(feature = "postgres")]
    connection: Option<sqlx::PgConnection>,
}

impl MigrationLock {
    /// Takes the advisory lock of the database, on PostgreSQL; elsewhere does nothing.
    ///
    /// Waits up to 60 seconds. The connection is one of its own, made beside the pool, so that a
    /// pool of one connection does not wait for itself.
    ///
    /// # Errors
    /// `DbErr::Migration` if another process held the lock all the time; those of connecting.
    pub(crate) async fn acquire(db: &DatabaseConnection) -> Result<Self, DbErr> {
        #[cfg(feature = "postgres")]
        {
            use sea_orm_migration::sea_orm::DatabaseConnectionType;

            // Mock and proxy connections have no pool, and nobody to collide with.
            let mut connection = None;
            if matches!(
                db.inner,
                DatabaseConnectionType::SqlxPostgresPoolConnection(_)
            ) {
                connection = Some(postgres::acquire(db.get_postgres_connection_pool()).await?);
            }
            Ok(Self { connection })
        }
        #[cfg(not(feature = "postgres"))]
        {
            let _ = db;
            std::future::ready(Ok(Self {})).await
        }
    }

    pub(crate) async fn release(self) {
        #[cfg(feature = "postgres")]
        if let Some(connection) = self.connection {
            // The server frees the lock with the connection, however that ends.
            let _ = sqlx::Connection::close(connection).await;
        }
        #[cfg(not(feature = "postgres"))]
        std::future::ready(()).await;
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::{sync::Arc, time::Duration};

    use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};
    use sqlx::{Connection, PgConnection, PgPool};

    /// `authjs_m` in ASCII: the same number in every release, or two releases would not exclude
    /// each other.
    const KEY: i64 = 0x6175_7468_6a73_5f6d;
    const PATIENCE: Duration = Duration::from_mins(1);
    const PAUSE: Duration = Duration::from_millis(100);

    pub(super) async fn acquire(pool: &PgPool) -> Result<PgConnection, DbErr> {
        let options = pool.connect_options();
        let connect = PgConnection::connect_with(&options);
        let mut connection = within(connect, "the database server does not answer").await?;
        let busy = "another process is migrating this database, and does not come to an end";
        within(wait_for_lock(&mut connection), busy).await?;
        Ok(connection)
    }

    /// Bounds the time of one step.
    async fn within<T>(
        step: impl Future<Output = Result<T, sqlx::Error>>,
        too_late: &str,
    ) -> Result<T, DbErr> {
        let Ok(result) = tokio::time::timeout(PATIENCE, step).await else {
            return Err(DbErr::Migration(too_late.to_owned()));
        };
        result.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
    }

    /// Asks again and again: a session that waits inside `pg_advisory_lock` deadlocks with a
    /// concurrent index build of the session that holds the lock.
    async fn wait_for_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        while !try_lock(connection).await? {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(KEY)
            .fetch_one(connection)
            .await
    }
}
