//! How many connections a pool has.

#[cfg(any(feature = "mysql", feature = "postgres"))]
use std::sync::Arc;
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
    /// On the way to be open.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) opening: u32,
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
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            opening: opening(pool),
        }
    }
}

/// How many connections the driver is opening: it shares out its options for as long as each of
/// them takes, also while the server, or a pooler, lets one wait. Too many, if the application
/// has kept the options, and then no place is ever taken for lost.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn opening<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> u32 {
    // The pool's own, and the one that is asked.
    let known = 2;
    let shared = Arc::strong_count(&pool.connect_options());
    u32::try_from(shared.saturating_sub(known)).unwrap_or(u32::MAX)
}
