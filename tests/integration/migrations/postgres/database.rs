use authjs_tests::PostgresDatabase;
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{AssertSqlSafe, Executor as _};

/// The schema as the documentation of `@auth/pg-adapter` gives it.
pub(super) const STOCK: &str = include_str!("../../../fixtures/stock_postgres.sql");

/// A pool as SeaORM applications hold it.
pub(super) fn open(database: &PostgresDatabase) -> DatabaseConnection {
    SqlxPostgresConnector::from_sqlx_postgres_pool(database.pool())
}

/// A database with the stock tables and nothing else.
pub(super) async fn stock() -> PostgresDatabase {
    let database = PostgresDatabase::empty().await;
    execute(&database, STOCK).await;
    database
}

pub(super) async fn migrate(database: &PostgresDatabase) {
    authjs_migration::up(&open(database))
        .await
        .expect("the migrations run");
}

pub(super) async fn execute(database: &PostgresDatabase, sql: &str) {
    try_execute(database, sql).await.expect(sql);
}

pub(super) async fn try_execute(database: &PostgresDatabase, sql: &str) -> Result<(), sqlx::Error> {
    let mut connection = database.connect().await;
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .map(drop)
}
