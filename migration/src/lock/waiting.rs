use std::{sync::Arc, time::Duration};

use sea_orm_migration::sea_orm::{DbErr, RuntimeErr};

/// How often the server is asked for the lock.
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// How long each step may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Connecting takes too long.
pub(super) const SILENT: &str = "the database server does not answer";
/// Waiting for the lock takes too long.
pub(super) const BUSY: &str =
    "another process is migrating this database, and does not come to an end";

/// Bounds the time of one step.
pub(super) async fn within<T>(
    step: impl Future<Output = Result<T, sqlx::Error>>,
    too_late: &str,
) -> Result<T, DbErr> {
    let Ok(result) = tokio::time::timeout(PATIENCE, step).await else {
        return Err(DbErr::Migration(too_late.to_owned()));
    };
    result.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}
