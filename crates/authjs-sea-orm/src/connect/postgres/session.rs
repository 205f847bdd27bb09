//! What a connection to PostgreSQL is told and asked.

use std::time::Duration;

use sqlx::Row as _;
use sqlx::postgres::{PgConnection, Postgres};

use crate::connect::ConnectOptions;
use crate::connect::connections::Session;

/// A transaction of the application that idles for this long is ended by the server.
const IDLE_IN_TRANSACTION: &str = "10s";

/// The limits of each connection, and where its tables are.
pub(super) struct PostgresSession {
    statement_timeout: String,
    lock_timeout: String,
    search_path: Option<String>,
}

impl PostgresSession {
    pub(super) fn new(options: &ConnectOptions) -> Self {
        Self {
            statement_timeout: in_millis(options.statement_timeout),
            lock_timeout: in_millis(options.lock_timeout),
            search_path: options.search_path.clone(),
        }
    }
}

impl Session for PostgresSession {
    type Server = Postgres;

    /// Besides limits and the search path: no notices. The driver logs them, and those of a
    /// trigger may hold rows.
    async fn prepare(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "SELECT set_config('statement_timeout', $1, false), \
             set_config('lock_timeout', $2, false), \
             set_config('idle_in_transaction_session_timeout', $3, false), \
             set_config('search_path', coalesce($4, current_setting('search_path')), false), \
             set_config('client_min_messages', 'error', false)",
        )
        .bind(&self.statement_timeout)
        .bind(&self.lock_timeout)
        .bind(IDLE_IN_TRANSACTION)
        .bind(&self.search_path)
        .persistent(false)
        .fetch_one(connection)
        .await
        .map(|_| ())
    }

    /// By simple query: the extended protocol starts a new statement time on each message, so
    /// that the comparison would always be false. Not by ROLLBACK, which writes a warning to the
    /// server's log each time.
    async fn is_outside_transaction(
        &self,
        connection: &mut PgConnection,
    ) -> Result<bool, sqlx::Error> {
        sqlx::raw_sql("SELECT now() = statement_timestamp()")
            .fetch_one(connection)
            .await?
            .try_get(0)
    }
}

/// A time limit as the server takes it, whose integers have 32 bits and for which 0 is no limit.
fn in_millis(limit: Duration) -> String {
    format!("{}ms", limit.as_millis().clamp(1, i32::MAX as u128))
}
