//! The connections of a pool: what new ones are told, and what becomes of broken ones.

use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};

use crate::connect::{ConnectOptions, ReleaseGuard};

/// A connection that idled for this long is pinged before it is used.
const PING_AFTER_IDLE: Duration = Duration::from_secs(5);
/// How long a ping, an examination or a new connection may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait before the server is asked for a connection again.
const RETRY_AFTER: Duration = Duration::from_millis(500);
/// A transaction of the application that idles for this long is ended by the server.
const IDLE_IN_TRANSACTION: &str = "10s";

/// What the hooks of a pool need.
pub(super) struct Connections {
    server: PgConnectOptions,
    statement_timeout: String,
    lock_timeout: String,
    search_path: Option<String>,
    /// Gone when nobody uses the pool through us any more.
    guard: Weak<ReleaseGuard>,
}

impl Connections {
    pub(super) fn new(
        server: &PgConnectOptions,
        options: &ConnectOptions,
        guard: &Arc<ReleaseGuard>,
    ) -> Arc<Self> {
        Arc::new(Self {
            server: server.clone(),
            statement_timeout: in_millis(options.statement_timeout),
            lock_timeout: in_millis(options.lock_timeout),
            search_path: options.search_path.clone(),
            guard: Arc::downgrade(guard),
        })
    }

    /// Tells a new connection its limits and where the tables are. The one place that does:
    /// sqlx keeps one `after_connect`, and SeaORM's own runs once per pool only.
    pub(super) async fn prepare(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "SELECT set_config('statement_timeout', $1, false), \
             set_config('lock_timeout', $2, false), \
             set_config('idle_in_transaction_session_timeout', $3, false), \
             set_config('search_path', coalesce($4, current_setting('search_path')), false)",
        )
        .bind(&self.statement_timeout)
        .bind(&self.lock_timeout)
        .bind(IDLE_IN_TRANSACTION)
        .bind(&self.search_path)
        .persistent(false)
        .execute(connection)
        .await
        .map(|_| ())
    }

    /// Pings a connection that idled for long; one that stays silent is replaced. False if it
    /// has to be closed, since its prepared statements are of an earlier schema.
    pub(super) async fn wake(
        &self,
        connection: &mut PgConnection,
        meta: &PoolConnectionMetadata,
    ) -> Result<bool, sqlx::Error> {
        let guard = self.guard.upgrade();
        if guard.is_some_and(|guard| guard.is_outdated(meta.age)) {
            return Ok(false);
        }
        if meta.idle_for >= PING_AFTER_IDLE {
            match tokio::time::timeout(PROBE_TIMEOUT, connection.ping()).await {
                Ok(pong) => pong?,
                Err(_) => *connection = self.open().await?,
            }
        }
        Ok(true)
    }

    /// Examines a connection that comes back while the pool is suspect. False if it has to be
    /// closed: the server has a transaction open on it that nobody knows of.
    pub(super) async fn examine(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let guard = self.guard.upgrade();
        if guard.is_some_and(|guard| !guard.is_suspect()) {
            return Ok(true);
        }
        let probe = is_outside_transaction(connection);
        match tokio::time::timeout(PROBE_TIMEOUT, probe).await {
            Ok(answer) => answer,
            Err(_) => self.replace(connection).await.map(|()| true),
        }
    }

    /// Puts a new connection in the place of one that is silent.
    ///
    /// sqlx would close the old one, also the hard way, by waiting for the peer where TLS is
    /// rustls', and the pool would never get its place back. Dropped, it waits for nothing. As
    /// long as the server takes no connection the place would be of no use either.
    async fn replace(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        loop {
            match self.open().await {
                Ok(new) => {
                    *connection = new;
                    return Ok(());
                }
                Err(error) if self.guard.strong_count() == 0 => return Err(error),
                Err(_) => tokio::time::sleep(RETRY_AFTER).await,
            }
        }
    }

    async fn open(&self) -> Result<PgConnection, sqlx::Error> {
        let open = async {
            let mut connection = PgConnection::connect_with(&self.server).await?;
            self.prepare(&mut connection).await?;
            Ok(connection)
        };
        tokio::time::timeout(PROBE_TIMEOUT, open)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
    }
}

/// A time limit as the server takes it, whose integers have 32 bits and for which 0 is no limit.
fn in_millis(limit: Duration) -> String {
    format!("{}ms", limit.as_millis().clamp(1, i32::MAX as u128))
}

/// By simple query: the extended protocol starts a new statement time on each message, so
/// that the comparison would always be false. Not by ROLLBACK, which writes a warning to the
/// server's log each time.
async fn is_outside_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let probe = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection);
    match probe.await {
        Ok(row) => row.try_get(0),
        // The late error of a statement that was cancelled. The server is there, so the
        // connection ends politely, which works over any TLS.
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
