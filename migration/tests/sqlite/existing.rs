//! Tables that are there before the migrations, and what they are said to lack.

use authjs_migration::sea_orm_migration::sea_orm::{DatabaseConnection, DbErr};

use crate::database::{empty, execute, migrated, schema};

const BARE: &str = "
CREATE TABLE users (id INTEGER PRIMARY KEY, name, email, \"emailVerified\", image);
CREATE TABLE accounts (id INTEGER PRIMARY KEY, \"userId\", provider, \"providerAccountId\");
CREATE TABLE sessions (id INTEGER PRIMARY KEY, \"userId\", expires, \"sessionToken\");
CREATE TABLE verification_token (identifier, expires, token);";

async fn bare() -> DatabaseConnection {
    let db = empty().await;
    execute(&db, BARE).await.unwrap();
    authjs_migration::up(&db).await.unwrap();
    db
}

async fn gaps(db: &DatabaseConnection) -> Vec<String> {
    let gaps = authjs_migration::unconstrained(db).await.unwrap();
    gaps.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn tables_that_are_there_are_left_as_they_are() -> Result<(), DbErr> {
    let db = empty().await;
    execute(&db, BARE).await?;
    let before = schema(&db).await;

    authjs_migration::up(&db).await?;

    let after = schema(&db).await;
    let made: Vec<&String> = after.iter().filter(|sql| !before.contains(sql)).collect();
    assert_eq!(made.len(), 3, "{made:?}");
    assert!(
        made.iter()
            .all(|sql| sql.contains("authenticators") || sql.contains("authjs_objects"))
    );
    assert_eq!(
        authjs_migration::left_alone(&db).await?,
        ["users", "accounts", "sessions", "verification_token"]
    );
    Ok(())
}

#[tokio::test]
async fn what_they_lack_is_named() {
    let db = bare().await;

    assert_eq!(
        gaps(&db).await,
        [
            "table users has no unique authjs_users_email_key (email)",
            "table accounts has no unique authjs_accounts_provider_account_key \
             (provider, providerAccountId)",
            "table accounts has no index authjs_accounts_user_id_idx (userId)",
            "table accounts has no foreign key authjs_accounts_user_id_fkey (userId)",
            "table sessions has no unique authjs_sessions_session_token_key (sessionToken)",
            "table sessions has no index authjs_sessions_user_id_idx (userId)",
            "table sessions has no index authjs_sessions_expires_idx (expires)",
            "table sessions has no foreign key authjs_sessions_user_id_fkey (userId)",
            "table verification_token has no unique verification_token_pkey (identifier, token)",
            "table verification_token has no index authjs_verification_token_expires_idx (expires)",
        ]
    );
}

#[tokio::test]
async fn an_index_counts_whatever_its_name() -> Result<(), DbErr> {
    let db = bare().await;

    execute(&db, "CREATE UNIQUE INDEX whatever ON users (email)").await?;

    assert!(
        !gaps(&db)
            .await
            .iter()
            .any(|gap| gap.contains("table users"))
    );
    Ok(())
}

#[tokio::test]
async fn the_order_of_columns_does_not_matter_to_uniqueness() -> Result<(), DbErr> {
    let db = bare().await;

    execute(
        &db,
        "CREATE UNIQUE INDEX k ON accounts (\"providerAccountId\", provider)",
    )
    .await?;

    assert!(
        !gaps(&db)
            .await
            .iter()
            .any(|gap| gap.contains("accounts_provider_account_key"))
    );
    Ok(())
}

#[tokio::test]
async fn a_unique_over_more_columns_does_not_count() -> Result<(), DbErr> {
    let db = bare().await;

    execute(&db, "CREATE UNIQUE INDEX k ON users (email, name)").await?;

    assert!(
        gaps(&db)
            .await
            .iter()
            .any(|gap| gap.contains("authjs_users_email_key"))
    );
    Ok(())
}

#[tokio::test]
async fn partial_and_expression_indices_do_not_count() -> Result<(), DbErr> {
    let db = bare().await;

    execute(
        &db,
        "CREATE UNIQUE INDEX p ON users (email) WHERE email <> ''",
    )
    .await?;
    execute(&db, "CREATE UNIQUE INDEX e ON users (lower(email))").await?;

    assert!(
        gaps(&db)
            .await
            .iter()
            .any(|gap| gap.contains("authjs_users_email_key"))
    );
    Ok(())
}

#[tokio::test]
async fn an_index_that_begins_with_the_column_serves() -> Result<(), DbErr> {
    let db = bare().await;

    execute(&db, "CREATE INDEX i ON sessions (expires, id)").await?;
    execute(&db, "CREATE INDEX j ON sessions (id, \"userId\")").await?;

    let gaps = gaps(&db).await;
    assert!(
        !gaps
            .iter()
            .any(|gap| gap.contains("authjs_sessions_expires_idx"))
    );
    assert!(
        gaps.iter()
            .any(|gap| gap.contains("authjs_sessions_user_id_idx"))
    );
    Ok(())
}

#[tokio::test]
async fn a_foreign_key_that_does_not_cascade_does_not_count() -> Result<(), DbErr> {
    let db = empty().await;
    execute(&db, "CREATE TABLE users (id INTEGER PRIMARY KEY, email)").await?;
    execute(&db, "CREATE TABLE accounts (\"userId\" REFERENCES users)").await?;
    execute(
        &db,
        "CREATE TABLE sessions (\"userId\" REFERENCES users ON DELETE CASCADE)",
    )
    .await?;

    let gaps = gaps(&db).await;

    assert!(
        gaps.iter()
            .any(|gap| gap.contains("authjs_accounts_user_id_fkey"))
    );
    assert!(
        !gaps
            .iter()
            .any(|gap| gap.contains("authjs_sessions_user_id_fkey"))
    );
    Ok(())
}

#[tokio::test]
async fn something_that_was_dropped_later_is_missed() -> Result<(), DbErr> {
    let db = migrated().await;

    execute(&db, "DROP INDEX authjs_sessions_expires_idx").await?;

    assert_eq!(
        gaps(&db).await,
        ["table sessions has no index authjs_sessions_expires_idx (expires)"]
    );
    Ok(())
}

#[tokio::test]
async fn a_table_of_other_case_is_the_same_table() -> Result<(), DbErr> {
    let db = empty().await;
    execute(&db, "CREATE TABLE Users (id INTEGER PRIMARY KEY, email)").await?;

    authjs_migration::up(&db).await?;

    assert_eq!(authjs_migration::left_alone(&db).await?, ["users"]);
    Ok(())
}
