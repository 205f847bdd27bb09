use sea_orm_migration::sea_orm::DbErr;
use sqlx::{Connection, MySqlConnection, MySqlPool};

use super::waiting::{BUSY, PAUSE, SILENT, within};

/// The name of the lock is the whole server's, so that the database is part of it; it is the same
/// in every release, or two releases would not exclude each other. 1 is taken, 0 is not.
const TRY_LOCK: &str = "
SELECT IF(
  DATABASE() IS NULL,
  -1,
  GET_LOCK(CONCAT('authjs_m.', SHA1(LOWER(DATABASE()))), 0)
)";

pub(super) async fn acquire(pool: &MySqlPool) -> Result<MySqlConnection, DbErr> {
    let options = pool.connect_options();
    let mut connection = within(MySqlConnection::connect_with(&options), SILENT).await?;
    if within(wait_for_lock(&mut connection), BUSY).await? {
        return Ok(connection);
    }
    Err(DbErr::Migration(
        "the connection names no database".to_owned(),
    ))
}

/// Asks again and again: a session that waits inside `GET_LOCK` would go on waiting after this
/// process has given up. `false` where no database is selected.
async fn wait_for_lock(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    loop {
        let answer: Option<i64> = sqlx::query_scalar(TRY_LOCK)
            .fetch_one(&mut *connection)
            .await?;
        match answer {
            Some(1) => return Ok(true),
            Some(-1) => return Ok(false),
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}
