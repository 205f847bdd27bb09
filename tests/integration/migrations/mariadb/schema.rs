//! What the migrations make of an empty database.

use authjs_tests::MariadbDatabase;
use sea_orm::SqlxMySqlConnector;
use sqlx::mysql::MySqlPoolOptions;

use super::catalog::Catalog;
use super::database::{execute, migrate, open};

/// Without our own tables beside those of Auth.js.
fn of_authjs(lines: Vec<String>) -> Vec<String> {
    let ours = ["authjs_objects", "authjs_migrations"];
    let of_ours = |line: &String| ours.iter().any(|table| line.contains(table));
    lines.into_iter().filter(|line| !of_ours(line)).collect()
}

#[tokio::test]
async fn every_text_is_compared_byte_by_byte() {
    let columns = of_authjs(
        Catalog::read(&MariadbDatabase::migrated().await)
            .await
            .columns,
    );

    let texts: Vec<&String> = columns
        .iter()
        .filter(|line| line.contains("varchar") || line.contains("text"))
        .collect();

    assert_eq!(texts.len(), 20);
    assert!(
        texts
            .iter()
            .all(|line| line.ends_with(" utf8mb4_nopad_bin")),
        "{texts:#?}"
    );
}

#[tokio::test]
async fn ids_dates_and_numbers_are_those_that_the_entities_decode() {
    let columns = of_authjs(
        Catalog::read(&MariadbDatabase::migrated().await)
            .await
            .columns,
    );

    let others: Vec<&String> = columns
        .iter()
        .filter(|line| !line.contains("varchar") && !line.contains("text"))
        .collect();

    assert_eq!(
        others,
        [
            "accounts 1 id int(11) NOT NULL auto_increment",
            "accounts 2 userId int(11) NOT NULL",
            "accounts 8 expires_at bigint(20) DEFAULT NULL",
            "authenticators 2 userId int(11) NOT NULL",
            "authenticators 5 counter bigint(20) NOT NULL",
            "authenticators 7 credentialBackedUp tinyint(1) NOT NULL",
            "sessions 1 id int(11) NOT NULL auto_increment",
            "sessions 2 userId int(11) NOT NULL",
            "sessions 3 expires datetime(3) NOT NULL",
            "users 1 id int(11) NOT NULL auto_increment",
            "users 4 emailVerified datetime(3) DEFAULT NULL",
            "verification_token 2 expires datetime(3) NOT NULL",
        ]
    );
}

#[tokio::test]
async fn the_keys_and_indices_are_those_of_the_design() {
    let indexes = of_authjs(
        Catalog::read(&MariadbDatabase::migrated().await)
            .await
            .indexes,
    );

    assert_eq!(
        indexes,
        [
            "accounts authjs_accounts_provider_account_key UNIQUE BTREE \
             (provider,providerAccountId)",
            "accounts authjs_accounts_user_id_idx BTREE (userId)",
            "accounts PRIMARY UNIQUE BTREE (id)",
            "authenticators authjs_authenticators_credential_id_key UNIQUE BTREE (credentialID)",
            "authenticators PRIMARY UNIQUE BTREE (userId,credentialID)",
            "sessions authjs_sessions_expires_idx BTREE (expires)",
            "sessions authjs_sessions_session_token_key UNIQUE BTREE (sessionToken)",
            "sessions authjs_sessions_user_id_idx BTREE (userId)",
            "sessions PRIMARY UNIQUE BTREE (id)",
            "users authjs_users_email_key UNIQUE BTREE (email)",
            "users PRIMARY UNIQUE BTREE (id)",
            "verification_token authjs_verification_token_expires_idx BTREE (expires)",
            "verification_token PRIMARY UNIQUE BTREE (identifier,token)",
        ]
    );
}

