//! The constraints come and go while the adapter runs.

use authjs_adapter::{
    Accounts as _, Adapter as _, EmailSignIn, ErrorKind, Result, Session, SignIn as _, Unique, User,
};
use authjs_conformance::start;
use authjs_tests::PostgresDatabase;
use chrono::TimeDelta;
use sqlx::Executor as _;

use crate::sea_orm::given::{self, Given, ada, grace, kind, signed_in};
use crate::sea_orm::stock::Stock as _;

type Postgres = Given<PostgresDatabase>;

/// The constraints that make a database safe, under names of the customer's choosing.
const CONSTRAINTS: &str = r#"
    CREATE UNIQUE INDEX one_person_per_address ON users (email);
    ALTER TABLE accounts ADD CONSTRAINT "who's account" UNIQUE ("providerAccountId", provider);
    CREATE UNIQUE INDEX "Sessions.Token" ON sessions ("sessionToken");
    ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
    ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
"#;

/// More than enough for two of them to meet between look and insert.
const CALLERS: usize = 16;

async fn enter(given: &Postgres, token: &str) -> Result<EmailSignIn<User, Session>> {
    let link = given::link(start() + TimeDelta::days(1));
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    given.store.sign_in_with_email(given::click(token)).await
}

/// One thing of each kind is done before and after.
async fn everything_works(given: &Postgres, suffix: &str) {
    let ada = enter(given, &format!("first-{suffix}")).await;
    let again = enter(given, &format!("second-{suffix}")).await;
    let ((user, is_new), (same, is_new_again)) = (signed_in(ada), signed_in(again));
    let account = given::account(&user.id);
    let inserted = given.store.upsert_account(account.clone()).await;
    let refreshed = given.store.upsert_account(account).await;
    let deleted = given.store.delete_user(&user.id).await;

    assert_eq!((is_new, is_new_again), (true, false));
    assert_eq!(user.id, same.id);
    assert_eq!(
        inserted.expect("inserted").id,
        refreshed.expect("refreshed").id
    );
    assert_eq!(deleted, Ok(Some(user)));
    let rows = given.rows().await;
    assert!(rows.accounts.is_empty() && rows.sessions.is_empty());
}

#[tokio::test]
async fn a_running_adapter_works_before_and_after_its_database_is_adopted() {
    let given = Postgres::stock_known("").await;

    everything_works(&given, "stock").await;
    given.database.execute(CONSTRAINTS).await;
    everything_works(&given, "adopted").await;
}

#[tokio::test]
async fn conflicts_with_constraints_that_came_later_are_told_apart() {
    let given = Postgres::stock_known("").await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let linked = given.store.link_account(given::account(&user.id)).await;
    linked.expect("the account is new");
    given.database.execute(CONSTRAINTS).await;

    let email = given.store.create_user(ada()).await;
    let account = given.store.link_account(given::account(&user.id)).await;
    let session = given::session(&user.id, "token");
    let session = given.store.create_session(session).await;

    assert_eq!(kind(email), Some(ErrorKind::Conflict(Unique::Email)));
    assert_eq!(kind(account), Some(ErrorKind::Conflict(Unique::Account)));
    assert_eq!(
        kind(session),
        Some(ErrorKind::Conflict(Unique::SessionToken))
    );
}

#[tokio::test]
async fn an_account_of_another_user_stays_a_conflict_after_the_adoption() {
    let given = Postgres::stock_known("").await;
    let (ada, grace) = (given.ada().await, given.grace().await);
    let linked = given.store.link_account(given::account(&ada.id)).await;
    linked.expect("the account is new");
    given.database.execute(CONSTRAINTS).await;

    let taken = given.store.upsert_account(given::account(&grace.id)).await;

    assert_eq!(kind(taken), Some(ErrorKind::Conflict(Unique::Account)));
    let accounts = given.rows().await.accounts;
    assert!(accounts.iter().all(|row| row.user_id == ada.id));
}

