//! Inside a transaction of the caller.

use std::time::Duration;

use authjs_adapter::{
    Accounts as _, Adapter as _, DriverError, EmailSignIn, ErrorKind, NewUser, Outcome,
    SignIn as _, Unique, UserId,
};
use authjs_conformance::start;
use authjs_tests::PostgresDatabase;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, TransactionTrait as _};

use crate::sea_orm::given::{self, Given, ada, grace, kind};

type Postgres = Given<PostgresDatabase>;

async fn begin(given: &Postgres) -> DatabaseTransaction {
    let transaction = given.pool.connection().begin().await;
    transaction.expect("a transaction begins")
}

#[tokio::test]
async fn work_is_invisible_outside_until_the_commit() {
    let given = Postgres::migrated().await;
    let transaction = begin(&given).await;

    let inside = given.store.on(&transaction);
    let user = inside.create_user(ada()).await.expect("Ada is new");

    assert_eq!(inside.get_user(&user.id).await, Ok(Some(user.clone())));
    assert_eq!(given.store.get_user(&user.id).await, Ok(None));
    transaction.commit().await.expect("the commit");
    assert_eq!(given.store.get_user(&user.id).await, Ok(Some(user)));
}

#[tokio::test]
async fn nothing_is_left_of_any_operation_after_the_rollback() {
    let given = Postgres::migrated().await;
    let link = given::link(start() + TimeDelta::days(1));
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let inside = given.store.on(&transaction);
    let entered = inside.sign_in_with_email(given::click("one")).await;
    let grace = inside.create_user(grace()).await.expect("Grace is new");
    let upsert = inside.upsert_account(given::account(&grace.id)).await;
    let session = inside
        .create_session(given::session(&grace.id, "two"))
        .await;

    assert!(matches!(entered, Ok(EmailSignIn::SignedIn { .. })));
    assert!(upsert.is_ok() && session.is_ok());
    transaction.rollback().await.expect("the rollback");
    assert_eq!(given.rows().await, before);
}

#[tokio::test]
async fn the_adapter_and_the_caller_see_what_the_other_wrote() {
    let given = Postgres::migrated().await;
    let transaction = begin(&given).await;
    transaction
        .execute_unprepared("INSERT INTO users (id, email) VALUES (77, 'own@example.com')")
        .await
        .expect("the caller's own statement");

    let inside = given.store.on(&transaction);
    let user = inside.get_user_by_email("own@example.com").await;
    let session = inside
        .create_session(given::session(&77.into(), "own"))
        .await;

    assert_eq!(
        user.expect("an answer").map(|user| user.id),
        Some(77.into())
    );
    session.expect("the user is there");
    let counted = transaction
        .query_one_raw(sea_orm::Statement::from_string(
            sea_orm::DbBackend::Postgres,
            r#"SELECT count(*) FROM sessions WHERE "userId" = 77"#,
        ))
        .await;
    let row = counted.expect("an answer").expect("a count");
    assert_eq!(row.try_get_by_index::<i64>(0).ok(), Some(1));
    transaction.commit().await.expect("the commit");
    assert_eq!(given.rows().await.sessions.len(), 1);
}

#[tokio::test]
async fn after_an_error_the_server_refuses_what_follows_and_the_rollback_leaves_nothing() {
    let given = Postgres::migrated().await;
    given.ada().await;
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let inside = given.store.on(&transaction);
    inside.create_user(grace()).await.expect("Grace is new");
    let conflict = inside.create_user(ada()).await;
    let refused = inside.get_user(&UserId::from(1)).await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Email)));
    let refused = refused.expect_err("the transaction is aborted");
    assert_eq!(refused.driver().map(DriverError::code), Some("25P02"));
    assert_eq!(refused.outcome(), Outcome::NotApplied);
    transaction.rollback().await.expect("the rollback");
    assert_eq!(given.rows().await, before);
}

