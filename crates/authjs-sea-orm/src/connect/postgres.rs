//! PostgreSQL: its URL, its variables, its pool.

mod session;

use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};

use self::session::PostgresSession;
use super::address::{self, number};
use super::connections::pool_options;
use super::ledger::Hooks;
use super::{ConnectError, ConnectOptions, pooler};

const DEFAULT_PORT: u16 = 5432;
/// How long a server that is there takes for a new connection.
const REACHED_WITHIN: Duration = Duration::from_secs(1);

/// What a URL says.
pub(super) struct Address {
    pub(super) server: PgConnectOptions,
    pub(super) search_path: Option<String>,
    pub(super) acquire_timeout: Option<Duration>,
    pub(super) max_connections: Option<u32>,
}

/// Takes a URL apart.
pub(super) fn parse(url: &str) -> Result<Address, ConnectError> {
    let url = address::parse(url)?;
    let mut server = fresh();
    if let Some(host) = address::host(&url)? {
        server = server.host(&host);
    }
    if let Some(port) = url.port() {
        server = server.port(port);
    }
    if !url.username().is_empty() {
        server = server.username(&address::decoded(url.username())?);
    }
    if let Some(password) = url.password() {
        server = server.password(&address::decoded(password)?);
    }
    if let Some(database) = address::database(&url)? {
        server = server.database(&database);
    }
    let mut address = Address {
        server,
        search_path: None,
        acquire_timeout: None,
        max_connections: None,
    };
    for (key, value) in url.query_pairs() {
        match &*key {
            "schema" => address.search_path = Some(value.into_owned()),
            "connect_timeout" => {
                address.acquire_timeout = Some(Duration::from_secs(number(&key, &value)?));
            }
            "connection_limit" => address.max_connections = Some(number(&key, &value)?),
            _ => address.server = parameter(address.server, &key, &value)?,
        }
    }
    Ok(address)
}

fn parameter(
    server: PgConnectOptions,
    key: &str,
    value: &str,
) -> Result<PgConnectOptions, ConnectError> {
    Ok(match key {
        "sslmode" | "ssl-mode" => server.ssl_mode(ssl_mode(value)?),
        "sslrootcert" | "ssl-root-cert" => server.ssl_root_cert(value),
        "sslcert" => server.ssl_client_cert(value),
        "sslkey" => server.ssl_client_key(value),
        "host" if value.starts_with('/') => server.socket(value),
        "host" => server.host(value),
        "port" => server.port(number(key, value)?),
        "user" => server.username(value),
        "password" => server.password(value),
        "dbname" => server.database(value),
        "application_name" => server.application_name(value),
        "channel_binding" if value == "require" => {
            return Err(ConnectError::Unsupported(
                "channel_binding=require, which the driver does not do; \
                 sslmode=verify-full makes sure of the server too",
            ));
        }
        "channel_binding" if matches!(value, "disable" | "prefer") => server,
        "pgbouncer" if value == "true" => {
            return Err(ConnectError::Unsupported(
                "a pooler in transaction mode, which would mix prepared statements up; \
                 give the address of the server itself",
            ));
        }
        "pgbouncer" => server,
        _ => return Err(ConnectError::UnknownParameter(key.to_owned())),
    })
}

fn ssl_mode(value: &str) -> Result<PgSslMode, ConnectError> {
    value
        .parse()
        .map_err(|_| ConnectError::UnknownParameter("sslmode".to_owned()))
}

/// Puts the parts together without a URL.
pub(super) fn from_variables(
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<PgConnectOptions, ConnectError> {
    let required = |name: &'static str| variable(name).ok_or(ConnectError::MissingVariable(name));
    let mut server = fresh()
        .host(&required("DATABASE_HOST")?)
        .database(&required("DATABASE_NAME")?)
        .username(&required("DATABASE_USER")?);
    // The driver would take PGPORT for a port that is not given.
    let port = match variable("DATABASE_PORT") {
        Some(port) => port
            .parse()
            .map_err(|_| ConnectError::InvalidVariable("DATABASE_PORT"))?,
        None => DEFAULT_PORT,
    };
    server = server.port(port);
    if let Some(password) = variable("DATABASE_PASSWORD") {
        server = server.password(&password);
    }
    Ok(server)
}

/// The defaults, with statements kept out of the log. Without `.pgpass`: the driver looks the
/// password up for the default host, would send it to the one that is set later, and writes a
/// line that it cannot read to the log.
fn fresh() -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .application_name("authjs")
        .disable_statement_logging()
}

pub(super) async fn connect(
    server: &PgConnectOptions,
    options: &ConnectOptions,
    hooks: &Hooks,
) -> Result<DatabaseConnection, ConnectError> {
    let begun = Instant::now();
    let patience = options.acquire_timeout;
    // One attempt outside the pool: the pool would repeat a refused one until its time is up.
    let attempt = PgConnection::connect_with(server);
    let mut first = tokio::time::timeout(patience, attempt)
        .await
        .map_err(|_| ConnectError::Timeout)??;
    if pooler::is_before(&mut first, begun, server, patience).await {
        return Err(ConnectError::TransactionPooler);
    }
    // Before the pool takes its place, of which a server may have a single one.
    // A peer that does not hear it keeps nobody waiting.
    let _ = tokio::time::timeout(REACHED_WITHIN, first.close()).await;
    let session = PostgresSession::new(options);
    let pool = pool_options(session, server, options, hooks)
        .connect_with(server.clone())
        .await?;
    // The driver puts the first connection back without our hook.
    hooks.ledger.release();
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

/// True if the server takes a connection and answers on it, soon: a pooler takes connections for
/// which it has no place.
pub(super) async fn is_reachable(server: &PgConnectOptions) -> bool {
    let attempt = async {
        let mut connection = PgConnection::connect_with(server).await?;
        sqlx::raw_sql("SELECT 1").execute(&mut connection).await?;
        connection.close().await
    };
    let attempt = tokio::time::timeout(REACHED_WITHIN, attempt).await;
    matches!(attempt, Ok(Ok(())))
}

pub(super) fn lazy(
    server: &PgConnectOptions,
    options: &ConnectOptions,
    hooks: &Hooks,
) -> DatabaseConnection {
    let session = PostgresSession::new(options);
    let pool = pool_options(session, server, options, hooks).connect_lazy_with(server.clone());
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
}