/// The text for a database without the unique inserts what another caller inserted first: the
/// constraint refuses it, nothing was applied, and the second text finds the row.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_upserts_after_the_adoption_make_one_row_and_no_error() {
    let given = Postgres::stock_known("").await;
    let user = given.ada().await;
    given.database.execute(CONSTRAINTS).await;

    let tasks: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, account) = (given.store.clone(), given::account(&user.id));
            tokio::spawn(async move { store.upsert_account(account).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic").expect("an account");
    }

    assert_eq!(given.rows().await.accounts.len(), 1);
}

/// Somebody else holds the row back until the adapter's insert waits for it.
#[tokio::test]
async fn an_insert_that_lost_to_a_constraint_it_did_not_know_finds_the_row() {
    let given = Postgres::stock_known("").await;
    let user = given.ada().await;
    given.database.execute(CONSTRAINTS).await;
    let mut other = given.database.connect().await;
    other
        .execute(
            r#"BEGIN; INSERT INTO accounts ("userId", type, provider, "providerAccountId")
            VALUES (1, 'oauth', 'github', '42')"#,
        )
        .await
        .expect("the insert");

    let (store, account) = (given.store.clone(), given::account(&user.id));
    let upsert = tokio::spawn(async move { store.upsert_account(account).await });
    wait_for_a_waiting_statement(&given).await;
    other.execute("COMMIT").await.expect("the commit");

    let account = upsert.await.expect("no panic").expect("the row is found");
    assert_eq!(given.rows().await.accounts, [account]);
}

async fn wait_for_a_waiting_statement(given: &Postgres) {
    let mut raw = given.database.connect().await;
    loop {
        let waiting: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock')",
        )
        .fetch_one(&mut raw)
        .await
        .expect("the activity can be read");
        if waiting {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_running_adapter_survives_the_loss_of_its_constraints() {
    let given = Postgres::migrated().await;
    given.store.inspect().await.expect("the catalog");
    everything_works(&given, "before").await;

    given
        .database
        .execute(
            "ALTER TABLE users DROP CONSTRAINT authjs_users_email_key;
         ALTER TABLE accounts DROP CONSTRAINT authjs_accounts_provider_account_key;
         ALTER TABLE sessions DROP CONSTRAINT authjs_sessions_session_token_key;",
        )
        .await;

    everything_works(&given, "after").await;
}

/// Only a statement that names the constraint can notice that it is gone.
#[tokio::test]
async fn after_a_missing_unique_was_noticed_the_facts_are_read_again() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    given
        .database
        .execute(
            "ALTER TABLE accounts DROP CONSTRAINT authjs_accounts_provider_account_key;
         ALTER TABLE sessions DROP CONSTRAINT authjs_sessions_session_token_key;",
        )
        .await;
    let grace = given.grace().await;

    let upsert = given.store.upsert_account(given::account(&user.id)).await;
    given.session(&user, "twin").await;
    given.session(&grace, "twin").await;
    let lookup = given.store.get_session_and_user(&"twin".into()).await;

    upsert.expect("the second text");
    assert_eq!(kind(lookup), Some(ErrorKind::Inconsistent));
}

#[tokio::test]
async fn in_a_transaction_a_missing_unique_is_an_error_that_the_next_one_does_not_meet() {
    use sea_orm::TransactionTrait as _;

    let given = Postgres::migrated().await;
    let user = given
        .store
        .create_user(grace())
        .await
        .expect("Grace is new");
    given
        .database
        .execute("ALTER TABLE accounts DROP CONSTRAINT authjs_accounts_provider_account_key")
        .await;
    let first = given
        .pool
        .connection()
        .begin()
        .await
        .expect("a transaction");
    let failed = given
        .store
        .on(&first)
        .upsert_account(given::account(&user.id))
        .await;
    first.rollback().await.expect("the rollback");

    let second = given
        .pool
        .connection()
        .begin()
        .await
        .expect("a transaction");
    let upsert = given
        .store
        .on(&second)
        .upsert_account(given::account(&user.id))
        .await;
    second.commit().await.expect("the commit");

    assert_eq!(kind(failed), Some(ErrorKind::Internal));
    upsert.expect("the second text");
    assert_eq!(given.rows().await.accounts.len(), 1);
}
