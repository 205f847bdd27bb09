//! Conflicts are told by the columns of the violated constraint, whatever its name.

use authjs_adapter::{Accounts as _, Adapter as _, Authenticators as _, SignIn as _, Unique};
use authjs_conformance::start;
use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::{self, Given, ada, conflict, kind, passkey};
use crate::sea_orm::stock::Stock as _;

type Sqlite = Given<SqliteDatabase>;

#[tokio::test]
async fn each_conflict_is_told_by_its_columns() {
    let given = Sqlite::stock(
        r#"CREATE UNIQUE INDEX "sessions.sessionToken" ON users (email);
        CREATE UNIQUE INDEX "a, b" ON accounts ("providerAccountId", provider);
        CREATE UNIQUE INDEX email ON sessions ("sessionToken");
        CREATE UNIQUE INDEX c ON authenticators ("credentialID");"#,
    )
    .await;
    let store = &given.store;
    let user = given.ada().await;
    given.session(&user, "token").await;
    store
        .link_account(given::account(&user.id))
        .await
        .expect("new");
    let link = given::link(start());
    store
        .create_verification_token(link.clone())
        .await
        .expect("new");
    let passkey = passkey(&user.id, "key");
    store
        .create_authenticator(passkey.clone())
        .await
        .expect("new");

    let email = store.create_user(ada()).await;
    let account = store.link_account(given::account(&user.id)).await;
    let session = store
        .create_session(given::session(&user.id, "token"))
        .await;
    let link = store.create_verification_token(link).await;
    let credential = store.create_authenticator(passkey).await;
    let sign_up = store.sign_up(given::sign_up("token")).await;

    assert_eq!(kind(email), Some(conflict(Unique::Email)));
    assert_eq!(kind(account), Some(conflict(Unique::Account)));
    assert_eq!(kind(session), Some(conflict(Unique::SessionToken)));
    assert_eq!(kind(link), Some(conflict(Unique::VerificationToken)));
    assert_eq!(kind(credential), Some(conflict(Unique::Credential)));
    assert_eq!(kind(sign_up), Some(conflict(Unique::Email)));
}

#[tokio::test]
async fn a_unique_of_the_application_is_another_conflict() {
    let given = Sqlite::migrated().await;
    let index = "CREATE UNIQUE INDEX own ON users (name)";
    given.database.execute(index).await;
    given.ada().await;
    let mut namesake = ada();
    namesake.email = None;

    let conflicting = given.store.create_user(namesake).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Other)));
}

/// The message names such an index instead of columns; its name may look like a column.
#[tokio::test]
async fn a_unique_of_an_expression_is_another_conflict() {
    let given = Sqlite::migrated().await;
    let index = r#"CREATE UNIQUE INDEX "users.email" ON users (lower(email))"#;
    given.database.execute(index).await;
    given.ada().await;
    let mut shouting = ada();
    shouting.email = Some("ADA@EXAMPLE.COM".to_owned());

    let conflicting = given.store.create_user(shouting).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Other)));
}

/// The columns compare byte for byte, and the constraint does not: the row that it guards is another
/// account.
#[tokio::test]
async fn an_upsert_that_a_unique_without_case_refuses_changes_nothing() {
    let given = Sqlite::stock(
        r#"CREATE UNIQUE INDEX a ON accounts
            (provider COLLATE NOCASE, "providerAccountId" COLLATE NOCASE)"#,
    )
    .await;
    let user = given.ada().await;
    let mut account = given::account(&user.id);
    given
        .store
        .link_account(account.clone())
        .await
        .expect("new");
    let before = given.rows().await;
    account.provider = "GitHub".to_owned();
    account.tokens.access_token = Some("new".into());

    let refused = given.store.upsert_account(account).await;

    assert_eq!(kind(refused), Some(conflict(Unique::Account)));
    assert_eq!(given.rows().await, before);
}
