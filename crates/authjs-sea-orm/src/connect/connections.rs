//! The connections of a pool: what new ones are told, and what becomes of broken ones.

use std::sync::{Arc, Weak};
use std::time::Duration;

use sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sqlx::{Connection, Database};

use super::ledger::{Hooks, Ledger};
use super::{ConnectOptions, ReleaseGuard};

/// A connection that idled for this long is pinged before it is used.
const PING_AFTER_IDLE: Duration = Duration::from_secs(5);
/// How long a ping, an examination or a new connection may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait before the server is asked for a connection again.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// What is asked of the connections of one kind of server.
pub(super) trait Session: Send + Sync + 'static {
    type Server: Database;

    /// Tells a new connection its limits. The one place that does: sqlx keeps one
    /// `after_connect`, and SeaORM's own runs once per pool only.
    fn prepare(
        &self,
        connection: &mut Of<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// True if the server has no transaction open on the connection.
    fn is_outside_transaction(
        &self,
        connection: &mut Of<Self>,
    ) -> impl Future<Output = Result<bool, sqlx::Error>> + Send;
}

/// The connections that a session is about.
pub(super) type Of<S> = <<S as Session>::Server as Database>::Connection;

/// How they are opened.
type OptionsOf<S> = <Of<S> as Connection>::Options;

/// The settings of a pool, with its hooks.
pub(super) fn pool_options<S: Session>(
    session: S,
    server: &OptionsOf<S>,
    options: &ConnectOptions,
    hooks: &Hooks,
) -> PoolOptions<S::Server> {
    let connections = Arc::new(Connections {
        session,
        server: server.clone(),
        max_lifetime: options.max_lifetime,
        guard: Arc::downgrade(&hooks.guard),
        ledger: Arc::clone(&hooks.ledger),
    });
    let [new, idle, released] = std::array::from_fn(|_| Arc::clone(&connections));
    PoolOptions::new()
        .max_connections(options.connections())
        .min_connections(0)
        .acquire_timeout(options.patience())
        .idle_timeout(options.idle_timeout)
        // Ours: the driver closes what is too old without a word.
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let connections = Arc::clone(&new);
            Box::pin(async move { connections.begin(connection).await })
        })
        .before_acquire(move |connection, meta| {
            let connections = Arc::clone(&idle);
            Box::pin(async move { connections.wake(connection, &meta).await })
        })
        .after_release(move |connection, meta| {
            let connections = Arc::clone(&released);
            Box::pin(async move { connections.examine(connection, &meta).await })
        })
}

/// What the hooks of a pool need.
struct Connections<S: Session> {
    session: S,
    server: OptionsOf<S>,
    max_lifetime: Option<Duration>,
    /// Gone when nobody uses the pool through us any more.
    guard: Weak<ReleaseGuard>,
    ledger: Arc<Ledger>,
}

impl<S: Session> Connections<S> {
    /// Makes a new connection of the pool ready for whom it is given to.
    async fn begin(&self, connection: &mut Of<S>) -> Result<(), sqlx::Error> {
        self.session.prepare(connection).await?;
        self.ledger.lend();
        Ok(())
    }

    /// Pings a connection that idled for long, or while another one broke; one that stays silent
    /// is replaced. False if it has to be closed: it is too old, or its prepared statements are of
    /// an earlier schema.
    async fn wake(
        &self,
        connection: &mut Of<S>,
        meta: &PoolConnectionMetadata,
    ) -> Result<bool, sqlx::Error> {
        let _attended = self.ledger.attend();
        if self.is_too_old(meta) {
            return Ok(false);
        }
        let guard = self.guard.upgrade();
        let guard = guard.as_deref();
        if guard.is_some_and(|guard| guard.is_outdated(meta.age)) {
            return Ok(false);
        }
        let is_doubtful = meta.idle_for >= PING_AFTER_IDLE
            || guard.is_some_and(|guard| guard.may_be_broken(meta.idle_for));
        if is_doubtful {
            match tokio::time::timeout(PROBE_TIMEOUT, connection.ping()).await {
                Ok(pong) => pong?,
                Err(_) => *connection = self.open().await?,
            }
        }
        self.ledger.lend();
        Ok(true)
    }

    /// Examines a connection that comes back while the pool is suspect. False if it has to be
    /// closed: the server has a transaction open on it that nobody knows of, or its time is over.
    async fn examine(
        &self,
        connection: &mut Of<S>,
        meta: &PoolConnectionMetadata,
    ) -> Result<bool, sqlx::Error> {
        let _attended = self.ledger.attend();
        self.ledger.release();
        let is_kept = !self.is_too_old(meta) && !self.ledger.is_retired();
        if self
            .guard
            .upgrade()
            .is_some_and(|guard| !guard.is_suspect())
        {
            return Ok(is_kept);
        }
        let probe = self.session.is_outside_transaction(connection);
        match tokio::time::timeout(PROBE_TIMEOUT, probe).await {
            // The late error of a statement that was cancelled. The server is there, so the
            // connection ends politely, which works over any TLS.
            Ok(Err(sqlx::Error::Database(_))) => Ok(false),
            Ok(answer) => answer.map(|is_outside| is_outside && is_kept),
            Err(_) => self.replace(connection).await.map(|()| is_kept),
        }
    }

    fn is_too_old(&self, meta: &PoolConnectionMetadata) -> bool {
        self.max_lifetime.is_some_and(|max| meta.age >= max)
    }

    /// Puts a new connection in the place of one that is silent.
    ///
    /// sqlx would close the old one, also the hard way, by waiting for the peer where TLS is
    /// rustls', and the pool would never get its place back. Dropped, it waits for nothing. As
    /// long as the server takes no connection the place would be of no use either.
    async fn replace(&self, connection: &mut Of<S>) -> Result<(), sqlx::Error> {
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

    async fn open(&self) -> Result<Of<S>, sqlx::Error> {
        let open = async {
            let mut connection = Of::<S>::connect_with(&self.server).await?;
            self.session.prepare(&mut connection).await?;
            Ok(connection)
        };
        tokio::time::timeout(PROBE_TIMEOUT, open)
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests;
