//! Whether a pool got all its permits back.

use std::time::Duration;

use authjs_sea_orm::Pool;
use sea_orm::{DatabaseConnection, DbBackend};
use tokio::time::Instant;

/// How many connections the pool counts as in use, `limit` after the last call at the latest.
/// 0 as soon as there are none.
pub async fn held_after(pool: &Pool, limit: Duration) -> u32 {
    let began = Instant::now();
    loop {
        let held = held(pool.connection());
        if held == 0 || began.elapsed() > limit {
            return held;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn held(connection: &DatabaseConnection) -> u32 {
    let (size, idle) = match connection.get_database_backend() {
        DbBackend::Postgres => {
            let pool = connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
        DbBackend::MySql => {
            let pool = connection.get_mysql_connection_pool();
            (pool.size(), pool.num_idle())
        }
        DbBackend::Sqlite => {
            let pool = connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
        other => panic!("no pool of {other:?}"),
    };
    size.saturating_sub(u32::try_from(idle).expect("a pool is small"))
}
