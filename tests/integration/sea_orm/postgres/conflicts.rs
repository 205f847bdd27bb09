//! Conflicts are told by the columns of the violated constraint, whatever its name.

use authjs_adapter::{
    Accounts as _, Adapter as _, Authenticators as _, NewUser, SignIn as _, Unique,
};
use authjs_conformance::start;
use authjs_tests::PostgresDatabase;
use chrono::TimeDelta;
use sea_orm::TransactionTrait as _;

use crate::sea_orm::given::{self, Given, ada, conflict, kind, passkey};
use crate::sea_orm::stock::Stock as _;

type Postgres = Given<PostgresDatabase>;

/// All uniques under names that say nothing, or something wrong.
const RENAMED: &str = r#"
    ALTER TABLE users RENAME CONSTRAINT authjs_users_email_key TO "sessionToken";
    ALTER TABLE accounts RENAME CONSTRAINT authjs_accounts_provider_account_key TO "users.email";
    ALTER TABLE sessions RENAME CONSTRAINT authjs_sessions_session_token_key TO "x y'z";
    ALTER TABLE verification_token RENAME CONSTRAINT verification_token_pkey TO email;
    ALTER TABLE authenticators DROP CONSTRAINT authjs_authenticators_credential_id_key;
    CREATE UNIQUE INDEX "Schlüssel" ON authenticators ("credentialID");
"#;

async fn renamed() -> Postgres {
    let given = Postgres::migrated().await;
    given.database.execute(RENAMED).await;
    given
}

#[tokio::test]
async fn each_conflict_is_told_by_its_columns() {
    let given = renamed().await;
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
async fn a_conflict_is_told_inside_a_transaction_of_the_caller() {
    let given = renamed().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let transaction = given
        .pool
        .connection()
        .begin()
        .await
        .expect("a transaction");

    let session = given::session(&user.id, "token");
    let session = given.store.on(&transaction).create_session(session).await;

    assert_eq!(kind(session), Some(conflict(Unique::SessionToken)));
    transaction.rollback().await.expect("the rollback");
}

#[tokio::test]
async fn a_unique_of_the_application_is_another_conflict() {
    let given = Postgres::migrated().await;
    let index = r#"CREATE UNIQUE INDEX authjs_users_email_key_2 ON users (name);
        CREATE UNIQUE INDEX one_account_per_provider ON accounts ("userId", provider);"#;
    given.database.execute(index).await;
    let user = given.ada().await;
    let store = &given.store;
    store
        .link_account(given::account(&user.id))
        .await
        .expect("new");
    let mut namesake = ada();
    namesake.email = Some("other@example.com".to_owned());
    let mut account = given::account(&user.id);
    account.provider_account_id = "43".to_owned();

    let name = store.create_user(namesake).await;
    let account = store.link_account(account).await;

    assert_eq!(kind(name), Some(conflict(Unique::Other)));
    assert_eq!(kind(account), Some(conflict(Unique::Other)));
}

/// It guarantees nothing, but what it refuses is an address.
#[tokio::test]
async fn a_unique_of_a_part_of_the_rows_is_told_by_its_columns() {
    let given = Postgres::stock("CREATE UNIQUE INDEX part ON users (email) WHERE id > 0").await;
    given.ada().await;

    let conflicting = given.store.create_user(ada()).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Email)));
}

/// The expression of an index is no column: nobody may guess what it is about.
#[tokio::test]
async fn a_unique_of_an_expression_is_another_conflict() {
    let given = Postgres::migrated().await;
    let index = "CREATE UNIQUE INDEX users_email ON users (lower(email))";
    given.database.execute(index).await;
    given.ada().await;
    let mut shouting = ada();
    shouting.email = Some("ADA@EXAMPLE.COM".to_owned());

    let conflicting = given.store.create_user(shouting).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Other)));
}

/// A primary key that a restored dump left behind: not the caller's fault, and no guess.
#[tokio::test]
async fn a_taken_id_is_another_conflict() {
    let given = Postgres::migrated().await;
    given
        .database
        .execute("INSERT INTO users (id) VALUES (1)")
        .await;

    let conflicting = given.store.create_user(ada()).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Other)));
}

#[tokio::test]
async fn an_index_made_while_the_adapter_runs_is_looked_up_at_the_first_conflict() {
    let given = Postgres::stock_known("").await;
    given.ada().await;
    let index = "CREATE UNIQUE INDEX late ON users (email)";
    given.database.execute(index).await;

    let conflicting = given.store.create_user(ada()).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Email)));
}

/// The address and the account of Ada in other letters, where these constraints refuse them.
async fn refuse_other_letters(constraints: &str) {
    let given = Postgres::stock(constraints).await;
    let store = &given.store;
    let victim = NewUser {
        email: Some("Ada@Example.com".to_owned()),
        ..NewUser::default()
    };
    let victim = store.create_user(victim).await.expect("new");
    let mut account = given::account(&victim.id);
    store.link_account(account.clone()).await.expect("new");
    let link = given::link(start() + TimeDelta::days(1));
    store.create_verification_token(link).await.expect("new");
    let before = given.rows().await;
    account.provider = "GitHub".into();
    account.tokens.access_token = Some("new".into());

    let found = store.get_user_by_email("ada@example.com").await;
    let sign_in = store.sign_in_with_email(given::click("new")).await;
    let upserted = store.upsert_account(account).await;

    assert_eq!(found, Ok(None));
    assert_eq!(kind(sign_in), Some(conflict(Unique::Email)));
    assert_eq!(kind(upserted), Some(conflict(Unique::Account)));
    assert_eq!(given.rows().await, before);
    let found = store.get_user_by_email("Ada@Example.com").await;
    assert_eq!(found, Ok(Some(victim)));
}

#[tokio::test]
async fn a_type_without_case_makes_nobody_of_another() {
    refuse_other_letters(
        r#"CREATE EXTENSION citext;
        ALTER TABLE users ALTER email TYPE citext;
        ALTER TABLE accounts ALTER provider TYPE citext;
        CREATE UNIQUE INDEX a ON users (email);
        CREATE UNIQUE INDEX b ON accounts (provider, "providerAccountId")"#,
    )
    .await;
}

/// The columns compare byte for byte, and what guards them does not.
#[tokio::test]
async fn a_unique_of_another_collation_makes_nobody_of_another() {
    refuse_other_letters(
        r#"CREATE COLLATION ci
            (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE UNIQUE INDEX a ON users (email COLLATE ci);
        CREATE UNIQUE INDEX b ON accounts (provider COLLATE ci, "providerAccountId")"#,
    )
    .await;
}
