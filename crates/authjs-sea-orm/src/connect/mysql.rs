//! MariaDB and MySQL: their URL, their pool.

mod session;

use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxMySqlConnector};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{ConnectOptions as _, Connection as _};

use self::session::MySqlSession;
use super::address::{self, number};
use super::connections::pool_options;
use super::ledger::Hooks;
use super::{ConnectError, ConnectOptions};

/// How long a server that is there takes for a new connection.
const REACHED_WITHIN: Duration = Duration::from_secs(1);

/// What a URL says.
pub(super) struct Address {
    pub(super) server: MySqlConnectOptions,
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
    // All tables are looked for in the connected database.
    let database = address::database(&url)?.ok_or(ConnectError::MalformedUrl(
        "it names no database after the host",
    ))?;
    let mut address = Address {
        server: server.database(&database),
        acquire_timeout: None,
        max_connections: None,
    };
    for (key, value) in url.query_pairs() {
        match &*key {
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
    server: MySqlConnectOptions,
    key: &str,
    value: &str,
) -> Result<MySqlConnectOptions, ConnectError> {
    Ok(match key {
        "ssl-mode" | "sslmode" => server.ssl_mode(ssl_mode(value)?),
        "ssl-ca" | "sslca" => server.ssl_ca(value),
        "ssl-cert" | "sslcert" => server.ssl_client_cert(value),
        "ssl-key" | "sslkey" => server.ssl_client_key(value),
        "socket" => server.socket(value),
        "charset" if value.eq_ignore_ascii_case("utf8mb4") => server,
        "charset" => {
            return Err(ConnectError::Unsupported(
                "a character set that has not all characters; only utf8mb4 has",
            ));
        }
        _ => return Err(ConnectError::UnknownParameter(key.to_owned())),
    })
}

fn ssl_mode(value: &str) -> Result<MySqlSslMode, ConnectError> {
    value
        .parse()
        .map_err(|_| ConnectError::UnknownParameter("ssl-mode".to_owned()))
}

/// The defaults, with statements kept out of the log. sqlx speaks utf8mb4 and UTC.
fn fresh() -> MySqlConnectOptions {
    MySqlConnectOptions::new().disable_statement_logging()
}

pub(super) async fn connect(
    server: &MySqlConnectOptions,
    options: &ConnectOptions,
    hooks: &Hooks,
) -> Result<DatabaseConnection, ConnectError> {
    // One attempt outside the pool: the pool would repeat a refused one until its time is up.
    let attempt = MySqlConnection::connect_with(server);
    let connection = tokio::time::timeout(options.acquire_timeout, attempt)
        .await
        .map_err(|_| ConnectError::Timeout)??;
    // A peer that does not hear it keeps nobody waiting.
    let _ = tokio::time::timeout(REACHED_WITHIN, connection.close()).await;
    let pool = pool_options(MySqlSession::new(options), server, options, hooks)
        .connect_with(server.clone())
        .await?;
    // The driver puts the first connection back without our hook.
    hooks.ledger.release();
    Ok(SqlxMySqlConnector::from_sqlx_mysql_pool(pool))
}

/// True if the server takes a connection and answers on it, soon: a pooler takes connections for
/// which it has no place.
pub(super) async fn is_reachable(server: &MySqlConnectOptions) -> bool {
    let attempt = async {
        let mut connection = MySqlConnection::connect_with(server).await?;
        sqlx::raw_sql("SELECT 1").execute(&mut connection).await?;
        connection.close().await
    };
    let attempt = tokio::time::timeout(REACHED_WITHIN, attempt).await;
    matches!(attempt, Ok(Ok(())))
}

pub(super) fn lazy(
    server: &MySqlConnectOptions,
    options: &ConnectOptions,
    hooks: &Hooks,
) -> DatabaseConnection {
    let pool = pool_options(MySqlSession::new(options), server, options, hooks)
        .connect_lazy_with(server.clone());
    SqlxMySqlConnector::from_sqlx_mysql_pool(pool)
}
