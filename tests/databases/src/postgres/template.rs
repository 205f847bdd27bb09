//! The database that the others are cloned from.

use sea_orm::SqlxPostgresConnector;
use sqlx::PgConnection;
use sqlx::postgres::PgPoolOptions;

use super::server::{self, LOCK_CLASS, Server};
use crate::server::template_name;

/// The name of a finished template that nobody drops before [`release`]. Whoever needs it
/// first makes it; the others wait.
pub(super) async fn acquire(server: &Server, connection: &mut PgConnection) -> String {
    let name = template_name();
    loop {
        lock(connection, LockKind::Shared, &name).await;
        if is_finished(connection, &name).await {
            return name;
        }
        release(connection, &name).await;
        lock(connection, LockKind::Exclusive, &name).await;
        if !is_finished(connection, &name).await {
            make(server, connection, &name).await;
        }
        server::unlock(connection, &name).await;
    }
}

/// Lets others drop the template again.
pub(super) async fn release(connection: &mut PgConnection, name: &str) {
    sqlx::query("SELECT pg_advisory_unlock_shared($1, hashtext($2))")
        .bind(LOCK_CLASS)
        .bind(name)
        .execute(connection)
        .await
        .expect("the server answers");
}

/// A template takes no connections once it is finished: nobody can disturb a clone.
async fn is_finished(connection: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn)",
    )
    .bind(name)
    .fetch_one(connection)
    .await
    .expect("the server answers")
}

async fn make(server: &Server, connection: &mut PgConnection, name: &str) {
    server::sweep(connection).await;
    // A process that was killed may have left half of it.
    server::drop_database(connection, name).await;
    server::execute(connection, format!(r#"CREATE DATABASE "{name}""#))
        .await
        .expect("a template can be made");
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .connect_lazy_with(server.options_of(name));
    let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
    authjs_migration::up(&db)
        .await
        .expect("the template can be migrated");
    pool.close().await;
    let finish = format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS false"#);
    server::execute(connection, finish)
        .await
        .expect("the template can be closed");
}

#[derive(Clone, Copy)]
enum LockKind {
    Shared,
    Exclusive,
}

async fn lock(connection: &mut PgConnection, kind: LockKind, name: &str) {
    let sql = match kind {
        LockKind::Shared => "SELECT pg_advisory_lock_shared($1, hashtext($2))",
        LockKind::Exclusive => "SELECT pg_advisory_lock($1, hashtext($2))",
    };
    sqlx::query(sql)
        .bind(LOCK_CLASS)
        .bind(name)
        .execute(connection)
        .await
        .expect("the server answers");
}
