use std::{str::FromStr as _, time::Duration};

use authjs_migration::sea_orm_migration::sea_orm::{
    DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector,
};
use sqlx::{
    ConnectOptions as _, Connection, MySqlConnection, PgConnection,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use url::Url;

use crate::failure::Failure;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Connects to the database that `url` names.
///
/// The URL is taken apart here and the pool is made from the parts: SeaORM repeats a URL that it
/// cannot read, and logs one that it can.
pub(crate) async fn open(url: &str, schema: Option<&str>) -> Result<DatabaseConnection, Failure> {
    let invalid = || Failure::new("the database URL is not valid");
    let parsed = Url::parse(url).map_err(|_| invalid())?;
    match parsed.scheme() {
        "postgres" | "postgresql" => {
            let options = PgConnectOptions::from_url(&parsed).map_err(|_| invalid())?;
            open_postgres(options.application_name("authjs-migration"), schema).await
        }
        "sqlite" => {
            let options = SqliteConnectOptions::from_str(url).map_err(|_| invalid())?;
            open_sqlite(options).await
        }
        "mysql" | "mariadb" => {
            let options = MySqlConnectOptions::from_url(&parsed).map_err(|_| invalid())?;
            open_mysql(options).await
        }
        _ => Err(Failure::new(
            "the database URL begins with neither postgres:, mysql:, mariadb: nor sqlite:",
        )),
    }
}

async fn open_postgres(
    options: PgConnectOptions,
    schema: Option<&str>,
) -> Result<DatabaseConnection, Failure> {
    probe(PgConnection::connect_with(&options)).await?;
    let search_path = schema.map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(CONNECT_TIMEOUT)
        .after_connect(move |connection, _| {
            let search_path = search_path.clone();
            Box::pin(async move {
                if let Some(path) = search_path {
                    let set = sqlx::query("SELECT set_config('search_path', $1, false)");
                    set.bind(path).execute(connection).await?;
                }
                Ok(())
            })
        })
        .connect_with(options)
        .await?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn open_mysql(options: MySqlConnectOptions) -> Result<DatabaseConnection, Failure> {
    probe(MySqlConnection::connect_with(&options)).await?;
    let pool = MySqlPoolOptions::new()
        .max_connections(2)
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect_with(options)
        .await?;
    Ok(SqlxMySqlConnector::from_sqlx_mysql_pool(pool))
}

/// Connects once: the pool would try a refused connection again and again until its time is over.
async fn probe<C: Connection>(
    connect: impl Future<Output = Result<C, sqlx::Error>>,
) -> Result<(), Failure> {
    let Ok(connection) = tokio::time::timeout(CONNECT_TIMEOUT, connect).await else {
        return Err(Failure::new("the database server does not answer"));
    };
    connection?.close().await?;
    Ok(())
}

async fn open_sqlite(options: SqliteConnectOptions) -> Result<DatabaseConnection, Failure> {
    // One connection that never ends: each one to `sqlite::memory:` is a database of its own.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}
