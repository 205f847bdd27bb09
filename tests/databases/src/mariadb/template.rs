//! The statements that make a migrated database, kept in a database beside those that they are
//! shown by: nothing can be cloned here, and running the migrations takes ten times as long.

use std::fmt::Write as _;

use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, MySqlConnection, Row as _};

use super::server::{self, Server, number_of};
use crate::server::template_name;

/// `ER_BAD_DB_ERROR` and `ER_NO_SUCH_TABLE`: nobody has made the template, or not wholly.
const MISSING: [u16; 2] = [1049, 1146];

/// The statements for this version of the migrations. Whoever needs them first makes them; the
/// others wait.
pub(super) async fn script(server: &Server, connection: &mut MySqlConnection) -> String {
    let name = template_name();
    if let Some(script) = read(connection, &name).await {
        return script;
    }
    server::lock(connection, &name).await;
    let script = match read(connection, &name).await {
        Some(script) => script,
        None => make(server, connection, &name).await,
    };
    server::unlock(connection, &name).await;
    script
}

async fn read(connection: &mut MySqlConnection, name: &str) -> Option<String> {
    let select = format!("SELECT script FROM `{name}`.authjs_test_script");
    match sqlx::query_scalar(AssertSqlSafe(select))
        .fetch_optional(connection)
        .await
    {
        Ok(script) => script,
        Err(error) if number_of(&error).is_some_and(|number| MISSING.contains(&number)) => None,
        Err(error) => panic!("the template {name} cannot be read: {error}"),
    }
}

async fn make(server: &Server, connection: &mut MySqlConnection, name: &str) -> String {
    server::sweep(connection).await;
    // A process that was killed may have left half of it.
    server::drop_database(connection, name).await;
    server::execute(connection, format!("CREATE DATABASE `{name}`"))
        .await
        .expect("a template can be made");
    let pool = MySqlPoolOptions::new()
        .max_connections(2)
        .connect_lazy_with(server.options_of(name));
    let db = SqlxMySqlConnector::from_sqlx_mysql_pool(pool.clone());
    authjs_migration::up(&db)
        .await
        .expect("the template can be migrated");
    let script = show(&pool).await;
    keep(&pool, &script).await;
    pool.close().await;
    script
}

/// All tables, `users` first since others refer to it, and the two that hold rows.
async fn show(pool: &sqlx::MySqlPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
         ORDER BY TABLE_NAME <> 'users', TABLE_NAME",
    )
    .fetch_all(pool)
    .await
    .expect("the catalog can be read");
    let mut script = String::new();
    for table in tables {
        let show = format!("SHOW CREATE TABLE `{table}`");
        let row = sqlx::query(AssertSqlSafe(show)).fetch_one(pool).await;
        let create: String = row.expect("the table is there").get(1);
        writeln!(script, "{create};").expect("a String takes everything");
    }
    // Each commit is a wait for the disk.
    script.push_str("START TRANSACTION;\n");
    for rows in [
        "SELECT CONCAT('INSERT INTO authjs_migrations (version, applied_at) VALUES (',
            QUOTE(version), ', ', applied_at, ');') FROM authjs_migrations ORDER BY version",
        "SELECT CONCAT('INSERT INTO authjs_objects (kind, name) VALUES (',
            QUOTE(kind), ', ', QUOTE(name), ');') FROM authjs_objects ORDER BY made_at, name",
    ] {
        let inserts: Vec<String> = sqlx::query_scalar(rows)
            .fetch_all(pool)
            .await
            .expect("the rows can be read");
        for insert in inserts {
            writeln!(script, "{insert}").expect("a String takes everything");
        }
    }
    script.push_str("COMMIT;\n");
    script
}

/// The last step: a template with this row is finished.
async fn keep(pool: &sqlx::MySqlPool, script: &str) {
    sqlx::query("CREATE TABLE authjs_test_script (script MEDIUMTEXT CHARACTER SET utf8mb4)")
        .execute(pool)
        .await
        .expect("the template can be finished");
    sqlx::query("INSERT INTO authjs_test_script VALUES (?)")
        .bind(script)
        .execute(pool)
        .await
        .expect("the template can be finished");
}
