//! Statements about tables commit by themselves: whatever the last one was before the process was
//! killed, the next run goes on from there.

use std::str::FromStr as _;
use std::time::Duration;

use authjs_migration::Migrator;
use authjs_migration::sea_orm_migration::MigratorTrait as _;
use authjs_tests::{Direction, Fault, MariadbDatabase, Message, Proxy};
use sea_orm::{DatabaseConnection, SqlxMySqlConnector};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};

use super::catalog::Catalog;
use super::database::open;

/// Some bytes of the header of a message: the one before it has been answered, and this one never
/// reaches the server.
const BEGINNING: u64 = 2;

/// Fewer statements than change something in any run.
const MANY: usize = 6;

/// A pool of one connection through the proxy.
fn through(proxy: &Proxy, database: &MariadbDatabase) -> DatabaseConnection {
    let options = MySqlConnectOptions::from_str(&proxy.readable_url(database)).expect("a URL");
    let pool = MySqlPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(options);
    SqlxMySqlConnector::from_sqlx_mysql_pool(pool)
}

/// After how many bytes to the server each message begins that follows a statement which may have
/// changed something, on the connection with the most messages.
fn beginnings(proxy: &Proxy) -> Vec<u64> {
    let heard = proxy.heard();
    let to_server = |connection: usize| -> Vec<&Message> {
        let is_ours = |message: &&Message| {
            message.connection == connection && message.direction == Direction::ToServer
        };
        heard.iter().filter(is_ours).collect()
    };
    let messages = (0..proxy.accepted())
        .map(to_server)
        .max_by_key(Vec::len)
        .expect("a connection");
    let mut begin = 0;
    let mut prepared = "";
    let mut beginnings = Vec::new();
    for message in messages {
        begin += u64::try_from(message.length).expect("a length");
        let sql = message.sql.as_deref().unwrap_or(prepared);
        prepared = "";
        match message.name {
            "COM_STMT_PREPARE" => prepared = sql,
            "COM_QUERY" | "COM_STMT_EXECUTE" if !sql.trim_start().starts_with("SELECT") => {
                beginnings.push(begin);
            }
            _ => {}
        }
    }
    beginnings
}

/// A proxy that cuts each connection when the message begins that does so there.
async fn cut_at(begin: u64, database: &MariadbDatabase) -> Proxy {
    let proxy = Proxy::before(database).await;
    proxy
        .fail(Fault::CutAfter {
            direction: Direction::ToServer,
            bytes: begin + BEGINNING,
        })
        .await;
    proxy
}

/// Applies the first migration if it is not in the ledger.
async fn finish_first(database: &MariadbDatabase) {
    let db = open(database);
    let applied = Migrator::get_applied_migrations_read_only(&db)
        .await
        .expect("the ledger can be read");
    let missing = 1 - u32::try_from(applied.len()).expect("a count");
    authjs_migration::up_steps(&db, Some(missing))
        .await
        .expect("the migration runs");
}

#[tokio::test]
async fn the_next_run_finishes_a_migration() {
    let whole = MariadbDatabase::empty().await;
    let proxy = Proxy::before(&whole).await;
    proxy.listen();
    authjs_migration::up_steps(&through(&proxy, &whole), Some(1))
        .await
        .expect("the migration runs");
    let expected = Catalog::read(&whole).await;
    let beginnings = beginnings(&proxy);
    assert!(beginnings.len() > MANY, "{beginnings:?}");

    let mut failed = 0;
    for begin in beginnings {
        let database = MariadbDatabase::empty().await;
        let proxy = cut_at(begin, &database).await;
        let cut = authjs_migration::up_steps(&through(&proxy, &database), Some(1)).await;
        failed += usize::from(cut.is_err());

        finish_first(&database).await;

        assert_eq!(
            Catalog::read(&database).await,
            expected,
            "after {begin} bytes"
        );
        let alone = authjs_migration::left_alone(&open(&database)).await;
        assert_eq!(alone, Ok(Vec::new()), "after {begin} bytes");
    }
    assert!(failed > MANY, "only {failed} runs were cut");
}

#[tokio::test]
async fn the_next_run_finishes_the_way_back() {
    let whole = MariadbDatabase::empty().await;
    finish_first(&whole).await;
    let proxy = Proxy::before(&whole).await;
    proxy.listen();
    authjs_migration::roll_back(&through(&proxy, &whole), None)
        .await
        .expect("the way is free");
    let expected = Catalog::read(&whole).await;
    let beginnings = beginnings(&proxy);
    assert!(beginnings.len() > MANY, "{beginnings:?}");

    let mut failed = 0;
    for begin in beginnings {
        let database = MariadbDatabase::empty().await;
        finish_first(&database).await;
        let proxy = cut_at(begin, &database).await;
        let cut = authjs_migration::roll_back(&through(&proxy, &database), None).await;
        failed += usize::from(cut.is_err());

        let db = open(&database);
        authjs_migration::roll_back(&db, None)
            .await
            .expect("the way is free");

        assert_eq!(
            Catalog::read(&database).await,
            expected,
            "after {begin} bytes"
        );
    }
    assert!(failed > MANY, "only {failed} runs were cut");
}
