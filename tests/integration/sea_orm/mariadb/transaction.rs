//! Inside a transaction of the caller.

use std::time::Duration;

use authjs_adapter::{
    Accounts as _, Adapter as _, EmailSignIn, ErrorKind, HashedToken, Outcome, Patch, Result,
    Session, SignIn as _, SignInWithEmail, Unique, User, UserPatch, VerificationToken,
};
use authjs_conformance::start;
use authjs_tests::MariadbDatabase;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, TransactionTrait as _};
use sqlx::Executor as _;

use crate::sea_orm::given::{self, Given, ada, grace, kind};

type Mariadb = Given<MariadbDatabase>;

async fn begin(given: &Mariadb) -> DatabaseTransaction {
    let transaction = given.pool.connection().begin().await;
    transaction.expect("a transaction begins")
}

#[tokio::test]
async fn work_is_invisible_outside_until_the_commit() {
    let given = Mariadb::migrated().await;
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
    let given = Mariadb::migrated().await;
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
    let given = Mariadb::migrated().await;
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
    transaction.commit().await.expect("the commit");
    assert_eq!(given.rows().await.sessions.len(), 1);
}

/// The account is another's: the user was already written when that came out. Inside the
/// caller's transaction only the caller can take it back.
#[tokio::test]
async fn after_an_error_the_rollback_leaves_nothing() {
    let given = Mariadb::migrated().await;
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
    let given = Mariadb::migrated().await;
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

#[tokio::test]
async fn a_savepoint_costs_two_statements_more_and_reads_have_none() {
    let given = Mariadb::migrated().await;
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
async fn a_failed_sign_up_outside_a_transaction_leaves_nothing() {
    let given = Mariadb::migrated().await;
    let other = given.grace().await;
    let linked = given.store.link_account(given::account(&other.id)).await;
    linked.expect("the account is new");
    let before = given.rows().await;

    let conflict = given.store.sign_up(given::sign_up("one")).await;

    assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Account)));
    assert_eq!(given.rows().await, before);
}

/// A wait for a lock that takes too long leaves the transaction open on this server: what came
/// before must not be committed by whoever has the connection next.
#[tokio::test]
async fn a_sign_in_that_waited_too_long_for_a_lock_leaves_nothing() {
    let given = Mariadb::migrated().await;
    let known = given.ada().await;
    let link = given::link(start() + TimeDelta::days(1));
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    let before = given.rows().await;
    let mut other = given.database.connect().await;
    other
        .execute("BEGIN; UPDATE users SET name = 'locked'")
        .await
        .expect("the lock");

    let busy = given.store.sign_in_with_email(given::click("one")).await;
    other.execute("ROLLBACK").await.expect("the rollback");

    let busy = busy.expect_err("the row is locked");
    assert_eq!(
        (busy.kind(), busy.outcome()),
        (ErrorKind::Busy, Outcome::NotApplied)
    );
    assert_eq!(given.store.get_user(&known.id).await, Ok(Some(known)));
    assert_eq!(given.rows().await, before);
}

/// The server ends the transaction of one of two that wait for each other, and with it its
/// savepoints: the answer says so, not that the savepoint is missing.
#[tokio::test]
async fn a_deadlock_is_told_as_one_with_savepoints_too() {
    let given = Mariadb::migrated().await;
    let (ada, grace) = (given.ada().await, given.grace().await);
    let renamed = || UserPatch {
        name: Patch::Set("Renamed".to_owned()),
        ..UserPatch::default()
    };
    let (first, second) = (begin(&given).await, begin(&given).await);
    let one = given.store.on(&first).savepoints();
    let two = given.store.on(&second).savepoints();
    one.update_user(&ada.id, renamed()).await.expect("a lock");
    two.update_user(&grace.id, renamed()).await.expect("a lock");

    let (one, two) = tokio::join!(
        one.update_user(&grace.id, renamed()),
        two.update_user(&ada.id, renamed())
    );

    let failed = [kind(one), kind(two)];
    assert!(failed.contains(&Some(ErrorKind::Busy)), "{failed:?}");
    first.rollback().await.expect("the rollback");
    second.rollback().await.expect("the rollback");
    assert_eq!(given.rows().await.users, [ada, grace]);
}

/// A click on the link with this token, in a transaction that lasts until the others wait for it.
async fn click(given: &Mariadb, token: &str) -> Result<EmailSignIn<User, Session>> {
    let transaction = begin(given).await;
    let click = SignInWithEmail {
        token: HashedToken::new(token),
        ..given::click(token)
    };
    let answer = given.store.on(&transaction).sign_in_with_email(click).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let ended = if answer.is_ok() {
        transaction.commit().await
    } else {
        transaction.rollback().await
    };
    ended.expect("the transaction ends");
    answer
}

/// All have looked for the person before one of them stores the person, since the server sleeps
/// in between. The two who are refused share the entry of the address then.
#[tokio::test]
async fn two_first_sign_ins_that_were_refused_find_the_person_both() {
    let given = Mariadb::migrated().await;
    for token in ["one", "two", "three"] {
        let link = VerificationToken {
            token: HashedToken::new(token),
            ..given::link(start() + TimeDelta::days(1))
        };
        let created = given.store.create_verification_token(link).await;
        created.expect("the link is new");
    }
    given.store.inspect().await.expect("the catalog");
    let mut other = given.database.connect().await;
    other
        .execute("CREATE TRIGGER slow BEFORE INSERT ON users FOR EACH ROW DO SLEEP(0.3)")
        .await
        .expect("the trigger");

    let (one, two, three) = tokio::join!(
        click(&given, "one"),
        click(&given, "two"),
        click(&given, "three")
    );

    let created = [one, two, three].map(|answer| given::signed_in(answer).1);
    let creators = created.iter().filter(|created| **created);
    assert_eq!(creators.count(), 1, "{created:?}");
    let rows = given.rows().await;
    assert_eq!((rows.users.len(), rows.sessions.len()), (1, 3));
}
