//! Where statements go: the pool, or a transaction.

#[cfg(feature = "mysql")]
mod mysql;

#[cfg(feature = "mysql")]
use std::pin::Pin;
use std::sync::Arc;

#[cfg(feature = "mysql")]
use sea_orm::DatabaseConnectionType;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _, Value,
};
#[cfg(feature = "mysql")]
use sqlx::mysql::MySqlPool;

#[cfg(feature = "mysql")]
use self::mysql::{Begun, Held, whole};
use crate::connect::Ledger;
use crate::sql::Sql;

/// A connection of the pool for each statement, or the one of a transaction.
#[derive(Clone, Copy, Debug)]
#[expect(
    unnameable_types,
    reason = "only the sealed trait behind `Link` gives it out"
)]
pub enum Connection<'c> {
    Pool(
        &'c DatabaseConnection,
        /// Who counts the connections that are given back.
        Option<&'c Arc<Ledger>>,
    ),
    Transaction(&'c DatabaseTransaction),
    /// A transaction of ours on MariaDB or MySQL.
    #[cfg(feature = "mysql")]
    Held(&'c Begun),
}

/// A transaction that an operation began.
#[derive(Debug)]
pub(crate) enum Own {
    Driver(DatabaseTransaction),
    #[cfg(feature = "mysql")]
    Held(Begun),
}

impl Own {
    pub(crate) const fn connection(&self) -> Connection<'_> {
        match self {
            Self::Driver(transaction) => Connection::Transaction(transaction),
            #[cfg(feature = "mysql")]
            Self::Held(begun) => Connection::Held(begun),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        match self {
            Self::Driver(transaction) => transaction.commit().await,
            #[cfg(feature = "mysql")]
            Self::Held(begun) => boxed(begun.end("COMMIT")).await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        match self {
            Self::Driver(transaction) => transaction.rollback().await,
            #[cfg(feature = "mysql")]
            Self::Held(begun) => boxed(begun.end("ROLLBACK")).await,
        }
    }
}

/// What the driver nests does not count into the futures of the application, whose depth the
/// compiler limits.
#[cfg(feature = "mysql")]
fn boxed<'f, T>(
    future: impl Future<Output = T> + Send + 'f,
) -> Pin<Box<dyn Future<Output = T> + Send + 'f>> {
    Box::pin(future)
}

#[cfg(feature = "mysql")]
fn mysql_pool(connection: &DatabaseConnection) -> Option<&MySqlPool> {
    matches!(
        connection.inner,
        DatabaseConnectionType::SqlxMySqlPoolConnection(_)
    )
    .then(|| connection.get_mysql_connection_pool())
}

