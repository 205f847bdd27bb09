use sea_orm_migration::sea_orm::DbErr;
use sqlx::{Connection, PgConnection, PgPool};

use super::waiting::{BUSY, PAUSE, SILENT, within};

/// `authjs_m` in ASCII: the same number in every release, or two releases would not exclude
/// each other.
const KEY: i64 = 0x6175_7468_6a73_5f6d;

pub(super) async fn acquire(pool: &PgPool) -> Result<PgConnection, DbErr> {
    let options = pool.connect_options();
    let mut connection = within(PgConnection::connect_with(&options), SILENT).await?;
    within(wait_for_lock(&mut connection), BUSY).await?;
    Ok(connection)
}

/// Asks again and again: a session that waits inside `pg_advisory_lock` deadlocks with a
/// concurrent index build of the session that holds the lock.
async fn wait_for_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    while !try_lock(connection).await? {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

async fn try_lock(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(KEY)
        .fetch_one(connection)
        .await
}
