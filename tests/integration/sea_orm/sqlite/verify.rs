//! What is missing or wrong is named (P31).

use authjs_sea_orm::{Pool, SeaOrmAdapter, verify};
use authjs_tests::SqliteDatabase;
use sqlx::sqlite::SqliteConnectOptions;

use crate::sea_orm::given::Given;
use crate::sea_orm::stock::Stock as _;

type Sqlite = Given<SqliteDatabase>;

/// What is found, in short.
async fn found(pool: impl Into<Pool>) -> Vec<String> {
    let findings = verify(pool).await.expect("the catalog can be read");
    let short = findings.iter().map(|finding| {
        let (kind, table) = (finding.kind(), finding.table().unwrap_or("-"));
        format!("{kind:?} {table} {}", finding.columns().join(", "))
    });
    short.collect()
}

#[tokio::test]
async fn in_a_migrated_database_nothing_is_wrong() {
    let given = Sqlite::migrated().await;

    assert_eq!(found(&given.pool).await, [""; 0]);
    given.store.strict().await.expect("nothing is wrong");
}

#[tokio::test]
async fn what_other_tables_lack_is_named() {
    let given = Sqlite::stock(
        "CREATE UNIQUE INDEX a ON users (email COLLATE NOCASE);
        CREATE INDEX b ON sessions (\"userId\", expires)",
    )
    .await;

    let found = found(&given.pool).await;

    assert_eq!(
        found,
        [
            "InexactCollation users email",
            "MissingUnique accounts provider, providerAccountId",
            "MissingCascade accounts userId",
            "MissingIndex accounts userId",
            "MissingUnique sessions sessionToken",
            "MissingCascade sessions userId",
            "MissingIndex sessions expires",
            "MissingIndex verification_token expires",
            "MissingUnique authenticators credentialID",
            "MissingCascade authenticators userId",
        ]
    );
    given.store.strict().await.expect_err("much is missing");
}

/// An index says nothing of a column without one, and one of its own collation nothing of the
/// column's.
#[tokio::test]
async fn a_column_that_takes_addresses_for_equal_is_named_whatever_its_index_does() {
    let given = Sqlite::migrated().await;
    given
        .database
        .execute(
            "ALTER TABLE users DROP COLUMN image;
            DROP TABLE verification_token;
            CREATE TABLE verification_token (identifier TEXT NOT NULL COLLATE RTRIM,
                expires TEXT NOT NULL, token TEXT NOT NULL,
                PRIMARY KEY (identifier COLLATE BINARY, token));
            CREATE INDEX a ON verification_token (expires);
            DROP INDEX authjs_users_email_key;
            ALTER TABLE users DROP COLUMN email;
            ALTER TABLE users ADD COLUMN email TEXT COLLATE NOCASE;
            CREATE UNIQUE INDEX b ON users (email COLLATE BINARY);",
        )
        .await;

    assert_eq!(
        found(&given.pool).await,
        [
            "MissingColumn users image",
            "InexactCollation users email",
            "InexactCollation verification_token identifier",
        ]
    );
    let unfit = given
        .store
        .strict()
        .await
        .expect_err("two keys are inexact");
    assert!(unfit.to_string().contains("collat"), "{unfit}");
}

#[tokio::test]
async fn ids_that_are_texts_and_columns_that_are_not_there_are_named() {
    let given = Sqlite::on(SqliteDatabase::empty()).await;
    given
        .database
        .execute(
            "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, email TEXT UNIQUE, image TEXT)",
        )
        .await;

    let found = found(&given.pool).await;

    assert_eq!(
        found,
        [
            "WrongType users id",
            "MissingColumn users emailVerified",
            "MissingTable accounts ",
            "MissingTable sessions ",
            "MissingTable verification_token ",
            "MissingTable authenticators ",
        ]
    );
}

#[tokio::test]
async fn a_pool_of_the_application_that_does_not_enforce_foreign_keys_is_found() {
    let given = Sqlite::migrated().await;
    let file = given.database.url();
    let file = file
        .trim_start_matches("sqlite://")
        .trim_end_matches("?mode=rwc");
    let options = SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false);
    let own = sqlx::SqlitePool::connect_with(options).await;
    let own = sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(own.expect("it is there"));

    let found = found(own.clone()).await;

    assert_eq!(
        found,
        [
            "MissingCascade accounts userId",
            "MissingCascade sessions userId",
            "MissingCascade authenticators userId",
            "ForeignKeysOff - ",
        ]
    );
    let unfit = SeaOrmAdapter::standalone(own).strict().await;
    unfit.expect_err("foreign keys are off");
}
