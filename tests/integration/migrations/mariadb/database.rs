use authjs_tests::MariadbDatabase;
use sea_orm::{DatabaseConnection, SqlxMySqlConnector};
use sqlx::{AssertSqlSafe, Executor as _};

/// The tables without any of our constraints.
const PLAIN: &str = include_str!("../../../fixtures/plain_mysql.sql");

/// A pool as SeaORM applications hold it.
pub(super) fn open(database: &MariadbDatabase) -> DatabaseConnection {
    SqlxMySqlConnector::from_sqlx_mysql_pool(database.pool())
}

/// A database with the tables of an application and nothing else.
pub(super) async fn plain() -> MariadbDatabase {
    let database = MariadbDatabase::empty().await;
    execute(&database, PLAIN).await;
    database
}

pub(super) async fn migrate(database: &MariadbDatabase) {
    authjs_migration::up(&open(database))
        .await
        .expect("the migrations run");
}

pub(super) async fn execute(database: &MariadbDatabase, sql: &str) {
    let mut connection = database.connect().await;
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .expect(sql);
}
