//! PostgreSQL: its URL, its variables, its pool.

mod connections;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};
use url::Url;

use self::connections::Connections;
use super::{ConnectError, ConnectOptions, ReleaseGuard};

const DEFAULT_PORT: u16 = 5432;

/// What a URL says.
pub(super) struct Address {
    pub(super) server: PgConnectOptions,
    pub(super) search_path: Option<String>,
    pub(super) acquire_timeout: Option<Duration>,
    pub(super) max_connections: Option<u32>,
}

/// Takes a URL apart.
pub(super) fn parse(url: &str) -> Result<Address, ConnectError> {
    if !url.contains("://") {
        return Err(ConnectError::MalformedUrl(
            "two slashes must follow the scheme",
        ));
    }
    let url = Url::parse(url).map_err(|error| ConnectError::MalformedUrl(what_is_wrong(error)))?;
    if has_spilled(&url) {
        return Err(ConnectError::MalformedUrl(
            "a `/`, `?`, `#` or `@` in the password or another part is escaped as %2F, %3F, %23, %40",
        ));
    }
    let mut server = fresh();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        let host = decoded(host)?;
        // An IPv6 address stands in brackets in a URL only.
        server = server.host(host.trim_start_matches('[').trim_end_matches(']'));
    }
    if let Some(port) = url.port() {
        server = server.port(port);
    }
    if !url.username().is_empty() {
        server = server.username(&decoded(url.username())?);
    }
    if let Some(password) = url.password() {
        server = server.password(&decoded(password)?);
    }
    let database = url.path().trim_start_matches('/');
    if !database.is_empty() {
        server = server.database(&decoded(database)?);
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

/// The parser's reason, in words of ours that hold nothing of the URL.
const fn what_is_wrong(error: url::ParseError) -> &'static str {
    match error {
        url::ParseError::InvalidPort => {
            "the port is not a number; a `:` or `@` or `/` in the password is escaped as %3A, %40, %2F"
        }
        url::ParseError::EmptyHost => "the host is empty",
        url::ParseError::InvalidIpv4Address | url::ParseError::InvalidIpv6Address => {
            "the host is not an address"
        }
        url::ParseError::InvalidDomainCharacter | url::ParseError::IdnaError => {
            "the host has a character that it cannot have"
        }
        _ => "it is not a URL",
    }
}

/// True if a `/`, `?` or `#` in the password ended the address before its `@`: the rest of the
/// password would be shown as the name of a parameter, and another host be asked.
fn has_spilled(url: &Url) -> bool {
    let path = url.path();
    url.fragment().is_some()
        || path.strip_prefix('/').unwrap_or(path).contains(['/', '@'])
        || url.query().is_some_and(|query| query.contains('@'))
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

fn number<T: std::str::FromStr>(key: &str, value: &str) -> Result<T, ConnectError> {
    value
        .parse()
        .map_err(|_| ConnectError::UnknownParameter(key.to_owned()))
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

fn decoded(part: &str) -> Result<String, ConnectError> {
    percent_encoding::percent_decode_str(part)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| ConnectError::MalformedUrl("an escape is not UTF-8"))
}

pub(super) async fn connect(
    server: &PgConnectOptions,
    options: &ConnectOptions,
    guard: &Arc<ReleaseGuard>,
) -> Result<DatabaseConnection, ConnectError> {
    // One attempt outside the pool: the pool would repeat a refused one until its time is up.
    let attempt = PgConnection::connect_with(server);
    let connection = tokio::time::timeout(options.acquire_timeout, attempt)
        .await
        .map_err(|_| ConnectError::Timeout)??;
    connection.close().await?;
    let pool = pool_options(server, options, guard)
        .connect_with(server.clone())
        .await?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

pub(super) fn lazy(
    server: &PgConnectOptions,
    options: &ConnectOptions,
    guard: &Arc<ReleaseGuard>,
) -> DatabaseConnection {
    let pool = pool_options(server, options, guard).connect_lazy_with(server.clone());
    SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
}

fn pool_options(
    server: &PgConnectOptions,
    options: &ConnectOptions,
    guard: &Arc<ReleaseGuard>,
) -> PgPoolOptions {
    let connections = Connections::new(server, options, guard);
    let [new, idle, released] = std::array::from_fn(|_| Arc::clone(&connections));
    PgPoolOptions::new()
        .max_connections(options.max_connections)
        .min_connections(0)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(options.idle_timeout)
        .max_lifetime(options.max_lifetime)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let connections = Arc::clone(&new);
            Box::pin(async move { connections.prepare(connection).await })
        })
        .before_acquire(move |connection, meta| {
            let connections = Arc::clone(&idle);
            Box::pin(async move { connections.wake(connection, &meta).await })
        })
        .after_release(move |connection, _| {
            let connections = Arc::clone(&released);
            Box::pin(async move { connections.examine(connection).await })
        })
}
