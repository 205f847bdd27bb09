//! One migration at a time: several processes that start at once would collide in creating the
//! ledger already.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod waiting;

#[cfg(any(feature = "mysql", feature = "postgres"))]
use sea_orm_migration::sea_orm::DatabaseConnectionType;
use sea_orm_migration::sea_orm::{DatabaseConnection, DbErr};

/// Held while migrations run; given back by [`release`](Self::release) or with its connection.
#[derive(Debug)]
pub(crate) enum MigrationLock {
    #[cfg(feature = "mysql")]
    Mysql(sqlx::MySqlConnection),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::PgConnection),
    /// A transaction that writes from the start excludes the others on SQLite. Mock and proxy
    /// connections have nobody to collide with.
    NotNeeded,
}

impl MigrationLock {
    /// Takes the advisory lock of the database, where the server has such locks.
    ///
    /// Waits up to 60 seconds. The connection is one of its own, made beside the pool, so that a
    /// pool of one connection does not wait for itself.
    ///
    /// # Errors
    /// `DbErr::Migration` if another process held the lock all the time; those of connecting.
    pub(crate) async fn acquire(db: &DatabaseConnection) -> Result<Self, DbErr> {
        match db.inner {
            #[cfg(feature = "mysql")]
            DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
                let connection = mysql::acquire(db.get_mysql_connection_pool()).await?;
                Ok(Self::Mysql(connection))
            }
            #[cfg(feature = "postgres")]
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                let connection = postgres::acquire(db.get_postgres_connection_pool()).await?;
                Ok(Self::Postgres(connection))
            }
            _ => std::future::ready(Ok(Self::NotNeeded)).await,
        }
    }

    /// The server frees the lock with the connection, however that ends.
    pub(crate) async fn release(self) {
        match self {
            #[cfg(feature = "mysql")]
            Self::Mysql(connection) => {
                let _ = sqlx::Connection::close(connection).await;
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => {
                let _ = sqlx::Connection::close(connection).await;
            }
            Self::NotNeeded => std::future::ready(()).await,
        }
    }
}