impl Connection<'_> {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Pool(pool, _) => pool.get_database_backend(),
            Self::Transaction(transaction) => transaction.get_database_backend(),
            #[cfg(feature = "mysql")]
            Self::Held(_) => DbBackend::MySql,
        }
    }

    pub(crate) const fn is_pool(self) -> bool {
        matches!(self, Self::Pool(..))
    }

    /// A connection of MariaDB's or MySQL's pool, if it is one.
    #[cfg(feature = "mysql")]
    async fn held(self) -> Result<Option<Held>, DbErr> {
        match self {
            Self::Pool(pool, ledger) => match mysql_pool(pool) {
                Some(pool) => boxed(Held::take(pool, ledger)).await.map(Some),
                None => Ok(None),
            },
            Self::Transaction(_) | Self::Held(_) => Ok(None),
        }
    }

    /// All rows of a statement.
    pub(crate) async fn all(
        self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.statement(sql, values)?;
        #[cfg(feature = "mysql")]
        if let Some(mut held) = self.held().await? {
            return boxed(whole(async move { held.all(statement).await })).await;
        }
        match self {
            Self::Pool(pool, _) => pool.query_all_raw(statement).await,
            Self::Transaction(transaction) => transaction.query_all_raw(statement).await,
            #[cfg(feature = "mysql")]
            Self::Held(begun) => boxed(begun.all(statement)).await,
        }
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first(
        self,
        sql: &Sql,
        values: Vec<Value>,
    ) -> Result<Option<QueryResult>, DbErr> {
        if self.backend() == DbBackend::MySql {
            // Whole: a driver that is asked for one row leaves the rest unread.
            return Ok(self.all(sql, values).await?.into_iter().next());
        }
        let statement = self.statement(sql, values)?;
        match self {
            Self::Pool(pool, _) => pool.query_one_raw(statement).await,
            Self::Transaction(transaction) => transaction.query_one_raw(statement).await,
            #[cfg(feature = "mysql")]
            Self::Held(_) => Ok(None),
        }
    }

    /// The number of rows that a statement changed.
    pub(crate) async fn execute(self, sql: &Sql, values: Vec<Value>) -> Result<u64, DbErr> {
        self.executed(sql, values).await.map(|(rows, _)| rows)
    }

    /// The number that MySQL gave the row of an insert; `None` where it inserted none.
    pub(crate) async fn insert(self, sql: &Sql, values: Vec<Value>) -> Result<Option<u64>, DbErr> {
        let (rows, number) = self.executed(sql, values).await?;
        Ok(number.filter(|_| rows > 0))
    }

    /// How many rows a statement changed, and the number that MySQL gave the last one. Other
    /// drivers panic when they are asked for it.
    async fn executed(self, sql: &Sql, values: Vec<Value>) -> Result<(u64, Option<u64>), DbErr> {
        let statement = self.statement(sql, values)?;
        #[cfg(feature = "mysql")]
        if let Some(mut held) = self.held().await? {
            let done = boxed(whole(async move { held.execute(statement).await })).await?;
            return Ok((done.rows_affected(), Some(done.last_insert_id())));
        }
        let result = match self {
            Self::Pool(pool, _) => pool.execute_raw(statement).await?,
            Self::Transaction(transaction) => transaction.execute_raw(statement).await?,
            #[cfg(feature = "mysql")]
            Self::Held(begun) => {
                let done = boxed(begun.execute(statement)).await?;
                return Ok((done.rows_affected(), Some(done.last_insert_id())));
            }
        };
        let is_numbered = self.backend() == DbBackend::MySql;
        Ok((
            result.rows_affected(),
            is_numbered.then(|| result.last_insert_id()),
        ))
    }

    /// Begins a transaction on a connection of the pool; `None` inside a transaction.
    ///
    /// On SQLite it takes the write lock at once: a transaction that reads first and writes
    /// later fails at once when another one wrote in between, whatever the busy timeout.
    pub(crate) async fn begin(self) -> Result<Option<Own>, DbErr> {
        #[cfg(feature = "mysql")]
        if let Some(held) = self.held().await? {
            let begun = boxed(Begun::begin(held)).await?;
            return Ok(Some(Own::Held(begun)));
        }
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let Self::Pool(pool, _) = self else {
            return Ok(None);
        };
        let begun = pool.begin_with_options(options).await?;
        Ok(Some(Own::Driver(begun)))
    }

    fn statement(self, sql: &Sql, values: Vec<Value>) -> Result<Statement, DbErr> {
        let values = sql.arrange(values)?;
        Ok(Statement::from_sql_and_values(
            self.backend(),
            sql.text(),
            values,
        ))
    }

    /// A statement of the transaction's own language, without parameters.
    pub(crate) async fn control(self, sql: &'static str) -> Result<(), DbErr> {
        let result = match self {
            Self::Pool(pool, _) => pool.execute_unprepared(sql).await,
            Self::Transaction(transaction) => transaction.execute_unprepared(sql).await,
            #[cfg(feature = "mysql")]
            Self::Held(begun) => return boxed(begun.control(sql)).await,
        };
        result.map(|_| ())
    }
}
