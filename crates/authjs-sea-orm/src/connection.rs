//! Where statements go: the pool, or the caller's transaction.

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _, Value,
};

/// A connection of the pool for each statement, or the one of a transaction.
#[derive(Clone, Copy, Debug)]
#[expect(
    unnameable_types,
    reason = "only the sealed trait behind `Link` gives it out"
)]
pub enum Connection<'c> {
    Pool(&'c DatabaseConnection),
    Transaction(&'c DatabaseTransaction),
}

impl Connection<'_> {
    pub(crate) fn backend(self) -> DbBackend {
        match self {
            Self::Pool(pool) => pool.get_database_backend(),
            Self::Transaction(transaction) => transaction.get_database_backend(),
        }
    }

    pub(crate) const fn is_pool(self) -> bool {
        matches!(self, Self::Pool(_))
    }

    /// All rows of a statement.
    pub(crate) async fn all(
        self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => pool.query_all_raw(statement).await,
            Self::Transaction(transaction) => transaction.query_all_raw(statement).await,
        }
    }

    /// The first row of a statement that only reads.
    pub(crate) async fn first(
        self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<QueryResult>, DbErr> {
        let statement = self.statement(sql, values);
        match self {
            Self::Pool(pool) => pool.query_one_raw(statement).await,
            Self::Transaction(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    /// The number of rows that a statement changed.
    pub(crate) async fn execute(self, sql: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        let statement = self.statement(sql, values);
        let result = match self {
            Self::Pool(pool) => pool.execute_raw(statement).await,
            Self::Transaction(transaction) => transaction.execute_raw(statement).await,
        };
        result.map(|result| result.rows_affected())
    }

    /// Begins a transaction on a connection of the pool; `None` inside a transaction.
    ///
    /// On SQLite it takes the write lock at once: a transaction that reads first and writes
    /// later fails at once when another one wrote in between, whatever the busy timeout.
    pub(crate) async fn begin(self) -> Result<Option<DatabaseTransaction>, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        match self {
            Self::Pool(pool) => pool.begin_with_options(options).await.map(Some),
            Self::Transaction(_) => Ok(None),
        }
    }

    fn statement(self, sql: &str, values: Vec<Value>) -> Statement {
        match self.backend() {
            // An unknown column in double quotes is a text to SQLite, and a wrong schema would
            // look like an empty table; in back-ticks it is an error.
            DbBackend::Sqlite => {
                Statement::from_sql_and_values(DbBackend::Sqlite, sql.replace('"', "`"), values)
            }
            backend => Statement::from_sql_and_values(backend, sql, values),
        }
    }

    /// A statement of the transaction's own language, without parameters.
    pub(crate) async fn control(self, sql: &'static str) -> Result<(), DbErr> {
        let result = match self {
            Self::Pool(pool) => pool.execute_unprepared(sql).await,
            Self::Transaction(transaction) => transaction.execute_unprepared(sql).await,
        };
        result.map(|_| ())
    }
}
