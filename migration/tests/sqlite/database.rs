use authjs_migration::sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};

/// A database without tables.
pub(crate) async fn empty() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    // Each connection to `sqlite::memory:` is a database of its own.
    options.max_connections(1).min_connections(1);
    Database::connect(options).await.unwrap()
}

/// A database as the migrations make it.
pub(crate) async fn migrated() -> DatabaseConnection {
    let db = empty().await;
    authjs_migration::up(&db).await.unwrap();
    db
}

pub(crate) async fn execute(db: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    db.execute_unprepared(sql).await.map(|_| ())
}

/// The first column of a query, which must be text.
pub(crate) async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(DbBackend::Sqlite, sql);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Everything but the ledgers, as SQLite keeps it.
pub(crate) async fn schema(db: &DatabaseConnection) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_master
               WHERE sql IS NOT NULL AND name NOT LIKE '%_migrations' ORDER BY name";
    texts(db, sql).await
}
