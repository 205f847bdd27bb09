//! SQLite: its own errors, those of triggers and checks of the application, rows that cannot be
//! read, locks.

use std::time::Duration;

use authjs_adapter::ErrorKind;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{SqliteDatabase, canary};
use sea_orm::TransactionTrait as _;
use sqlx::{AssertSqlSafe, Executor as _};

use super::calls::everything;
use super::{assert_silent, listen, options, stores};

const HEARD: [&str; 3] = ["span authjs", "event authjs", "span sea_orm"];

/// The tables whose new rows a trigger refuses, each with a column that is a secret.
const SECRETS: [(&str, &str); 4] = [
    ("users", "email"),
    ("accounts", "access_token"),
    ("sessions", "sessionToken"),
    ("verification_token", "token"),
];

/// Calls everything in both modes on a migrated database after these statements.
async fn after(statements: String, expected: ErrorKind) {
    let database = SqliteDatabase::migrated().await;
    let mut raw = database.connect().await;
    let told = raw.execute(AssertSqlSafe(statements)).await;
    told.expect("the statements are right");
    let capture = listen();
    let (_pool, stores) = stores(&capture, &database).await;

    for store in &stores {
        capture.debug("store", store);
        let errors = everything(store, &capture).await;
        assert!(errors.have(expected), "{errors:?}");
    }

    assert_silent(&capture, &HEARD);
}

#[tokio::test]
async fn nothing_is_told_when_all_goes_well_or_is_refused() {
    let user_missing = ErrorKind::UserMissing;
    after("SELECT 1".to_owned(), user_missing).await;
}

#[tokio::test]
async fn nothing_is_told_in_a_transaction_of_the_caller() {
    let capture = listen();
    let database = SqliteDatabase::migrated().await;
    let (pool, stores) = stores(&capture, &database).await;

    for store in &stores {
        let transaction = pool.connection().begin().await.expect("a transaction");
        everything(&store.on(&transaction), &capture).await;
        everything(&store.on(&transaction).savepoints(), &capture).await;
        transaction.rollback().await.expect("a rollback");
    }

    assert_silent(&capture, &HEARD);
}

/// The message of the error holds the row.
#[tokio::test]
async fn nothing_is_told_when_a_trigger_raises_the_row() {
    let triggers = SECRETS.iter().map(|(table, column)| {
        format!(
            "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} BEGIN \
             SELECT RAISE(ABORT, 'not ' || NEW.\"{column}\"); END;"
        )
    });
    after(triggers.collect(), ErrorKind::Internal).await;
}

/// The message looks like that of a unique constraint, with the row for a column.
#[tokio::test]
async fn nothing_is_told_when_a_trigger_imitates_a_constraint() {
    let triggers = SECRETS.iter().map(|(table, column)| {
        format!(
            "CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} BEGIN \
             SELECT RAISE(ABORT, 'UNIQUE constraint failed: ' || NEW.\"{column}\"); END;"
        )
    });
    after(triggers.collect(), ErrorKind::Internal).await;
}

/// Constraints that the application added to the tables.
#[tokio::test]
async fn nothing_is_told_when_a_constraint_of_the_application_is_violated() {
    let statements = format!(
        "ALTER TABLE users ADD COLUMN tenant TEXT CHECK (name NOT LIKE '{}%');
         CREATE UNIQUE INDEX one_name ON users (name);
         CREATE TRIGGER tenant AFTER INSERT ON sessions BEGIN \
         INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\") \
         VALUES (-1, NEW.\"sessionToken\", NEW.\"sessionToken\", NEW.\"sessionToken\"); END;",
        &canary("name")[..5]
    );
    after(statements, ErrorKind::Internal).await;
}

/// No column has a type that is kept, and each holds a secret where a date or number belongs.
#[tokio::test]
async fn nothing_is_told_when_a_row_cannot_be_read() {
    let database = SqliteDatabase::empty();
    let mut raw = database.connect().await;
    let email = canary("email") + "@example.com";
    let [date, token] = ["date", "session-token"].map(canary);
    let tables = format!(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, \
         \"emailVerified\" TEXT, image TEXT);
         CREATE TABLE sessions (id INTEGER PRIMARY KEY, \"userId\" TEXT, expires TEXT, \
         \"sessionToken\" TEXT);
         CREATE TABLE accounts (id INTEGER PRIMARY KEY, \"userId\" TEXT, type TEXT, \
         provider TEXT, \"providerAccountId\" TEXT, refresh_token TEXT, access_token TEXT, \
         expires_at TEXT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
         CREATE TABLE verification_token (identifier TEXT, expires TEXT, token TEXT);
         INSERT INTO users VALUES (1, x'ff6b616e617269656e766f67656c', '{email}', '{date}', NULL);
         INSERT INTO sessions VALUES (1, '1', '{date}', '{token}');
         INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\", expires_at) \
         VALUES ('{date}', x'ff', 'nebensache-provider', '{}', '{date}');
         INSERT INTO verification_token VALUES ('{email}', '{date}', '{}');",
        canary("provider-account-id"),
        canary("verification-token"),
    );
    let made = raw.execute(AssertSqlSafe(tables)).await;
    made.expect("the tables are right");
    let capture = listen();
    let (_pool, [store, _]) = stores(&capture, &database).await;

    let errors = everything(&store, &capture).await;

    assert!(errors.have(ErrorKind::Internal), "{errors:?}");
    assert_silent(&capture, &HEARD);
}

#[tokio::test]
async fn nothing_is_told_while_the_database_is_locked() {
    let capture = listen();
    let database = SqliteDatabase::migrated().await;
    let mut other = database.connect().await;
    other
        .execute("BEGIN IMMEDIATE")
        .await
        .expect("the lock is free");
    let moment = Duration::from_millis(1);
    let options = options(&database).timeouts(moment, moment);
    let pool = Pool::connect(options).await.expect("reading needs no lock");
    let store = SeaOrmAdapter::shared_with_authjs(pool);

    let errors = everything(&store, &capture).await;

    assert!(errors.have(ErrorKind::Busy), "{errors:?}");
    assert_silent(&capture, &HEARD);
}

#[tokio::test]
async fn nothing_is_told_without_tables_or_without_a_file() {
    let capture = listen();
    let database = SqliteDatabase::empty();
    let (_pool, [store, _]) = stores(&capture, &database).await;
    let file = format!("sqlite:/{}/{}.db", canary("folder"), canary("file"));
    let nowhere = ConnectOptions::from_url(&file).expect("a URL");
    let nowhere = Pool::per_request(nowhere).expect("a pool that connects later");
    let nowhere = SeaOrmAdapter::standalone(nowhere);

    let without_tables = everything(&store, &capture).await;
    let without_file = everything(&nowhere, &capture).await;

    assert!(without_tables.have(ErrorKind::Internal));
    assert!(without_file.have(ErrorKind::Unavailable));
    assert_silent(&capture, &HEARD);
}
