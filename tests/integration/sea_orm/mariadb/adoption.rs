//! The constraints come and go while the adapter runs.

use authjs_adapter::{
    Accounts as _, Adapter as _, EmailSignIn, ErrorKind, Result, Session, SignIn as _, Unique, User,
};
use authjs_conformance::start;
use authjs_tests::MariadbDatabase;
use chrono::TimeDelta;

use crate::sea_orm::given::{self, Given, ada, kind, signed_in};
use crate::sea_orm::stock::Stock as _;

type Mariadb = Given<MariadbDatabase>;

/// The constraints that make a database safe, under names of the customer's choosing.
const CONSTRAINTS: &str = r#"
    CREATE UNIQUE INDEX one_person_per_address ON users (email);
    ALTER TABLE accounts ADD CONSTRAINT "who's account" UNIQUE ("providerAccountId", provider);
    CREATE UNIQUE INDEX "Sessions.Token" ON sessions ("sessionToken");
    ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
    ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
"#;

/// More than enough for two of them to meet between look and insert.
const CALLERS: usize = 8;

async fn enter(given: &Mariadb, token: &str) -> Result<EmailSignIn<User, Session>> {
    let link = given::link(start() + TimeDelta::days(1));
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    given.store.sign_in_with_email(given::click(token)).await
}

/// One thing of each kind is done before and after.
async fn everything_works(given: &Mariadb, suffix: &str) {
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
    let given = Mariadb::stock_known("").await;

    everything_works(&given, "stock").await;
    given.database.execute(CONSTRAINTS).await;
    everything_works(&given, "adopted").await;
}

#[tokio::test]
async fn conflicts_with_constraints_that_came_later_are_told_apart() {
    let given = Mariadb::stock_known("").await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_upserts_after_the_adoption_make_one_row() {
    let given = Mariadb::stock_known("").await;
    let user = given.ada().await;
    given.database.execute(CONSTRAINTS).await;

    let tasks: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, account) = (given.store.clone(), given::account(&user.id));
            tokio::spawn(async move { store.upsert_account(account).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.expect("no panic").is_ok());
    }

    assert!(done > 0, "nobody succeeded");
    assert_eq!(given.rows().await.accounts.len(), 1);
}

#[tokio::test]
async fn a_running_adapter_survives_the_loss_of_its_constraints() {
    let given = Mariadb::migrated().await;
    given.store.inspect().await.expect("the catalog");
    everything_works(&given, "before").await;

    given
        .database
        .execute(
            "ALTER TABLE users DROP KEY authjs_users_email_key;
            ALTER TABLE accounts DROP KEY authjs_accounts_provider_account_key;
            ALTER TABLE sessions DROP KEY authjs_sessions_session_token_key",
        )
        .await;

    everything_works(&given, "after").await;
}

/// A first sign-in whose address somebody else takes in the middle finds that person.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_first_sign_ins_make_one_person_and_no_error() {
    let given = Mariadb::migrated().await;
    given.store.inspect().await.expect("the catalog");
    for caller in 0..CALLERS {
        let mut link = given::link(start() + TimeDelta::days(1));
        link.token = format!("hash-{caller}").into();
        let created = given.store.create_verification_token(link).await;
        created.expect("the link is new");
    }

    let tasks: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let store = given.store.clone();
            let mut click = given::click(&format!("session-{caller}"));
            click.token = format!("hash-{caller}").into();
            tokio::spawn(async move { store.sign_in_with_email(click).await })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        let (_, is_new) = signed_in(task.await.expect("no panic"));
        new += usize::from(is_new);
    }

    assert_eq!(new, 1);
    let rows = given.rows().await;
    assert_eq!((rows.users.len(), rows.sessions.len()), (1, CALLERS));
    assert_eq!(rows.verification_tokens, []);
}
