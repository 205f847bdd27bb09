//! Tables that are there before the migrations are left wholly as they are.

use authjs_tests::MariadbDatabase;

use super::catalog::Catalog;
use super::database::{execute, migrate, open, plain};

#[tokio::test]
async fn plain_tables_get_no_column_key_or_index() {
    let database = plain().await;
    let before = Catalog::read(&database).await;

    migrate(&database).await;

    let after = Catalog::read(&database).await.of_plain_tables();
    assert_eq!(after, before);
}

#[tokio::test]
async fn they_are_named_and_so_is_what_they_lack() {
    let database = plain().await;
    migrate(&database).await;
    let db = open(&database);

    let tables = authjs_migration::left_alone(&db)
        .await
        .expect("the catalog can be read");
    let gaps = authjs_migration::unconstrained(&db)
        .await
        .expect("the catalog can be read");

    assert_eq!(
        tables,
        ["users", "accounts", "sessions", "verification_token"]
    );
    let gaps: Vec<String> = gaps.iter().map(ToString::to_string).collect();
    assert_eq!(
        gaps,
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
            "table verification_token has no index authjs_verification_token_expires_idx (expires)",
        ]
    );
}

#[tokio::test]
async fn a_view_of_that_name_is_left_as_it_is() {
    let database = MariadbDatabase::empty().await;
    execute(
        &database,
        "CREATE TABLE tokens (identifier TEXT, expires DATETIME(3), token TEXT);
         CREATE VIEW verification_token AS SELECT * FROM tokens",
    )
    .await;

    migrate(&database).await;

    let tables = Catalog::read(&database).await.tables;
    assert!(
        tables
            .iter()
            .any(|table| table.starts_with("VIEW verification_token")),
        "{tables:?}"
    );
}

#[tokio::test]
async fn users_with_other_ids_are_not_referred_to() {
    let database = MariadbDatabase::empty().await;
    execute(
        &database,
        "CREATE TABLE users (id CHAR(36) PRIMARY KEY, email TEXT)",
    )
    .await;

    let answer = authjs_migration::up(&open(&database)).await;

    answer.expect_err("accounts cannot be made");
    let tables = Catalog::read(&database).await.tables;
    assert_eq!(tables.len(), 2, "users and the ledger: {tables:?}");
}

#[tokio::test]
async fn a_table_whose_name_differs_in_case_is_another_where_the_server_says_so() {
    let database = MariadbDatabase::empty().await;
    execute(&database, "CREATE TABLE Users (id INT PRIMARY KEY)").await;
    let tells_case: bool = sqlx::query_scalar("SELECT @@lower_case_table_names = 0")
        .fetch_one(&mut database.connect().await)
        .await
        .expect("the server answers");

    let answer = authjs_migration::up(&open(&database)).await;

    assert_eq!(answer, Ok(()));
    let tables = authjs_migration::left_alone(&open(&database)).await;
    let alone = if tells_case { vec![] } else { vec!["users"] };
    assert_eq!(tables, Ok(alone));
}

#[tokio::test]
async fn a_note_says_nothing_about_a_table_that_somebody_else_made() {
    let database = MariadbDatabase::migrated().await;
    execute(
        &database,
        "DROP TABLE verification_token; CREATE TABLE verification_token (id INT)",
    )
    .await;

    let tables = authjs_migration::left_alone(&open(&database)).await;

    assert_eq!(tables, Ok(vec!["verification_token"]));
}
