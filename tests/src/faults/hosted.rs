//! Databases on servers of our own.

use std::any::Any;
use std::sync::Arc;

use authjs_adapter::async_trait;
use authjs_test_servers::{
    DatabaseServer, MariadbBinaries, MariadbServer, PostgresServer, ServerOptions,
};
use sqlx::ConnectOptions as _;

use super::server::{end_all_mariadb, end_all_postgres};
use crate::{MariadbDatabase, Networked, PostgresDatabase};

/// A database that can be on a server of our own, which is stopped, killed and frozen.
#[async_trait]
pub trait Hosted: Networked {
    /// Starts a server of its kind.
    ///
    /// # Errors
    /// None is installed, or it does not start: one sentence.
    fn start(options: ServerOptions) -> Result<Arc<dyn DatabaseServer>, String>;

    /// A database with the tables, on the server with this URL.
    async fn migrated_on(url: &str) -> Self;

    /// Ends every other connection to the database.
    async fn end_all(&self);

    /// A connection that does nothing; `None` if the server takes no more.
    async fn occupy(&self) -> Option<Box<dyn Any + Send>>;
}

#[async_trait]
impl Hosted for PostgresDatabase {
    fn start(options: ServerOptions) -> Result<Arc<dyn DatabaseServer>, String> {
        let binaries = PostgresServer::binaries().ok_or_else(|| missing("PostgreSQL"))?;
        let server = PostgresServer::start(&binaries, options);
        let server = server.map_err(|error| format!("{error:#}"))?;
        Ok(Arc::new(server))
    }

    async fn migrated_on(url: &str) -> Self {
        Self::migrated_on(url).await
    }

    async fn end_all(&self) {
        end_all_postgres(&mut self.connect().await).await;
    }

    async fn occupy(&self) -> Option<Box<dyn Any + Send>> {
        let connection = self.options().connect().await.ok()?;
        Some(Box::new(connection))
    }
}

#[async_trait]
impl Hosted for MariadbDatabase {
    fn start(options: ServerOptions) -> Result<Arc<dyn DatabaseServer>, String> {
        let binaries = MariadbBinaries::find().ok_or_else(|| missing("MariaDB"))?;
        let server = MariadbServer::start(binaries, options);
        let server = server.map_err(|error| format!("{error:#}"))?;
        Ok(Arc::new(server))
    }

    async fn migrated_on(url: &str) -> Self {
        Self::migrated_on(url).await
    }

    async fn end_all(&self) {
        end_all_mariadb(&mut self.connect().await).await;
    }

    async fn occupy(&self) -> Option<Box<dyn Any + Send>> {
        let connection = self.options().connect().await.ok()?;
        Some(Box::new(connection))
    }
}

fn missing(server: &str) -> String {
    format!(
        "a server that may be killed is needed, and no {server} is installed here: run \
         `cargo xtask torture --setup`"
    )
}
