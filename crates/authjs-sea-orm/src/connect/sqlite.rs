//! SQLite: its URL, its settings, its pool.

use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{ConnectError, ConnectOptions};

/// Takes `sqlite://path?mode=rwc`, `sqlite:path` or `sqlite::memory:` apart, and tells whether
/// the database is in memory.
pub(super) fn parse(url: &str) -> Result<(SqliteConnectOptions, bool), ConnectError> {
    let rest = url.strip_prefix("sqlite:").unwrap_or(url);
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut file = SqliteConnectOptions::new();
    let mut in_memory = path == ":memory:";
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        file = match (&*key, &*value) {
            ("mode", "ro") => file.read_only(true),
            ("mode", "rw") => file.create_if_missing(false),
            ("mode", "rwc") => file.create_if_missing(true),
            ("mode", "memory") => {
                in_memory = true;
                file
            }
            _ => return Err(ConnectError::UnknownParameter(key.into_owned())),
        };
    }
    if in_memory {
        return Ok((settings(file.in_memory(true).filename(":memory:")), true));
    }
    if path.is_empty() {
        return Err(ConnectError::MalformedUrl("it names no file"));
    }
    // SQLite would read a URI of its own out of it, such as that of a database in memory.
    if path.starts_with("file:") {
        return Err(ConnectError::MalformedUrl("the path begins with `file:`"));
    }
    let path = percent_encoding::percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| ConnectError::MalformedUrl("an escape is not UTF-8"))?;
    let file = settings(file.filename(path.as_ref())).journal_mode(SqliteJournalMode::Wal);
    Ok((file, false))
}

/// In WAL mode `NORMAL` cannot corrupt the file; the last commits before a power cut may be
/// lost, so that a deleted session could come back: `FULL` waits for the disk.
fn settings(file: SqliteConnectOptions) -> SqliteConnectOptions {
    file.foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
}

pub(super) async fn connect(
    file: &SqliteConnectOptions,
    options: &ConnectOptions,
) -> Result<DatabaseConnection, ConnectError> {
    let pool = pool_options(options)
        .connect_with(timed(file, options))
        .await?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

pub(super) fn lazy(file: &SqliteConnectOptions, options: &ConnectOptions) -> DatabaseConnection {
    let pool = pool_options(options).connect_lazy_with(timed(file, options));
    SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
}

fn timed(file: &SqliteConnectOptions, options: &ConnectOptions) -> SqliteConnectOptions {
    file.clone().busy_timeout(options.busy_timeout())
}

fn pool_options(options: &ConnectOptions) -> SqlitePoolOptions {
    let kept = u32::from(options.idle_timeout.is_none());
    let pool = SqlitePoolOptions::new()
        .max_connections(options.connections())
        .min_connections(kept)
        .acquire_timeout(options.patience())
        .idle_timeout(options.idle_timeout)
        .max_lifetime(options.max_lifetime)
        .test_before_acquire(false);
    if kept > 0 {
        // The connection that must not be closed, since its database is in memory.
        return pool;
    }
    pool.after_release(|connection, _| Box::pin(is_outside_transaction(connection)))
}

/// False if the driver takes a transaction for open. SQLite ends one by itself where a trigger says
/// so, or the disk is full, and the driver never learns it: the next one would be a savepoint, whose
/// rollback leaves a transaction open, in which whoever comes next would write in vain.
async fn is_outside_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be on its way.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}
