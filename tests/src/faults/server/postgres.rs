//! The faults of a PostgreSQL server.

use std::time::Duration;

use authjs_adapter::async_trait;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _, PgConnection};
use tokio::time::Instant;

use super::super::{FaultScene, Injection};
use super::{Closed, Locked, PAUSE, ReadOnly, Retyped, Terminated};
use crate::PostgresDatabase;

#[async_trait]
impl Injection<PostgresDatabase> for Terminated {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        let end = Instant::now() + lasting;
        while Instant::now() < end {
            end_all(&mut server).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for ReadOnly {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        alter(&mut server, scene, "SET default_transaction_read_only = on").await;
        end_all(&mut server).await;
        tokio::time::sleep(lasting).await;
        // Connections that were made by then stay read-only until they are ended.
        let mut server = scene.database.connect().await;
        tell(&mut server, "SET default_transaction_read_only = off").await;
        alter(&mut server, scene, "RESET default_transaction_read_only").await;
        end_all(&mut server).await;
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for Locked {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        tell(
            &mut server,
            "BEGIN; LOCK TABLE users, accounts, sessions, verification_token",
        )
        .await;
        tokio::time::sleep(lasting).await;
        tell(&mut server, "ROLLBACK").await;
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for Retyped {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        let end = Instant::now() + lasting;
        for kind in ["varchar(300)", "text", "varchar(400)"].into_iter().cycle() {
            // One after the other: whoever locks both tables at once can meet a deadlock.
            let name = format!("ALTER TABLE users ALTER name TYPE {kind}");
            tell(&mut server, &name).await;
            let token = format!(r#"ALTER TABLE sessions ALTER "sessionToken" TYPE {kind}"#);
            tell(&mut server, &token).await;
            tokio::time::sleep(PAUSE).await;
            if Instant::now() > end {
                return;
            }
        }
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for Closed {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        // `CONNECTION LIMIT` does not hold for a superuser, as whom the tests connect; and who is in
        // a database cannot close it.
        let mut server = scene.database.connect_beside().await;
        alter(&mut server, scene, "ALLOW_CONNECTIONS false").await;
        let ended = sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
        )
        .bind(scene.database.name())
        .execute(&mut server)
        .await;
        ended.expect("the owner of a database may do so");
        let other = scene.database.options().connect().await;
        assert!(other.is_err(), "the fault is not there");
        tokio::time::sleep(lasting).await;
        alter(&mut server, scene, "ALLOW_CONNECTIONS true").await;
    }
}

async fn alter(server: &mut PgConnection, scene: &FaultScene<PostgresDatabase>, how: &str) {
    tell(
        server,
        &format!(r#"ALTER DATABASE "{}" {how}"#, scene.database.name()),
    )
    .await;
}

/// Ends every other connection to the database.
pub(in crate::faults) async fn end_all(server: &mut PgConnection) {
    let statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
    tell(server, statement).await;
}

async fn tell(server: &mut PgConnection, statements: &str) {
    server
        .execute(AssertSqlSafe(statements))
        .await
        .expect("the owner of a database may do so");
}

/// The processes that serve the other connections to the database.
pub(in crate::faults) async fn backends(server: &mut PgConnection) -> Vec<u32> {
    let pids: Vec<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .fetch_all(server)
    .await
    .expect("the server answers");
    pids.into_iter().map(i32::unsigned_abs).collect()
}
