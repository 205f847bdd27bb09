//! How a database is made to fail.

use std::time::Duration;

use authjs_adapter::async_trait;

use crate::{Fault, Networked, Proxy};

/// The database that fails, and the wire to it.
#[derive(Debug)]
pub struct FaultScene<D> {
    /// The wire between the adapter and the database.
    pub proxy: Proxy,
    /// The database.
    pub database: D,
}

/// A fault that can be made and ended.
#[async_trait]
pub trait Injection<D>: Send + Sync {
    /// Makes the database fail for this long; when it returns, the database works again.
    async fn run(&self, scene: &FaultScene<D>, lasting: Duration);
}

/// A fault of the wire.
#[derive(Clone, Copy, Debug)]
pub struct Wire(pub Fault);

#[async_trait]
impl<D: Networked> Injection<D> for Wire {
    async fn run(&self, scene: &FaultScene<D>, lasting: Duration) {
        scene.proxy.fail(self.0).await;
        tokio::time::sleep(lasting).await;
        scene.proxy.pass().await;
    }
}
