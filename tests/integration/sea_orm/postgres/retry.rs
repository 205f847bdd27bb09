//! What the server took back for certain is tried again, and nobody sees it (P17, P29).

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind, Patch, UserPatch};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::PostgresDatabase;
use sea_orm::TransactionTrait as _;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use crate::sea_orm::given::{Given, kind, options};
use crate::sea_orm::stock::Stock as _;

type Postgres = Given<PostgresDatabase>;

fn rename() -> UserPatch {
    UserPatch {
        name: Patch::Set("Renamed".to_owned()),
        ..UserPatch::default()
    }
}

/// On a database whose connections begin with this setting.
async fn with_default(setting: &str) -> Postgres {
    let database = PostgresDatabase::migrated().await;
    let sql = format!(r#"ALTER DATABASE "{}" SET {setting}"#, database.name());
    database.execute(&sql).await;
    let given = Postgres::on(database).await;
    given
        .store
        .inspect()
        .await
        .expect("the catalog can be read");
    given
}

async fn raw(given: &Postgres, sql: &str) -> PgConnection {
    let mut raw = given.database.connect().await;
    run(&mut raw, sql).await;
    raw
}

async fn run(connection: &mut PgConnection, sql: &str) {
    let result = connection.execute(AssertSqlSafe(sql)).await;
    result.expect("PostgreSQL takes the statements");
}

/// Waits until a connection of the adapter waits for a lock.
async fn until_it_waits(given: &Postgres) {
    let mut observer = given.database.connect().await;
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'authjs' AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits)
        .fetch_one(&mut observer)
        .await
        .expect("a count")
        == 0
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn the_victim_of_a_deadlock_is_tried_again() {
    let given = with_default("deadlock_timeout = '300ms'").await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let lock_session = "SET deadlock_timeout = '1min'; BEGIN; SELECT FROM sessions FOR UPDATE";
    let mut other = raw(&given, lock_session).await;

    let deadlock = async {
        until_it_waits(&given).await;
        // The adapter holds the user and waits for the session: the server lets one of the two
        // go, and it is the adapter, or this lock were not given.
        run(&mut other, "SELECT FROM users FOR UPDATE").await;
        run(&mut other, "ROLLBACK").await;
    };
    let (deleted, ()) = tokio::join!(given.store.delete_user(&user.id), deadlock);

    assert_eq!(deleted, Ok(Some(user)));
    assert!(given.store.statements_sent() >= 4, "it was not tried again");
    assert_eq!(given.rows().await.sessions, []);
}

#[tokio::test]
async fn a_serialization_failure_is_tried_again_and_no_update_is_lost() {
    let given = with_default("default_transaction_isolation = 'serializable'").await;
    let user = given.ada().await;
    let change = "BEGIN; UPDATE users SET image = 'https://example.com/ada.png'";
    let mut other = raw(&given, change).await;

    let commit = async {
        until_it_waits(&given).await;
        run(&mut other, "COMMIT").await;
    };
    let (updated, ()) = tokio::join!(given.store.update_user(&user.id, rename()), commit);

    let updated = updated.expect("the second try sees the other change");
    assert_eq!(updated.name.as_deref(), Some("Renamed"));
    assert_eq!(
        updated.image.as_deref(),
        Some("https://example.com/ada.png")
    );
}

#[tokio::test]
async fn in_the_callers_transaction_a_serialization_failure_is_the_callers() {
    let given = with_default("default_transaction_isolation = 'serializable'").await;
    let user = given.ada().await;
    let before = given.store.statements_sent();
    let mut other = raw(&given, "BEGIN; UPDATE users SET image = 'x'").await;
    let transaction = given.pool.connection().begin().await;
    let transaction = transaction.expect("a transaction begins");

    let inside = given.store.on(&transaction);
    let commit = async {
        until_it_waits(&given).await;
        run(&mut other, "COMMIT").await;
    };
    let (updated, ()) = tokio::join!(inside.update_user(&user.id, rename()), commit);

    assert_eq!(kind(updated), Some(ErrorKind::Busy));
    assert_eq!(given.store.statements_sent() - before, 1);
}

#[tokio::test]
async fn a_lock_that_is_released_after_the_first_try_is_no_error() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    let before = given.store.statements_sent();
    let mut other = raw(&given, "BEGIN; SELECT FROM users FOR UPDATE").await;

    let release = async {
        while given.store.statements_sent() < before + 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        run(&mut other, "ROLLBACK").await;
    };
    let (updated, ()) = tokio::join!(given.store.update_user(&user.id, rename()), release);

    updated.expect("the second try gets the lock");
}

