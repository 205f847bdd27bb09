//! Defects that were found and mended: each of these failed once.

use authjs_adapter::{
    AccountKey, Accounts as _, Adapter as _, ErrorKind, Housekeeping as _, NewSession, NewUser,
    Patch, Purged, SessionAdmin as _, SessionToken, UserId, UserPatch,
};
use authjs_sea_orm::ConnectOptions;
use authjs_tests::{SqliteDatabase, at_most};
use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::sea_orm::given::{Given, ada, grace, kind};
use crate::sea_orm::stock::Stock as _;

type Sqlite = Given<SqliteDatabase>;

/// More polls than a write under a savepoint takes.
const POLLS: usize = 8;
/// Enough for some at each await.
const DROPPED: usize = 5 * POLLS;
/// The thread of a connection may answer during the poll that asks: then nothing is dropped.
const ROUNDS: usize = 10_000;

async fn begin(given: &Sqlite) -> DatabaseTransaction {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = given.pool.connection().begin_with_options(options).await;
    transaction.expect("a transaction begins")
}

/// Creates Ada, drops creations at each of their awaits, and creates Grace. Each is another
/// adapter's: one that was left half-way refuses to write.
async fn drop_between_two_writes(given: &Sqlite, transaction: &DatabaseTransaction) {
    let inside = || given.store.on(transaction).savepoints();
    inside().create_user(ada()).await.expect("Ada is new");
    let mut dropped = 0;
    for round in 0..ROUNDS {
        let inside = inside();
        let creation = at_most(1 + round % POLLS, inside.create_user(NewUser::default())).await;
        dropped += usize::from(creation.is_none());
        if dropped == DROPPED {
            break;
        }
    }
    inside().create_user(grace()).await.expect("Grace is new");
    assert_eq!(dropped, DROPPED);
}

#[tokio::test]
async fn the_commit_keeps_what_was_written_around_a_dropped_operation() {
    let given = Sqlite::migrated().await;
    let transaction = begin(&given).await;

    drop_between_two_writes(&given, &transaction).await;
    transaction.commit().await.expect("the commit");

    // Whether a dropped creation was done is not known; those have no address.
    let users = given.rows().await.users;
    let kept: Vec<_> = users.into_iter().filter_map(|user| user.email).collect();
    assert_eq!(kept, ["ada@example.com", "grace@example.com"]);
}

#[tokio::test]
async fn the_rollback_leaves_nothing_of_what_was_written_around_a_dropped_operation() {
    let given = Sqlite::migrated().await;
    let transaction = begin(&given).await;

    drop_between_two_writes(&given, &transaction).await;
    transaction.rollback().await.expect("the rollback");

    assert_eq!(given.rows().await.users, []);
}

#[tokio::test]
async fn a_foreign_key_of_the_application_does_not_mean_that_the_user_is_missing() {
    let given = Sqlite::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    given
        .database
        .execute(
            "CREATE TABLE posts (session INTEGER REFERENCES sessions (id),
                author TEXT REFERENCES users (email));
            INSERT INTO posts SELECT id, 'ada@example.com' FROM sessions;
            CREATE TABLE tenants (id INTEGER PRIMARY KEY);
            INSERT INTO tenants VALUES (7);
            PRAGMA foreign_keys = OFF;
            ALTER TABLE users ADD COLUMN tenant INTEGER DEFAULT 7 REFERENCES tenants (id);
            DELETE FROM tenants",
        )
        .await;
    let before = given.rows().await;
    let moved = UserPatch {
        email: Patch::Set("lovelace@example.com".to_owned()),
        ..UserPatch::default()
    };

    let kinds = [
        kind(given.store.delete_session(&"token".into()).await),
        kind(given.store.revoke_all(&user.id, None).await),
        kind(given.store.update_user(&user.id, moved).await),
        kind(given.store.create_user(grace()).await),
    ];

    assert_eq!(kinds, [Some(ErrorKind::Internal); 4]);
    assert_eq!(given.rows().await, before);
}

const SNAKE_CASE: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, email_verified TEXT,
        image TEXT);
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, user_id INTEGER, type TEXT, provider TEXT,
        provider_account_id TEXT, refresh_token TEXT, access_token TEXT, expires_at BIGINT,
        id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
    CREATE TABLE sessions (id INTEGER PRIMARY KEY, user_id INTEGER, expires TEXT,
        session_token TEXT);
    CREATE TABLE verification_token (identifier TEXT, expires TEXT, token TEXT,
        PRIMARY KEY (identifier, token));
    INSERT INTO users (id) VALUES (1);
    INSERT INTO accounts (user_id, type, provider, provider_account_id)
        VALUES (1, 'oauth', 'github', '42');
    INSERT INTO sessions (user_id, expires, session_token)
        VALUES (1, '2099-01-01T00:00:00+00:00', 'token');
";

/// SQLite takes a quoted name that is no column for a text, so that nothing would match.
#[tokio::test]
async fn columns_of_other_names_are_an_error_and_not_an_empty_table() {
    let database = SqliteDatabase::empty();
    database.execute(SNAKE_CASE).await;
    let given = Sqlite::on(database).await;
    let store = &given.store;
    let (user, token) = (UserId::from(1), SessionToken::new("token"));
    let account = AccountKey {
        provider: "github",
        provider_account_id: "42",
    };

    let kinds = [
        kind(store.delete_session(&token).await),
        kind(store.list_sessions(&user).await),
        kind(store.revoke_all(&user, None).await),
        kind(store.get_account(account).await),
        kind(store.list_accounts(&user).await),
        kind(store.unlink_account(account).await),
    ];

    assert_eq!(kinds, [Some(ErrorKind::Internal); 6]);
}

#[tokio::test]
async fn at_the_end_of_time_a_session_is_expired() {
    let given = Sqlite::migrated().await;
    let user = given.ada().await;
    let session = NewSession {
        session_token: SessionToken::new("token"),
        user_id: user.id,
        expires: "2030-01-01T00:00:00Z".parse().expect("a time"),
    };
    given
        .store
        .create_session(session)
        .await
        .expect("it is new");
    given.clock.set(DateTime::<Utc>::MAX_UTC);

    let found = given.store.get_session_and_user(&"token".into()).await;

    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn at_the_beginning_of_time_nothing_is_purged() {
    let given = Sqlite::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    given.clock.set(DateTime::<Utc>::MIN_UTC);
    let before = given.rows().await;

    let purged = given.store.purge_expired(10).await;

    assert_eq!(purged, Ok(Purged::default()));
    assert_eq!(given.rows().await, before);
}

/// Each connection would have a database of its own.
#[test]
fn memory_under_the_name_of_a_file_is_refused() {
    let options = ConnectOptions::from_url("sqlite:file::memory:");

    assert!(options.is_err());
}
