//! How many connections a pool has.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseConnectionType};

/// The connections of a pool at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    /// Open, or on the way to be.
    pub(crate) size: u32,
    /// Open, and not in use.
    pub(crate) idle: u32,
    pub(crate) max: u32,
    /// How long somebody waits for one at most.
    pub(crate) patience: Duration,
}

impl Numbers {
    /// `None` for a connection that is no pool.
    pub(crate) fn of(connection: &DatabaseConnection) -> Option<Self> {
        match &connection.inner {
            #[cfg(feature = "postgres")]
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                Some(Self::of_pool(connection.get_postgres_connection_pool()))
            }
            #[cfg(feature = "mysql")]
            DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
                Some(Self::of_pool(connection.get_mysql_connection_pool()))
            }
            #[cfg(feature = "sqlite")]
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
                Some(Self::of_pool(connection.get_sqlite_connection_pool()))
            }
            _ => None,
        }
    }

    fn of_pool<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        Self {
            size: pool.size(),
            idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
            max: pool.options().get_max_connections(),
            patience: pool.options().get_acquire_timeout(),
        }
    }
}
