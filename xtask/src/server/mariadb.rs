//! MariaDB: given, running, started from installed binaries, or installed first.

use std::str::FromStr as _;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use authjs_test_servers::{DatabaseServer as _, MariadbBinaries, MariadbServer};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, MySqlConnection};

use super::packages::{self, Package};
use super::{Origin, Server, options, runtime};

/// Names the server for the tests.
const VARIABLE: &str = "AUTHJS_TEST_MARIADB_URL";

const PACKAGE: Package = Package {
    apt: "mariadb-server",
    dnf: "mariadb-server",
    apk: "mariadb",
    pacman: "mariadb",
    brew: "mariadb",
};

/// Where a distribution's server listens if nobody changed it: Debian lets root in by the socket
/// only.
const PLACES: [Place; 4] = [
    Place::Tcp("127.0.0.1"),
    Place::Socket("/run/mysqld/mysqld.sock"),
    Place::Socket("/var/lib/mysql/mysql.sock"),
    Place::Socket("/tmp/mysql.sock"),
];
const PORT: u16 = 3306;

/// A server that does not answer within this time is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// `INSERT ... RETURNING` is there from this version on.
const OLDEST: (u32, u32) = (10, 6);

#[derive(Clone, Copy)]
enum Place {
    Tcp(&'static str),
    Socket(&'static str),
}

/// The server to test on, by the first of the four ways that works.
pub(super) fn provide(setup: bool) -> Result<Server> {
    let runtime = runtime()?;
    if let Ok(url) = std::env::var(VARIABLE) {
        return runtime.block_on(given(url));
    }
    if let Some(server) = runtime.block_on(running()) {
        return Ok(server);
    }
    if MariadbBinaries::find().is_none() && setup {
        packages::install(PACKAGE)?;
        // Packages of Debian start the server that they install.
        if let Some(server) = runtime.block_on(running()) {
            return Ok(server);
        }
    }
    let Some(binaries) = MariadbBinaries::find() else {
        bail!(
            "no MariaDB server runs here and none is installed: run `cargo xtask test --setup` \
             to install one, or set {VARIABLE} to one in which databases can be made"
        );
    };
    let process = MariadbServer::start(binaries, options())?;
    Ok(Server {
        variable: VARIABLE,
        url: process.url(),
        origin: Origin::Own(Box::new(process)),
        sweep,
    })
}

/// Drops every test database whose test is over, the templates included.
fn sweep(url: &str) -> Result<()> {
    runtime()?.block_on(async {
        let options = MySqlConnectOptions::from_str(url)
            .map_err(|_| anyhow!("the URL of the server cannot be read"))?;
        let mut connection = connect(&options).await?;
        let abandoned: Vec<String> = sqlx::query_scalar(include_str!(
            "../../../tests/databases/src/mariadb/abandoned.sql"
        ))
        .fetch_all(&mut connection)
        .await
        .context("looking for abandoned test databases")?;
        for name in abandoned {
            connection
                .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS `{name}`")))
                .await
                .with_context(|| format!("dropping the test database {name}"))?;
        }
        connection.close().await.context("leaving the server")
    })
}

async fn given(url: String) -> Result<Server> {
    // The reason would repeat the URL, which may hold a password.
    let options = MySqlConnectOptions::from_str(&url)
        .map_err(|_| anyhow!("{VARIABLE} is not a MySQL URL"))?;
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
    for place in PLACES {
        for user in ["root", &us] {
            // TLS on one machine protects nothing and costs each test time.
            let options = MySqlConnectOptions::new()
                .username(user)
                .ssl_mode(MySqlSslMode::Disabled);
            let (options, url, place) = match place {
                Place::Tcp(host) => (
                    options.host(host).port(PORT),
                    format!("mysql://{user}@{host}:{PORT}/?ssl-mode=disabled"),
                    format!("{host}:{PORT}"),
                ),
                Place::Socket(socket) => (
                    options.socket(socket),
                    format!("mysql://{user}@localhost/?socket={socket}&ssl-mode=disabled"),
                    socket.to_owned(),
                ),
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

/// Makes one to see: what a user may do is told in too many ways to read it.
async fn can_make_databases(options: &MySqlConnectOptions) -> Result<()> {
    let mut connection = connect(options).await?;
    let version: String = sqlx::query_scalar("SELECT VERSION()")
        .fetch_one(&mut connection)
        .await
        .context("it does not answer")?;
    check_version(&version)?;
    let name = format!("authjs_test_{}_0", std::process::id());
    for step in ["CREATE DATABASE", "DROP DATABASE"] {
        let sql = format!("{step} `{name}`");
        if connection.execute(AssertSqlSafe(sql)).await.is_err() {
            bail!("its user may not make databases with names like {name}");
        }
    }
    connection.close().await.context("it does not answer")
}

fn check_version(version: &str) -> Result<()> {
    if !version.contains("MariaDB") {
        bail!("it is not MariaDB");
    }
    let mut numbers = version
        .split(['.', '-'])
        .map_while(|number| number.parse().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if version < OLDEST {
        bail!("it is older than MariaDB {}.{}", OLDEST.0, OLDEST.1);
    }
    Ok(())
}

async fn connect(options: &MySqlConnectOptions) -> Result<MySqlConnection> {
    tokio::time::timeout(PATIENCE, options.connect())
        .await
        .context("it does not answer")?
        .context("it cannot be reached")
}

#[cfg(test)]
mod tests {
    use super::check_version;

    fn refusal(version: &str) -> Option<String> {
        check_version(version).err().map(|error| error.to_string())
    }

    #[test]
    fn only_a_mariadb_that_returns_rows_will_do() {
        assert_eq!(refusal("10.11.19-MariaDB-0+deb12u1"), None);
        assert_eq!(refusal("11.4.2-MariaDB"), None);
        assert_eq!(
            refusal("10.4.33-MariaDB").as_deref(),
            Some("it is older than MariaDB 10.6")
        );
        assert_eq!(refusal("8.4.3").as_deref(), Some("it is not MariaDB"));
    }
}
