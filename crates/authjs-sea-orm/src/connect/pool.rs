//! A pool with the settings that the adapter's promises need.

use std::fmt;
use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::options::Target;
use super::{ConnectError, ConnectOptions, ReleaseGuard};

/// A pool of connections, and what watches over it.
///
/// A pool that the application made itself works too (`DatabaseConnection` converts into
/// this), without the settings and the guard that [`connect`](Self::connect) installs.
#[derive(Clone)]
pub struct Pool {
    connection: DatabaseConnection,
    guard: Option<Arc<ReleaseGuard>>,
}

impl Pool {
    /// Opens a pool and one connection of it, so that a wrong address is known at once.
    ///
    /// # Errors
    /// The server cannot be reached or refuses, in one sentence without the URL.
    pub async fn connect(options: ConnectOptions) -> Result<Self, ConnectError> {
        let guard = Arc::new(ReleaseGuard::new());
        let connection = match &options.target {
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => super::postgres::connect(server, &options, &guard).await?,
            #[cfg(feature = "sqlite")]
            Target::Sqlite { file, .. } => super::sqlite::connect(file, &options).await?,
        };
        Ok(Self {
            connection,
            guard: Some(guard),
        })
    }

    /// A pool that connects when it is first used, with at most one connection that is not kept:
    /// for functions that run once per request and cannot hold a pool between them.
    ///
    /// # Errors
    /// None at present: a wrong address shows in the first operation.
    pub fn per_request(options: ConnectOptions) -> Result<Self, ConnectError> {
        let options = options.max_connections(1);
        let guard = Arc::new(ReleaseGuard::new());
        let connection = match &options.target {
            #[cfg(feature = "postgres")]
            Target::Postgres(server) => super::postgres::lazy(server, &options, &guard),
            #[cfg(feature = "sqlite")]
            Target::Sqlite { file, .. } => super::sqlite::lazy(file, &options),
        };
        Ok(Self {
            connection,
            guard: Some(guard),
        })
    }

    /// The SeaORM connection, for the application's own statements and transactions.
    ///
    /// From the first call on, each connection is examined when it comes back to the pool: the
    /// adapter cannot see what the application cancels.
    #[must_use]
    pub fn connection(&self) -> &DatabaseConnection {
        if let Some(guard) = &self.guard {
            guard.suspect_always();
        }
        &self.connection
    }

    pub(crate) fn into_parts(self) -> (DatabaseConnection, Option<Arc<ReleaseGuard>>) {
        (self.connection, self.guard)
    }
}

impl From<DatabaseConnection> for Pool {
    fn from(connection: DatabaseConnection) -> Self {
        Self {
            connection,
            guard: None,
        }
    }
}

impl From<&Self> for Pool {
    fn from(pool: &Self) -> Self {
        pool.clone()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}
