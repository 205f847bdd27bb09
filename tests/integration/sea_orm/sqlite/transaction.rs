//! Inside a transaction of the caller.

use authjs_adapter::{Adapter as _, DriverError, ErrorKind, Outcome, SignIn as _, Unique};
use authjs_tests::{SqliteDatabase, at_most};
use sea_orm::{DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::sea_orm::given::{self, Given, grace, kind};

type Sqlite = Given<SqliteDatabase>;

/// More polls than a sign-up takes.
const MOST_POLLS: usize = 12;
/// Sign-ups that are dropped, or end before.
const TRIES: usize = 48;

async fn begin(given: &Sqlite) -> DatabaseTransaction {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = given.pool.connection().begin_with_options(options).await;
    transaction.expect("a transaction begins")
}

#[tokio::test]
async fn a_sign_up_is_invisible_outside_until_the_commit() {
    let given = Sqlite::migrated().await;
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let signed_up = given
        .store
        .on(&transaction)
        .sign_up(given::sign_up("one"))
        .await;

    let signed_up = signed_up.expect("Ada is new");
    assert_eq!(given.rows().await, before);
    transaction.commit().await.expect("the commit");
    let rows = given.rows().await;
    assert_eq!(rows.users, [signed_up.user]);
    assert_eq!(rows.accounts, [signed_up.account]);
    assert_eq!(rows.sessions, [signed_up.session]);
}

#[tokio::test]
async fn nothing_is_left_of_a_sign_up_after_the_rollback() {
    let given = Sqlite::migrated().await;
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let signed_up = given
        .store
        .on(&transaction)
        .sign_up(given::sign_up("one"))
        .await;

    signed_up.expect("Ada is new");
    transaction.rollback().await.expect("the rollback");
    assert_eq!(given.rows().await, before);
}

/// The account is another's: the user was already written when that came out. Inside the
/// caller's transaction only the caller can take it back.
#[tokio::test]
async fn after_an_error_the_rollback_leaves_nothing() {
    let given = Sqlite::migrated().await;
    let other = given.grace().await;
    let linked = given.store.link_account(given::account(&other.id)).await;
    linked.expect("the account is new");
    let before = given.rows().await;
    let transaction = begin(&given).await;

    let conflict = given
        .store
        .on(&transaction)
        .sign_up(given::sign_up("one"))
        .await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Account)));
    transaction.rollback().await.expect("the rollback");
    assert_eq!(given.rows().await, before);
}

#[tokio::test]
async fn with_savepoints_a_failed_sign_up_leaves_nothing_and_the_caller_goes_on() {
    let given = Sqlite::migrated().await;
    let known = given.ada().await;
    let linked = given.store.link_account(given::account(&known.id)).await;
    let transaction = begin(&given).await;
    let mut sign_up = given::sign_up("one");
    sign_up.user.email = Some("other@example.com".to_owned());

    let inside = given.store.on(&transaction).savepoints();
    let conflict = inside.sign_up(sign_up).await;
    let user = inside.create_user(grace()).await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Account)));
    transaction.commit().await.expect("the commit");
    let rows = given.rows().await;
    assert_eq!(rows.users, [known, user.expect("Grace is new")]);
    assert_eq!(rows.accounts, [linked.expect("it was new")]);
    assert_eq!(rows.sessions, []);
}

/// A savepoint does not help a write that nobody waits for any more: whoever goes on is stopped.
#[tokio::test]
async fn with_savepoints_nothing_is_written_after_a_sign_up_that_was_dropped() {
    let mut refused = 0;
    // SQLite's thread may answer before it is asked again: how many polls it takes is chance.
    for polls in (1..=MOST_POLLS).cycle().take(TRIES) {
        let given = Sqlite::migrated().await;
        given.store.inspect().await.expect("the catalog");
        let transaction = begin(&given).await;
        let inside = given.store.on(&transaction).savepoints();

        let ended = at_most(polls, inside.sign_up(given::sign_up("one"))).await;
        let next = inside.create_user(grace()).await;

        let Some(ended) = ended else {
            if let Err(error) = next {
                refused += 1;
                assert_eq!(error.kind(), ErrorKind::Internal);
                assert_eq!(error.outcome(), Outcome::NotApplied);
                assert_eq!(error.driver().map(DriverError::code), Some("savepoint"));
                transaction.rollback().await.expect("the rollback");
            } else {
                // Dropped before its savepoint was set.
                transaction.commit().await.expect("the commit");
                assert_eq!(given.rows().await.sessions, []);
                assert_eq!(given.rows().await.users.len(), 1);
            }
            continue;
        };
        ended.expect("it was not dropped");
        next.expect("Grace is new");
    }
    assert!(refused > 0, "none was dropped in its savepoint");
}

#[tokio::test]
async fn a_failed_sign_up_outside_a_transaction_leaves_nothing() {
    let given = Sqlite::migrated().await;
    let other = given.grace().await;
    let linked = given.store.link_account(given::account(&other.id)).await;
    linked.expect("the account is new");
    let before = given.rows().await;

    let conflict = given.store.sign_up(given::sign_up("one")).await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Account)));
    assert_eq!(given.rows().await, before);
}
