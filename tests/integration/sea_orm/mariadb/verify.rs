//! What is missing or wrong is named (P31).

use authjs_adapter::Adapter as _;
use authjs_sea_orm::{ConnectOptions, Finding, Pool, SeaOrmAdapter, Unfit, verify};
use authjs_tests::MariadbDatabase;

use crate::sea_orm::given::{Given, ada};
use crate::sea_orm::stock::Stock as _;

type Mariadb = Given<MariadbDatabase>;

fn short(finding: &Finding) -> String {
    format!(
        "{:?} {} ({}) {}",
        finding.kind(),
        finding.table().unwrap_or("-"),
        finding.columns().join(", "),
        finding.promise().unwrap_or("-")
    )
}

async fn found(pool: &Pool) -> Vec<String> {
    let findings = verify(pool).await.expect("the catalog can be read");
    findings.iter().map(short).collect()
}

/// What is found in a database that our migrations made, after this was done to it.
async fn found_after(sql: &str) -> Vec<String> {
    let given = Mariadb::migrated().await;
    given.database.execute(sql).await;
    found(&given.pool).await
}

#[tokio::test]
async fn in_a_migrated_database_nothing_is_wrong() {
    let given = Mariadb::migrated().await;

    assert_eq!(found(&given.pool).await, [""; 0]);
    given.store.strict().await.expect("nothing is wrong");
}

#[tokio::test]
async fn strict_refuses_with_what_breaks_a_promise_and_without_notices() {
    let given = Mariadb::migrated().await;
    let sql = "ALTER TABLE users DROP INDEX authjs_users_email_key;
        ALTER TABLE verification_token DROP INDEX authjs_verification_token_expires_idx";
    given.database.execute(sql).await;

    let found = found(&given.pool).await;
    let unfit = given
        .store
        .strict()
        .await
        .expect_err("one thing is missing");

    assert_eq!(
        found,
        [
            "MissingUnique users (email) P4",
            "MissingIndex verification_token (expires) -",
        ]
    );
    let Unfit::Breaks { findings } = unfit else {
        unreachable!("the database was not asked: {unfit}");
    };
    let refused: Vec<_> = findings.iter().map(short).collect();
    assert_eq!(refused, ["MissingUnique users (email) P4"]);
}

#[tokio::test]
async fn columns_that_are_not_there_or_too_narrow_are_named() {
    let found = found_after(
        "ALTER TABLE users DROP image, MODIFY name VARCHAR(100);
        ALTER TABLE sessions MODIFY expires DATETIME NOT NULL",
    )
    .await;

    assert_eq!(
        found,
        [
            "TooNarrow users (name) P26",
            "MissingColumn users (image) P23",
            "TooNarrow sessions (expires) P26",
        ]
    );
}

#[tokio::test]
async fn a_collation_that_takes_addresses_for_equal_is_named() {
    let found =
        found_after("ALTER TABLE users MODIFY email VARCHAR(255) COLLATE utf8mb4_general_ci").await;

    assert_eq!(found, ["InexactCollation users (email) P24"]);
}

#[tokio::test]
async fn an_engine_without_transactions_is_named() {
    // Its keys are shorter.
    let found =
        found_after("ALTER TABLE verification_token DROP PRIMARY KEY, ENGINE = MyISAM").await;

    assert_eq!(
        found,
        [
            "NotTransactional verification_token () P12",
            "MissingUnique verification_token (identifier, token) P1",
        ]
    );
}

/// What a role with these rights finds, whether it is refused, and whether it may write.
async fn as_a_role_that_may(rights: &str, given: &Mariadb) -> (Vec<String>, bool, bool) {
    let database = given.database.name();
    // The name of a user has 80 characters, and that of the database is among them.
    let role = format!("{database}_role");
    given
        .database
        .execute(&format!(
            "CREATE USER '{role}'@'%' IDENTIFIED BY 'role', '{role}'@'localhost' IDENTIFIED BY 'role';
            GRANT {rights} ON \"{database}\".* TO '{role}'@'%';
            GRANT {rights} ON \"{database}\".* TO '{role}'@'localhost'"
        ))
        .await;
    let options = given.database.options().username(&role).password("role");
    let own = sqlx::mysql::MySqlPoolOptions::new().max_connections(1);
    let own = own.connect_with(options).await.expect("the role is known");
    let own = sea_orm::SqlxMySqlConnector::from_sqlx_mysql_pool(own);
    let store = SeaOrmAdapter::shared_with_authjs(own);

    let findings = store.verify().await;
    let is_refused = store.clone().strict().await.is_err();
    let may_write = store.create_user(ada()).await.is_ok();
    let drop = format!("DROP USER '{role}'@'%', '{role}'@'localhost'");
    given.database.execute(&drop).await;

    let findings = findings.expect("the catalog can be read");
    (findings.iter().map(short).collect(), is_refused, may_write)
}

/// It is told that there are constraints, and not what they say.
#[tokio::test]
async fn a_role_that_may_only_read_is_served_and_told_what_it_cannot_see() {
    let given = Mariadb::migrated().await;

    let (found, is_refused, may_write) = as_a_role_that_may("SELECT", &given).await;

    assert_eq!(
        found,
        [
            "UnknownCascade accounts (userId) -",
            "UnknownCascade sessions (userId) -",
            "UnknownCascade authenticators (userId) -",
        ]
    );
    assert_eq!((is_refused, may_write), (false, false));
}

#[tokio::test]
async fn a_role_that_may_write_sees_all() {
    let given = Mariadb::migrated().await;
    let rights = "SELECT, INSERT, UPDATE, DELETE";

    let (found, is_refused, may_write) = as_a_role_that_may(rights, &given).await;

    assert_eq!(found, [""; 0]);
    assert_eq!((is_refused, may_write), (false, true));
}

/// Also to a role that may only read: without any constraint there is nothing that it is not told.
#[tokio::test]
async fn a_foreign_key_that_is_not_there_is_missing_for_every_role() {
    let given = Mariadb::stock("").await;

    let (found, is_refused, _) = as_a_role_that_may("SELECT", &given).await;

    let missing = "MissingCascade sessions (userId) P6".to_owned();
    assert!(found.contains(&missing), "{found:?}");
    assert!(is_refused);
}

#[tokio::test]
async fn a_database_that_cannot_be_asked_is_an_error() {
    let database = MariadbDatabase::empty().await;
    let url = database.url().replace(database.name(), "authjs_no_such");
    let options = ConnectOptions::from_url(&url).expect("a URL");
    let pool = Pool::per_request(options).expect("a pool that connects later");

    let unfit = SeaOrmAdapter::shared_with_authjs(pool).strict().await;

    assert!(matches!(unfit, Err(Unfit::NotExamined(_))), "{unfit:?}");
}
