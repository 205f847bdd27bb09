//! Faults of a pooler between the adapter and the server.

use std::net::SocketAddr;
use std::time::Duration;

use authjs_adapter::{Snapshot, async_trait};

use super::{FaultScene, Injection};
use crate::{Networked, PgBouncer, PostgresDatabase, Protocol, TestDatabase, Upstream};

/// A database behind a pgbouncer of its own in session mode.
#[derive(Debug)]
pub struct PooledDatabase {
    // Ended before the database is dropped.
    pooler: PgBouncer,
    database: PostgresDatabase,
}

#[async_trait]
impl TestDatabase for PooledDatabase {
    async fn migrated() -> Self {
        let database = PostgresDatabase::migrated().await;
        let settings = [
            "pool_mode = session",
            "ignore_startup_parameters = extra_float_digits",
        ];
        let pooler = PgBouncer::before(&database, &settings).await;
        Self { pooler, database }
    }

    fn url(&self) -> String {
        self.pooler.url()
    }

    async fn snapshot(&self) -> Snapshot {
        self.database.snapshot().await
    }
}

impl Networked for PooledDatabase {
    const PROTOCOL: Protocol = Protocol::Postgres;
    const IN_THE_CLEAR: &'static str = PostgresDatabase::IN_THE_CLEAR;

    fn upstream(&self) -> Upstream {
        Upstream::Tcp("127.0.0.1".to_owned(), self.pooler.port())
    }

    fn url_at(&self, address: SocketAddr) -> String {
        self.database.url_at(address)
    }
}

/// The pooler is killed, and started again.
#[derive(Clone, Copy, Debug)]
pub struct CrashedPooler;

#[async_trait]
impl Injection<PooledDatabase> for CrashedPooler {
    async fn run(&self, scene: &FaultScene<PooledDatabase>, lasting: Duration) {
        scene.database.pooler.crash(lasting).await;
    }
}
