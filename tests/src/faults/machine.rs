//! Faults of a server of our own: its processes end, stand still, or have no room.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use authjs_adapter::async_trait;
use authjs_test_servers::{DatabaseServer, Signal, Stop, signal};
use sqlx::ConnectOptions as _;
use sqlx::mysql::MySqlConnectOptions;
use tokio::task::block_in_place;
use tokio::time::{Instant, timeout};

use super::hosted::Hosted;
use super::server::{backends, read_only_mariadb};
use super::{FaultScene, Injection};
use crate::{MariadbDatabase, PostgresDatabase};

/// Between two tries to take a connection, or to get one.
const PAUSE: Duration = Duration::from_millis(20);

/// The server is stopped in order and started again.
#[derive(Clone, Debug)]
pub struct Restarted(pub Arc<dyn DatabaseServer>);

/// The main process of the server is killed, and started again.
#[derive(Clone, Debug)]
pub struct Crashed(pub Arc<dyn DatabaseServer>);

/// The main process of the server stands still, and goes on later.
#[derive(Clone, Debug)]
pub struct Frozen(pub Arc<dyn DatabaseServer>);

/// The processes that serve the connections stand still, and go on later.
#[derive(Clone, Copy, Debug)]
pub struct FrozenBackends;

/// A process that serves one connection is killed: the server ends all of them.
#[derive(Clone, Copy, Debug)]
pub struct CrashedBackend;

/// Others hold every connection that the server takes.
#[derive(Clone, Copy, Debug)]
pub struct Crowded;

/// The whole server takes no writes.
#[derive(Clone, Debug)]
pub struct ReadOnlyServer(pub Arc<dyn DatabaseServer>);

#[async_trait]
impl<D: Hosted> Injection<D> for Restarted {
    async fn run(&self, _scene: &FaultScene<D>, lasting: Duration) {
        // Nothing after it: when this returns, the time of the recovery begins.
        tokio::time::sleep(lasting).await;
        stop(&self.0, Stop::Fast, Duration::ZERO).await;
    }
}

#[async_trait]
impl<D: Hosted> Injection<D> for Crashed {
    async fn run(&self, _scene: &FaultScene<D>, lasting: Duration) {
        stop(&self.0, Stop::Kill, lasting).await;
    }
}

#[async_trait]
impl<D: Hosted> Injection<D> for Frozen {
    async fn run(&self, scene: &FaultScene<D>, lasting: Duration) {
        let pids = [self.0.pid().expect("the server runs")];
        let newcomer = async {
            tokio::time::sleep(lasting / 4).await;
            timeout(lasting / 2, scene.database.occupy()).await
        };
        let ((), newcomer) = tokio::join!(freeze(&pids, lasting), newcomer);
        // PostgreSQL's goes on to serve who was connected before: nobody else may notice it.
        assert!(newcomer.is_err(), "the fault is not there");
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for FrozenBackends {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        let pids = backends(&mut scene.database.connect().await).await;
        freeze(&pids, lasting).await;
    }
}

#[async_trait]
impl Injection<PostgresDatabase> for CrashedBackend {
    async fn run(&self, scene: &FaultScene<PostgresDatabase>, lasting: Duration) {
        tokio::time::sleep(lasting).await;
        let mut witness = scene.database.connect().await;
        let pids = backends(&mut witness).await;
        let pid = pids.first().expect("somebody is connected");
        signal(*pid, Signal::Kill).expect("the server is ours");
        // Its end is that of all connections, a moment later.
        while sqlx::query("SELECT 1").execute(&mut witness).await.is_ok() {
            tokio::time::sleep(PAUSE).await;
        }
        while scene.database.occupy().await.is_none() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[async_trait]
impl<D: Hosted> Injection<D> for Crowded {
    async fn run(&self, scene: &FaultScene<D>, lasting: Duration) {
        let end = Instant::now() + lasting;
        scene.database.end_all().await;
        let mut others = Vec::new();
        while Instant::now() < end {
            match scene.database.occupy().await {
                Some(other) => others.push(other),
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

#[async_trait]
impl Injection<MariadbDatabase> for ReadOnlyServer {
    async fn run(&self, _scene: &FaultScene<MariadbDatabase>, lasting: Duration) {
        let options = MySqlConnectOptions::from_str(&self.0.url()).expect("the URL is ours");
        let mut root = options.connect().await.expect("the server runs");
        read_only_mariadb(&mut root, true).await;
        tokio::time::sleep(lasting).await;
        read_only_mariadb(&mut root, false).await;
    }
}

async fn stop(server: &Arc<dyn DatabaseServer>, how: Stop, lasting: Duration) {
    block_in_place(|| server.stop(how)).expect("the server is ours");
    tokio::time::sleep(lasting).await;
    block_in_place(|| server.start_again()).expect("the server starts again");
}

async fn freeze(pids: &[u32], lasting: Duration) {
    // One that has ended meanwhile needs neither.
    let send = |what| pids.iter().for_each(|pid| drop(signal(*pid, what)));
    block_in_place(|| send(Signal::Freeze));
    tokio::time::sleep(lasting).await;
    block_in_place(|| send(Signal::Thaw));
}
