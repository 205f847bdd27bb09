//! One database on which case after case runs, and the harness that a case sees of it.

use std::marker::PhantomData;
use std::sync::Arc;

use authjs_adapter::{ManualClock, SessionToken, Snapshot, async_trait};
use authjs_conformance::{Harness, start};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, PgConnection, SqlSafeStr as _,
};

use crate::{
    MariadbDatabase, Mode, Networked, PostgresDatabase, RaceDatabase, snapshot_mysql,
    snapshot_postgres,
};

/// More than any case has callers at once.
pub(super) const MAX_CONNECTIONS: u32 = 8;

/// Every table, so that nothing depends on the cascades.
const TABLES: [&str; 5] = [
    "authenticators",
    "sessions",
    "accounts",
    "verification_token",
    "users",
];

tokio::task_local! {
    /// Where the case of this task runs.
    pub(super) static STAGE: Stage;
}

/// A kind of database whose statements can be changed on their way.
#[async_trait]
pub trait MutantDatabase: Networked + RaceDatabase {
    /// A connection past the adapter and past the proxy.
    type Connection: Send + 'static;

    /// Opens one.
    async fn direct(&self) -> Self::Connection;
    /// Deletes every row.
    async fn clear(connection: &mut Self::Connection);
    /// Reads every row.
    async fn rows(connection: &mut Self::Connection) -> Snapshot;
    /// True if the server takes this text for a statement.
    async fn accepts(connection: &mut Self::Connection, sql: &str) -> bool;
}

#[async_trait]
impl MutantDatabase for PostgresDatabase {
    type Connection = PgConnection;

    async fn direct(&self) -> PgConnection {
        self.connect().await
    }

    async fn clear(connection: &mut PgConnection) {
        for table in TABLES {
            let delete = AssertSqlSafe(format!("DELETE FROM {table}"));
            connection.execute(delete).await.expect("rows are deleted");
        }
    }

    async fn rows(connection: &mut PgConnection) -> Snapshot {
        snapshot_postgres(connection).await
    }

    async fn accepts(connection: &mut PgConnection, sql: &str) -> bool {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        let accepted = connection.prepare(sql).await.is_ok();
        connection
            .clear_cached_statements()
            .await
            .expect("the server answers");
        accepted
    }
}

#[async_trait]
impl MutantDatabase for MariadbDatabase {
    type Connection = MySqlConnection;

    async fn direct(&self) -> MySqlConnection {
        self.connect().await
    }

    async fn clear(connection: &mut MySqlConnection) {
        for table in TABLES {
            let delete = AssertSqlSafe(format!("DELETE FROM {table}"));
            connection.execute(delete).await.expect("rows are deleted");
        }
    }

    async fn rows(connection: &mut MySqlConnection) -> Snapshot {
        snapshot_mysql(connection).await
    }

    async fn accepts(connection: &mut MySqlConnection, sql: &str) -> bool {
        let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
        let accepted = connection.prepare(sql).await.is_ok();
        connection
            .clear_cached_statements()
            .await
            .expect("the server answers");
        accepted
    }
}

/// The rows of a database of any kind.
#[async_trait]
pub(super) trait Rows: Send + Sync {
    async fn read(&self) -> Snapshot;
}

/// The connection past the adapter, which one after the other uses.
pub(super) struct Direct<D: MutantDatabase>(pub(super) tokio::sync::Mutex<D::Connection>);

#[async_trait]
impl<D: MutantDatabase> Rows for Direct<D> {
    async fn read(&self) -> Snapshot {
        D::rows(&mut *self.0.lock().await).await
    }
}

/// Where a case runs.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) pool: Pool,
    pub(super) rows: Arc<dyn Rows>,
}

/// What a case sees: the pool and the database of its stage, which are not fresh, but empty.
pub(super) struct StagedHarness<M> {
    clock: ManualClock,
    store: SeaOrmAdapter,
    rows: Arc<dyn Rows>,
    mode: PhantomData<M>,
}

#[async_trait]
impl<M: Mode> Harness for StagedHarness<M> {
    type Store = SeaOrmAdapter;

    async fn fresh() -> Self {
        let stage = STAGE.with(Stage::clone);
        let clock = ManualClock::new(start());
        Self {
            store: M::adapter(stage.pool).with_clock(clock.clone()),
            clock,
            rows: stage.rows,
            mode: PhantomData,
        }
    }

    fn store(&self) -> &SeaOrmAdapter {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.rows.read().await
    }

    fn stored_token(&self, token: &SessionToken) -> String {
        M::stored(token)
    }
}
