//! MariaDB, whose message of a conflict quotes the value: its own errors, those of triggers,
//! checks and keys of the application, locks, deadlines, refused and lost connections.

use std::time::Duration;

use authjs_adapter::ErrorKind;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{MariadbDatabase, canary};
use sea_orm::TransactionTrait as _;
use sqlx::{AssertSqlSafe, Executor as _};

use super::calls::everything;
use super::{assert_silent, listen, options, stores};

const HEARD: [&str; 2] = ["span authjs", "event authjs"];

/// The tables, each with a column that is a secret.
const SECRETS: [(&str, &str); 4] = [
    ("users", "email"),
    ("accounts", "access_token"),
    ("sessions", "`sessionToken`"),
    ("verification_token", "token"),
];

/// Calls everything in both modes on a migrated database after these statements.
async fn after(statements: &[String], expected: ErrorKind) {
    let database = MariadbDatabase::migrated().await;
    let mut raw = database.connect().await;
    for statement in statements {
        let told = raw
            .execute(sqlx::raw_sql(AssertSqlSafe(statement.clone())))
            .await;
        told.expect("the statements are right");
    }
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
    after(&[], ErrorKind::UserMissing).await;
}

#[tokio::test]
async fn nothing_is_told_in_a_transaction_of_the_caller() {
    let capture = listen();
    let database = MariadbDatabase::migrated().await;
    let (pool, stores) = stores(&capture, &database).await;

    for store in &stores {
        let transaction = pool.connection().begin().await.expect("a transaction");
        everything(&store.on(&transaction).savepoints(), &capture).await;
        everything(&store.on(&transaction), &capture).await;
        transaction.rollback().await.expect("a rollback");
    }

    assert_silent(&capture, &HEARD);
}

/// The message of the error holds the row.
#[tokio::test]
async fn nothing_is_told_when_a_trigger_raises_the_row() {
    let triggers = SECRETS.map(|(table, column)| {
        format!(
            "CREATE TRIGGER told_{table} BEFORE INSERT ON {table} FOR EACH ROW BEGIN \
             DECLARE told VARCHAR(128) DEFAULT left(concat('not ', NEW.{column}), 128); \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = told; END"
        )
    });
    after(&triggers, ErrorKind::Internal).await;
}

/// The message looks like that of a unique key, with the row for its name.
#[tokio::test]
async fn nothing_is_told_when_a_trigger_imitates_a_conflict() {
    let triggers = SECRETS.map(|(table, column)| {
        format!(
            "CREATE TRIGGER told_{table} BEFORE INSERT ON {table} FOR EACH ROW BEGIN \
             DECLARE told VARCHAR(128) DEFAULT left(concat('Duplicate entry ''', NEW.{column}, \
             ''' for key ''', NEW.{column}, ''''), 128); \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = told; END"
        )
    });
    after(&triggers, ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_when_a_constraint_of_the_application_is_violated() {
    let statements = [
        format!(
            "ALTER TABLE accounts ADD CONSTRAINT no_bird CHECK (access_token NOT LIKE '{}%')",
            canary("")
        ),
        "ALTER TABLE sessions ADD COLUMN tenant INT NOT NULL".to_owned(),
        "ALTER TABLE users ADD UNIQUE KEY one_name (name)".to_owned(),
        "CREATE TRIGGER told BEFORE INSERT ON verification_token FOR EACH ROW \
         SET NEW.expires = NEW.identifier"
            .to_owned(),
    ];
    after(&statements, ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_without_tables() {
    let drop = "DROP TABLE authenticators, sessions, accounts, verification_token, users";
    after(&[drop.to_owned()], ErrorKind::Internal).await;
}

#[tokio::test]
async fn nothing_is_told_while_rows_are_locked_or_the_deadline_passes() {
    let capture = listen();
    let database = MariadbDatabase::migrated().await;
    let mut other = database.connect().await;
    let lock = "LOCK TABLES users WRITE, accounts WRITE, sessions WRITE, \
         verification_token WRITE, authenticators WRITE";
    let pool = Pool::connect(options(&database))
        .await
        .expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.inspect().await.expect("the catalog is not locked");
    other
        .execute(sqlx::raw_sql(lock))
        .await
        .expect("the locks are free");
    let hasty = store.clone().with_deadline(Duration::from_millis(20));

    let late = everything(&hasty, &capture).await;

    assert!(late.have(ErrorKind::Unavailable), "{late:?}");
    assert_silent(&capture, &HEARD);
}

/// The URL with another user and database.
fn elsewhere(database: &MariadbDatabase, user: &str, name: &str) -> String {
    let url = database.url();
    let (_, place) = url.split_once("://").expect("a URL");
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    let authority = place.split('/').next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!(
        "mysql://{user}:{}@{host}/{name}?{query}",
        canary("password")
    )
}

#[tokio::test]
async fn nothing_is_told_when_the_server_refuses_the_user() {
    let capture = listen();
    let database = MariadbDatabase::empty().await;
    let url = elsewhere(&database, &canary("user"), &canary("database"));
    let options = ConnectOptions::from_url(&url).expect("a URL");
    let options = options.acquire_timeout(Duration::from_millis(200));
    let later = Pool::per_request(options.clone()).expect("a pool that connects later");
    let store = SeaOrmAdapter::shared_with_authjs(later);

    let error = Pool::connect(options).await.expect_err("nobody is let in");
    capture.error("connect", &error);
    let errors = everything(&store, &capture).await;

    assert_eq!(error, ConnectError::Authentication);
    assert!(errors.have(ErrorKind::Unavailable), "{errors:?}");
    assert_silent(&capture, &["connect", "span authjs"]);
}
