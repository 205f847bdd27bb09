//! Which keys and indices count, and which only look so.

use authjs_tests::PostgresDatabase;

use super::database::{execute, open, stock, try_execute};

/// The names of what is lacking.
async fn gaps(database: &PostgresDatabase) -> Vec<&'static str> {
    let gaps = authjs_migration::unconstrained(&open(database)).await;
    gaps.expect("the catalog can be read")
        .iter()
        .map(|gap| gap.addition.name)
        .collect()
}

#[tokio::test]
async fn a_unique_index_counts_whatever_its_name_and_order() {
    let database = stock().await;

    execute(
        &database,
        "CREATE UNIQUE INDEX k ON accounts (\"providerAccountId\", provider) INCLUDE (scope)",
    )
    .await;

    assert!(
        !gaps(&database)
            .await
            .contains(&"authjs_accounts_provider_account_key")
    );
}

#[tokio::test]
async fn a_partial_unique_index_does_not_count() {
    let database = stock().await;

    execute(
        &database,
        "CREATE UNIQUE INDEX k ON users (email) WHERE email IS NOT NULL",
    )
    .await;

    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn a_unique_index_over_an_expression_does_not_count() {
    let database = stock().await;

    execute(&database, "CREATE UNIQUE INDEX k ON users (lower(email))").await;

    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn a_deferrable_unique_constraint_does_not_count() {
    let database = stock().await;

    execute(&database, "ALTER TABLE users ADD UNIQUE (email) DEFERRABLE").await;

    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn an_invalid_unique_index_does_not_count() {
    let database = stock().await;
    execute(
        &database,
        "INSERT INTO users (email) VALUES ('a@b.c'), ('a@b.c')",
    )
    .await;

    let built = try_execute(
        &database,
        "CREATE UNIQUE INDEX CONCURRENTLY k ON users (email)",
    )
    .await;

    assert!(built.is_err(), "twins");
    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn an_index_that_begins_with_the_column_serves() {
    let database = stock().await;

    execute(
        &database,
        "CREATE INDEX i ON sessions (expires, id); CREATE INDEX j ON sessions (id, \"userId\")",
    )
    .await;

    let gaps = gaps(&database).await;
    assert!(!gaps.contains(&"authjs_sessions_expires_idx"), "{gaps:?}");
    assert!(gaps.contains(&"authjs_sessions_user_id_idx"), "{gaps:?}");
}

#[tokio::test]
async fn a_foreign_key_counts_once_it_is_valid() {
    let database = stock().await;
    let name = "authjs_sessions_user_id_fkey";

    execute(
        &database,
        "ALTER TABLE sessions ADD CONSTRAINT k FOREIGN KEY (\"userId\") REFERENCES users
         ON DELETE CASCADE NOT VALID",
    )
    .await;
    let added = gaps(&database).await;
    execute(&database, "ALTER TABLE sessions VALIDATE CONSTRAINT k").await;
    let valid = gaps(&database).await;

    assert!(added.contains(&name), "{added:?}");
    assert!(!valid.contains(&name), "{valid:?}");
}

#[tokio::test]
async fn a_foreign_key_that_does_not_cascade_does_not_count() {
    let database = stock().await;

    execute(
        &database,
        "ALTER TABLE sessions ADD FOREIGN KEY (\"userId\") REFERENCES users",
    )
    .await;

    assert!(
        gaps(&database)
            .await
            .contains(&"authjs_sessions_user_id_fkey")
    );
}
