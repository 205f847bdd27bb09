//! Several processes that start together.

use std::time::Duration;

use authjs_tests::MariadbDatabase;
use sqlx::Connection as _;

use super::database::{execute, open, plain};

/// The name that all releases agree on.
const TAKE_LOCK: &str = "SELECT GET_LOCK(CONCAT('authjs_m.', SHA1(LOWER(DATABASE()))), 0)";

#[tokio::test(flavor = "multi_thread")]
async fn eight_first_installs_do_not_collide() {
    let database = MariadbDatabase::empty().await;

    let ups: Vec<_> = (0..8)
        .map(|_| {
            let db = open(&database);
            tokio::spawn(async move { authjs_migration::up_steps(&db, None).await })
        })
        .collect();
    let mut applied = Vec::new();
    for up in ups {
        let names = up.await.expect("no panic").expect("the migrations run");
        applied.push(names.len());
    }

    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, 0, 0, 0, 0, 5]);
    let gaps = authjs_migration::unconstrained(&open(&database)).await;
    assert_eq!(gaps, Ok(Vec::new()));
}

#[tokio::test]
async fn up_waits_for_the_one_that_migrates_before_it_touches_anything() {
    let database = MariadbDatabase::empty().await;
    let mut other = database.connect().await;
    let taken: i64 = sqlx::query_scalar(TAKE_LOCK)
        .fetch_one(&mut other)
        .await
        .expect("the server answers");
    let db = open(&database);

    let early = tokio::time::timeout(Duration::from_millis(500), authjs_migration::up(&db)).await;
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
    )
    .fetch_one(&mut other)
    .await
    .expect("the catalog can be read");
    other.close().await.expect("the server answers");

    assert_eq!(taken, 1);
    assert!(early.is_err(), "did not wait");
    assert_eq!(tables, 0);
    authjs_migration::up(&db).await.expect("the lock is free");
}

#[tokio::test]
async fn the_lock_of_one_database_does_not_hold_up_another() {
    let database = MariadbDatabase::empty().await;
    let other = MariadbDatabase::empty().await;
    let mut connection = other.connect().await;
    sqlx::query(TAKE_LOCK)
        .execute(&mut connection)
        .await
        .expect("the server answers");

    let answer = tokio::time::timeout(
        Duration::from_secs(10),
        authjs_migration::up(&open(&database)),
    )
    .await;

    assert_eq!(answer, Ok(Ok(())));
}

#[tokio::test]
async fn up_that_fails_gives_the_lock_back() {
    let database = MariadbDatabase::empty().await;
    execute(&database, "CREATE VIEW users AS SELECT 1 AS id").await;
    authjs_migration::up(&open(&database))
        .await
        .expect_err("a view cannot be referred to");
    execute(&database, "DROP VIEW users").await;

    let answer = tokio::time::timeout(
        Duration::from_secs(10),
        authjs_migration::up(&open(&database)),
    )
    .await;

    assert!(answer.is_ok(), "waits for itself");
}

#[tokio::test]
async fn up_does_not_wait_for_a_long_transaction() {
    let database = plain().await;
    let mut other = database.connect().await;
    let mut writing = other.begin().await.expect("the server answers");
    sqlx::query("INSERT INTO users (name) VALUES ('Ada')")
        .execute(&mut *writing)
        .await
        .expect("the table is there");

    let answer = tokio::time::timeout(
        Duration::from_secs(20),
        authjs_migration::up(&open(&database)),
    )
    .await;

    assert_eq!(answer, Ok(Ok(())));
}

#[tokio::test]
async fn the_way_back_does_not_queue_behind_a_long_transaction_for_ever() {
    let database = MariadbDatabase::migrated().await;
    let mut other = database.connect().await;
    let mut reading = other.begin().await.expect("the server answers");
    sqlx::query("SELECT * FROM authenticators")
        .execute(&mut *reading)
        .await
        .expect("the table is there");
    let pool = sqlx::mysql::MySqlPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(database.options());
    let db = sea_orm::SqlxMySqlConnector::from_sqlx_mysql_pool(pool.clone());
    let before = lock_wait_timeout(&pool).await;

    let back = authjs_migration::roll_back(&db, None);
    let answer = tokio::time::timeout(Duration::from_secs(20), back).await;

    let error = answer
        .expect("gives up in time")
        .expect_err("the table is in use");
    assert!(
        error.to_string().contains("Lock wait timeout exceeded"),
        "{error}"
    );
    assert_eq!(lock_wait_timeout(&pool).await, before, "the pool's own");
}

async fn lock_wait_timeout(pool: &sqlx::MySqlPool) -> u64 {
    sqlx::query_scalar("SELECT @@SESSION.lock_wait_timeout")
        .fetch_one(pool)
        .await
        .expect("the server answers")
}