/// Uses every connection of a pool of four at once, so that each has its prepared statements.
async fn all_at_once(store: &SeaOrmAdapter, rounds: usize) -> Vec<ErrorKind> {
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut errors = Vec::new();
                for _ in 0..rounds {
                    let found = store.get_user_by_email("ada@example.com").await;
                    let id = found.as_ref().ok().and_then(Option::as_ref);
                    let id = id.map_or_else(|| 1.into(), |user| user.id.clone());
                    errors.extend(kind(found));
                    errors.extend(kind(store.update_user(&id, rename()).await));
                }
                errors
            })
        })
        .collect();
    let mut errors = Vec::new();
    for call in calls {
        errors.extend(call.await.expect("no panic"));
    }
    errors
}

/// A pool of four connections to a database with Ada, each with prepared statements.
async fn warm() -> (SeaOrmAdapter, Pool, Postgres) {
    let given = Postgres::migrated().await;
    given.ada().await;
    let pool = Pool::connect(options(&given.database).max_connections(4)).await;
    let pool = pool.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(given.clock.clone());
    assert_eq!(all_at_once(&store, 10).await, []);
    (store, pool, given)
}

#[tokio::test]
async fn nobody_sees_that_the_type_of_a_column_changed() {
    let (store, _pool, given) = warm().await;

    given
        .database
        .execute("ALTER TABLE users ALTER name TYPE text, ALTER email TYPE varchar(300)")
        .await;
    let errors = all_at_once(&store, 25).await;

    assert_eq!(errors, []);
}

#[tokio::test]
async fn nobody_sees_that_types_of_columns_change_under_load() {
    let (store, _pool, given) = warm().await;
    let mut other = given.database.connect().await;

    let changes = async {
        for kind in ["text", "varchar(255)", "text"] {
            let sql = format!("ALTER TABLE users ALTER name TYPE {kind}");
            run(&mut other, &sql).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (errors, ()) = tokio::join!(all_at_once(&store, 100), changes);

    assert_eq!(errors, []);
}

#[tokio::test]
async fn nobody_sees_that_prepared_statements_were_lost() {
    for sql in ["DEALLOCATE ALL", "DISCARD ALL"] {
        let (store, pool, _given) = warm().await;
        let connections = pool.connection().get_postgres_connection_pool();
        let mut held = Vec::new();
        while held.len() < connections.size() as usize {
            held.push(connections.acquire().await.expect("a connection"));
        }
        for connection in &mut held {
            connection.execute(sql).await.expect("it is no transaction");
        }
        drop(held);

        let errors = all_at_once(&store, 10).await;

        assert_eq!(errors, [], "{sql}");
    }
}

async fn kill_connections(given: &Postgres) {
    given
        .database
        .execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'authjs'",
        )
        .await;
}

#[tokio::test]
async fn nobody_who_reads_sees_that_idle_connections_were_killed() {
    let (store, pool, given) = warm().await;
    let connections = pool.connection().get_postgres_connection_pool();
    while connections.num_idle() != connections.size() as usize {
        tokio::task::yield_now().await;
    }

    kill_connections(&given).await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(kind(store.get_user_by_email("ada@example.com").await));
    }

    assert_eq!(answers, [None; 8]);
}

#[tokio::test]
async fn in_the_callers_transaction_a_stale_plan_is_an_error_and_the_next_one_is_none() {
    let (store, pool, given) = warm().await;
    let transaction = pool.connection().begin().await.expect("a connection");
    let email = "ada@example.com";
    let before = store.on(&transaction).get_user_by_email(email).await;
    let before = before.expect("an answer");
    transaction.rollback().await.expect("the rollback");

    given
        .database
        .execute("ALTER TABLE users ALTER name TYPE text")
        .await;
    let mut kinds = Vec::new();
    for _ in 0..4 {
        let transaction = pool.connection().begin().await.expect("a connection");
        kinds.push(kind(store.on(&transaction).get_user_by_email(email).await));
        transaction.rollback().await.expect("the rollback");
    }

    assert!(before.is_some());
    assert_eq!(kinds, [Some(ErrorKind::Internal), None, None, None]);
}
