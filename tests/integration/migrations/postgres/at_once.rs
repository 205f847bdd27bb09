//! Several processes that start together.

use std::time::Duration;

use authjs_tests::PostgresDatabase;
use sqlx::Connection as _;

use super::database::open;

/// The number that all releases agree on.
const KEY: i64 = 0x6175_7468_6a73_5f6d;

#[tokio::test(flavor = "multi_thread")]
async fn eight_first_installs_do_not_collide() {
    let database = PostgresDatabase::empty().await;

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
    let database = PostgresDatabase::empty().await;
    let mut other = database.connect().await;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(KEY)
        .execute(&mut other)
        .await
        .expect("nobody holds the lock");
    let db = open(&database);

    let early = tokio::time::timeout(Duration::from_millis(500), authjs_migration::up(&db)).await;
    let relations: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    )
    .fetch_one(&mut other)
    .await
    .expect("the catalog can be read");
    other.close().await.expect("the server answers");

    assert!(early.is_err(), "did not wait");
    assert_eq!(relations, 0);
    authjs_migration::up(&db).await.expect("the lock is free");
}

#[tokio::test]
async fn up_that_fails_gives_the_lock_back() {
    let database = PostgresDatabase::empty().await;
    super::database::execute(&database, "CREATE VIEW users AS SELECT 1 AS id").await;
    authjs_migration::up(&open(&database))
        .await
        .expect_err("a view cannot be referred to");
    super::database::execute(&database, "DROP VIEW users").await;

    let answer = tokio::time::timeout(
        Duration::from_secs(10),
        authjs_migration::up(&open(&database)),
    )
    .await;

    assert!(answer.is_ok(), "waits for itself");
}

#[tokio::test]
async fn up_does_not_queue_behind_a_long_transaction_for_ever() {
    let database = super::database::stock().await;
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

    let error = answer
        .expect("gives up in time")
        .expect_err("the table is in use");
    assert!(error.to_string().contains("lock timeout"), "{error}");
}
