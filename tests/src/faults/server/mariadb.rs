//! The faults of a MariaDB server.

use std::time::Duration;

use authjs_adapter::async_trait;
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection};
use tokio::time::Instant;

use super::super::{FaultScene, Injection};
use super::{Locked, PAUSE, Queued, Retyped, Terminated};
use crate::MariadbDatabase;

#[async_trait]
impl Injection<MariadbDatabase> for Terminated {
    async fn run(&self, scene: &FaultScene<MariadbDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        let end = Instant::now() + lasting;
        while Instant::now() < end {
            end_all(&mut server).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[async_trait]
impl Injection<MariadbDatabase> for Locked {
    async fn run(&self, scene: &FaultScene<MariadbDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        let lock = "LOCK TABLES users WRITE, accounts WRITE, sessions WRITE, \
                    verification_token WRITE";
        tell(&mut server, lock).await;
        tokio::time::sleep(lasting).await;
        tell(&mut server, "UNLOCK TABLES").await;
    }
}

#[async_trait]
impl Injection<MariadbDatabase> for Queued {
    async fn run(&self, scene: &FaultScene<MariadbDatabase>, lasting: Duration) {
        let mut reader = scene.database.connect().await;
        tell(&mut reader, "START TRANSACTION").await;
        for table in ["users", "sessions", "verification_token"] {
            tell(&mut reader, &format!("SELECT 1 FROM {table} LIMIT 1")).await;
        }
        let mut changer = scene.database.connect().await;
        let change = async {
            tell(&mut changer, "ALTER TABLE users MODIFY name VARCHAR(300)").await;
        };
        let release = async {
            tokio::time::sleep(lasting).await;
            tell(&mut reader, "ROLLBACK").await;
        };
        tokio::join!(change, release);
    }
}

#[async_trait]
impl Injection<MariadbDatabase> for Retyped {
    async fn run(&self, scene: &FaultScene<MariadbDatabase>, lasting: Duration) {
        let mut server = scene.database.connect().await;
        let end = Instant::now() + lasting;
        for kind in ["VARCHAR(300)", "TEXT", "VARCHAR(400)"].into_iter().cycle() {
            let alter = format!("ALTER TABLE users MODIFY name {kind}");
            tell(&mut server, &alter).await;
            tokio::time::sleep(PAUSE).await;
            if Instant::now() > end {
                return;
            }
        }
    }
}

/// Ends every other connection to the database.
pub(in crate::faults) async fn end_all(server: &mut MySqlConnection) {
    let others: Vec<i64> = sqlx::query_scalar(
        "SELECT CAST(ID AS SIGNED) FROM information_schema.PROCESSLIST \
         WHERE DB = DATABASE() AND ID <> CONNECTION_ID()",
    )
    .fetch_all(&mut *server)
    .await
    .expect("the server answers");
    for other in others {
        // One that has just left cannot be ended.
        let _ = server
            .execute(AssertSqlSafe(format!("KILL CONNECTION {other}")))
            .await;
    }
}

async fn tell(server: &mut MySqlConnection, statement: &str) {
    server
        .execute(AssertSqlSafe(statement))
        .await
        .expect("the owner of a database may do so");
}

/// Makes the whole server take no writes, or take them again.
pub(in crate::faults) async fn read_only(server: &mut MySqlConnection, is_so: bool) {
    let set = format!("SET GLOBAL read_only = {}", u8::from(is_so));
    tell(server, &set).await;
}