/// The server ended the connection before it read the statement, and the transaction with it.
#[tokio::test]
async fn a_transaction_that_idled_for_too_long_has_applied_nothing() {
    let given = Postgres::migrated().await;
    let transaction = begin(&given).await;
    let inside = given.store.on(&transaction);
    inside.create_user(ada()).await.expect("Ada is new");
    let limit = "SET idle_in_transaction_session_timeout = '50ms'";
    let set = transaction.execute_unprepared(limit).await;
    set.expect("a setting");
    let mut observer = given.database.connect().await;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND state LIKE 'idle in transaction%'";
    while sqlx::query_scalar::<_, i64>(open)
        .fetch_one(&mut observer)
        .await
        .expect("a count")
        > 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    let late = inside.create_user(grace()).await;

    let late = late.expect_err("the connection has ended");
    assert_eq!(late.driver().map(DriverError::code), Some("25P03"));
    let told = (late.kind(), late.outcome());
    assert_eq!(told, (ErrorKind::Unavailable, Outcome::NotApplied));
    drop(transaction);
    assert_eq!(given.rows().await.users, []);
}

#[tokio::test]
async fn a_commit_after_an_error_applies_nothing() {
    let given = Postgres::migrated().await;
    given.ada().await;
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let inside = given.store.on(&transaction);
    inside.create_user(grace()).await.expect("Grace is new");
    inside.create_user(ada()).await.expect_err("Ada is known");
    // PostgreSQL answers such a COMMIT with a ROLLBACK, without an error.
    transaction.commit().await.expect("an answer");

    assert_eq!(given.rows().await, before);
}

#[tokio::test]
async fn with_savepoints_the_caller_goes_on_after_a_conflict() {
    let given = Postgres::migrated().await;
    let known = given.ada().await;
    let transaction = begin(&given).await;

    let inside = given.store.on(&transaction).savepoints();
    let sign_up = inside.sign_up(given::sign_up("lost")).await;
    let account = inside.link_account(given::account(&known.id)).await;
    let again = inside.link_account(given::account(&known.id)).await;
    let user = inside.create_user(grace()).await;

    assert_eq!(kind(sign_up), Some(ErrorKind::Conflict(Unique::Email)));
    assert_eq!(kind(again), Some(ErrorKind::Conflict(Unique::Account)));
    transaction.commit().await.expect("the commit");
    let rows = given.rows().await;
    assert_eq!(rows.users, [known, user.expect("Grace is new")]);
    assert_eq!(rows.accounts, [account.expect("it is new")]);
    assert_eq!(rows.sessions, []);
}

#[tokio::test]
async fn a_savepoint_costs_two_statements_more_and_reads_have_none() {
    let given = Postgres::migrated().await;
    given.store.inspect().await.expect("the catalog");
    let transaction = begin(&given).await;
    let inside = given.store.on(&transaction).savepoints();
    let sent = || given.store.statements_sent();

    let start = sent();
    let user = inside.create_user(ada()).await.expect("Ada is new");
    let after_write = sent();
    inside.get_user(&user.id).await.expect("an answer");
    let after_read = sent();

    assert_eq!((after_write - start, after_read - after_write), (3, 1));
    transaction.commit().await.expect("the commit");
}

#[tokio::test]
async fn a_first_operation_inside_a_transaction_knows_its_conflicts() {
    let given = Postgres::migrated().await;
    given.ada().await;
    // Another adapter, which has not read the catalog yet.
    let store = authjs_sea_orm::SeaOrmAdapter::shared_with_authjs(&given.pool);
    let transaction = begin(&given).await;

    let conflict = store.on(&transaction).create_user(ada()).await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Email)));
    transaction.rollback().await.expect("the rollback");
}

#[tokio::test]
async fn the_adapter_in_a_transaction_works_on_another_thread() {
    let given = Postgres::migrated().await;
    let (pool, store) = (given.pool.clone(), given.store.clone());

    let spawned = tokio::spawn(async move {
        let transaction = pool.connection().begin().await.expect("a transaction");
        let inside = store.on(&transaction);
        let user = inside.create_user(NewUser::default()).await;
        let session = match &user {
            Ok(user) => {
                inside
                    .savepoints()
                    .create_session(given::session(&user.id, "t"))
                    .await
            }
            Err(error) => Err(error.clone()),
        };
        transaction.commit().await.expect("the commit");
        session
    });

    let session = spawned.await.expect("no panic").expect("a session");
    assert_eq!(given.rows().await.sessions, [session]);
}
