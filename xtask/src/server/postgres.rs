//! PostgreSQL: given, running, started from installed binaries, or installed first.

use std::str::FromStr as _;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use authjs_test_servers::{DatabaseServer as _, PostgresServer};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use super::packages::{self, Package};
use super::{Origin, Server, options, runtime};

/// Names the server for the tests.
const VARIABLE: &str = "AUTHJS_TEST_POSTGRES_URL";

const PACKAGE: Package = Package {
    apt: "postgresql",
    dnf: "postgresql-server",
    apk: "postgresql",
    pacman: "postgresql",
    brew: "postgresql@17",
};

/// Where a distribution's server listens if nobody changed it.
const HOSTS: [&str; 3] = ["127.0.0.1", "/var/run/postgresql", "/tmp"];
const PORT: u16 = 5432;

/// A server that does not answer within this time is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// `DROP DATABASE ... WITH (FORCE)` is there from this version on.
const OLDEST: i32 = 130_000;

/// The server to test on, by the first of the four ways that works.
pub(super) fn provide(setup: bool) -> Result<Server> {
    let runtime = runtime()?;
    if let Ok(url) = std::env::var(VARIABLE) {
        return runtime.block_on(given(url));
    }
    if let Some(server) = runtime.block_on(running()) {
        return Ok(server);
    }
    if PostgresServer::binaries().is_none() && setup {
        packages::install(PACKAGE)?;
    }
    let Some(binaries) = PostgresServer::binaries() else {
        bail!(
            "no PostgreSQL server runs here and none is installed: run `cargo xtask test --setup` \
             to install one, or set {VARIABLE} to one in which databases can be made"
        );
    };
    let process = PostgresServer::start(&binaries, options())?;
    Ok(Server {
        variable: VARIABLE,
        url: process.url(),
        origin: Origin::Own(Box::new(process)),
        sweep,
    })
}

/// Drops every test database whose test is over, the templates included.
pub(super) fn sweep(url: &str) -> Result<()> {
    runtime()?.block_on(async {
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| anyhow!("the URL of the server cannot be read"))?;
        let mut connection = connect(&options).await?;
        let abandoned: Vec<String> = sqlx::query_scalar(include_str!(
            "../../../tests/databases/src/postgres/abandoned.sql"
        ))
        .fetch_all(&mut connection)
        .await
        .context("looking for abandoned test databases")?;
        for name in abandoned {
            let drop = format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#);
            sqlx::query(AssertSqlSafe(drop))
                .execute(&mut connection)
                .await
                .with_context(|| format!("dropping the test database {name}"))?;
        }
        connection.close().await.context("leaving the server")
    })
}

async fn given(url: String) -> Result<Server> {
    // The reason would repeat the URL, which may hold a password.
    let options = PgConnectOptions::from_str(&url)
        .map_err(|_| anyhow!("{VARIABLE} is not a PostgreSQL URL"))?;
    can_make_databases(&options)
        .await
        .with_context(|| format!("the server in {VARIABLE} cannot be used"))?;
    Ok(Server {
        variable: VARIABLE,
        url,
        origin: Origin::Given,
        sweep,
    })
}

/// A server that lets us in without a password. One that does not is as good as none.
async fn running() -> Option<Server> {
    let us = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
    for host in HOSTS {
        for user in ["postgres", &us] {
            let options = PgConnectOptions::new_without_pgpass()
                .port(PORT)
                .username(user)
                .database("postgres");
            // A folder is the place of a Unix socket, as in libpq.
            let (options, url, place) = if host.starts_with('/') {
                (
                    options.socket(host),
                    format!("postgres://{user}@localhost:{PORT}/postgres?host={host}"),
                    host.to_owned(),
                )
            } else {
                (
                    // TLS on loopback protects nothing and costs each test a tenth of a second.
                    options.host(host).ssl_mode(PgSslMode::Disable),
                    format!("postgres://{user}@{host}:{PORT}/postgres?sslmode=disable"),
                    format!("{host}:{PORT}"),
                )
            };
            if can_make_databases(&options).await.is_ok() {
                return Some(Server {
                    variable: VARIABLE,
                    url,
                    origin: Origin::Running(place),
                    sweep,
                });
            }
        }
    }
    None
}

async fn can_make_databases(options: &PgConnectOptions) -> Result<()> {
    let mut connection = connect(options).await?;
    let (version, may): (i32, bool) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int4, rolsuper OR rolcreatedb \
         FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(&mut connection)
    .await
    .context("it does not answer")?;
    connection.close().await.context("it does not answer")?;
    if !may {
        bail!("its user may not make databases");
    }
    if version < OLDEST {
        bail!("it is older than PostgreSQL 13");
    }
    Ok(())
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection> {
    tokio::time::timeout(PATIENCE, options.connect())
        .await
        .context("it does not answer")?
        .context("it cannot be reached")
}
