//! What is known about the database, and who may learn it.

use std::sync::{Arc, PoisonError, RwLock};

use sea_orm::DbErr;

use super::problem::Attempt;
use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::plan::Plan;

/// The plan, once it is known.
#[derive(Default)]
pub(crate) struct PlanCell {
    known: RwLock<Option<Arc<Plan>>>,
    /// Held while the catalog is read, so that it is read once.
    reading: tokio::sync::Mutex<()>,
}

impl PlanCell {
    /// Forgets what is known about the database; it is read again when it is needed.
    pub(crate) fn forget(&self) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What is known; nothing is asked.
    pub(crate) fn known(&self) -> Option<Arc<Plan>> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What is known, or else what the catalog says.
    pub(super) async fn get(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        if let Some(plan) = self.known() {
            return Ok(plan);
        }
        // What a transaction sees may be its own and never be committed; and who waits for the
        // one that reads may hold the connection that the reader waits for.
        if !connection.is_pool() {
            return read_plan(connection).await;
        }
        let _reading = self.reading.lock().await;
        match self.known() {
            Some(plan) => Ok(plan),
            None => self.learn(connection).await,
        }
    }

    /// Reads the catalog now, whatever is known and whoever else is reading it.
    pub(crate) async fn reread(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        let _reading = self.reading.lock().await;
        self.learn(connection).await
    }

    async fn learn(&self, connection: Connection<'_>) -> Attempt<Arc<Plan>> {
        let plan = read_plan(connection).await?;
        // Tables that come later come with guarantees that nothing would remind us of.
        let is_complete = plan
            .facts
            .missing_tables()
            .iter()
            .all(|table| *table == "authenticators");
        *self.known.write().unwrap_or_else(PoisonError::into_inner) =
            is_complete.then(|| Arc::clone(&plan));
        Ok(plan)
    }
}

async fn read_plan(connection: Connection<'_>) -> Attempt<Arc<Plan>> {
    let dialect = Dialect::of(connection.backend()).ok_or(DbErr::BackendNotSupported {
        db: "this server",
        ctx: "authjs",
    })?;
    let facts = SchemaFacts::read(connection, dialect).await?;
    Ok(Arc::new(Plan::new(facts)))
}