#[tokio::test]
async fn everything_of_a_user_refers_to_the_user() {
    let foreign_keys = Catalog::read(&MariadbDatabase::migrated().await)
        .await
        .foreign_keys;

    let key = |table: &str| {
        format!(
            "{table} authjs_{table}_user_id_fkey (userId) REFERENCES users (id) \
             ON UPDATE RESTRICT ON DELETE CASCADE"
        )
    };
    assert_eq!(
        foreign_keys,
        ["accounts", "authenticators", "sessions"].map(key)
    );
}

#[tokio::test]
async fn nothing_else_is_made() {
    let catalog = Catalog::read(&MariadbDatabase::migrated().await).await;

    let tables = of_authjs(catalog.tables);

    let ours = |table: &str| {
        format!("BASE TABLE {table} InnoDB Dynamic utf8mb4_nopad_bin made by authjs-migration")
    };
    assert_eq!(
        tables,
        [
            "accounts",
            "authenticators",
            "sessions",
            "users",
            "verification_token"
        ]
        .map(ours)
    );
    assert_eq!(catalog.checks, [""; 0]);
    assert_eq!(catalog.triggers, [""; 0]);
}

#[tokio::test]
async fn nothing_is_lacking() {
    let database = MariadbDatabase::migrated().await;

    let gaps = authjs_migration::unconstrained(&open(&database)).await;

    assert_eq!(gaps, Ok(Vec::new()));
}

#[tokio::test]
async fn the_test_databases_are_as_the_migrations_make_them() {
    let database = MariadbDatabase::empty().await;

    migrate(&database).await;

    let test_database = MariadbDatabase::migrated().await;
    assert_eq!(
        Catalog::read(&database).await,
        Catalog::read(&test_database).await
    );
    let alone = authjs_migration::left_alone(&open(&test_database)).await;
    assert_eq!(alone, Ok(Vec::new()));
}

#[tokio::test]
async fn up_again_changes_nothing() {
    let database = MariadbDatabase::migrated().await;
    let before = Catalog::read(&database).await;

    migrate(&database).await;

    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn up_works_through_a_pool_of_one_connection() {
    let database = MariadbDatabase::empty().await;
    let pool = MySqlPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(std::time::Duration::from_secs(5))
        .connect_lazy_with(database.options());
    let db = SqlxMySqlConnector::from_sqlx_mysql_pool(pool);

    authjs_migration::up(&db).await.expect("the migrations run");

    assert_eq!(authjs_migration::unconstrained(&db).await, Ok(Vec::new()));
}

#[tokio::test]
async fn up_works_in_a_database_with_another_character_set() {
    let database = MariadbDatabase::empty().await;
    execute(
        &database,
        &format!("ALTER DATABASE `{}` CHARACTER SET latin1", database.name()),
    )
    .await;

    migrate(&database).await;

    let columns = of_authjs(Catalog::read(&database).await.columns);
    let ours = of_authjs(
        Catalog::read(&MariadbDatabase::migrated().await)
            .await
            .columns,
    );
    assert_eq!(columns, ours);
}

#[tokio::test]
async fn a_failing_migration_leaves_nothing_of_itself() {
    let database = MariadbDatabase::empty().await;
    // The name of a constraint that the second migration wants to make.
    execute(
        &database,
        "CREATE TABLE parents (id INT PRIMARY KEY);
         CREATE TABLE children (id INT, CONSTRAINT authjs_accounts_user_id_fkey
           FOREIGN KEY (id) REFERENCES parents (id))",
    )
    .await;

    authjs_migration::up(&open(&database))
        .await
        .expect_err("the name is taken");

    let tables = Catalog::read(&database).await.tables;
    assert!(
        tables.iter().any(|line| line.contains(" users ")),
        "{tables:?}"
    );
    assert!(
        !tables.iter().any(|line| line.contains(" accounts ")),
        "{tables:?}"
    );
    execute(&database, "DROP TABLE children, parents").await;
    migrate(&database).await;
    let db = open(&database);
    assert_eq!(authjs_migration::unconstrained(&db).await, Ok(Vec::new()));
    assert_eq!(authjs_migration::left_alone(&db).await, Ok(Vec::new()));
}
