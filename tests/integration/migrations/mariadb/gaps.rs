//! Which keys and indices count, and which only look so.

use authjs_tests::MariadbDatabase;

use super::database::{execute, open, plain};

/// The names of what is lacking.
async fn gaps(database: &MariadbDatabase) -> Vec<&'static str> {
    let gaps = authjs_migration::unconstrained(&open(database)).await;
    gaps.expect("the catalog can be read")
        .iter()
        .map(|gap| gap.addition.name)
        .collect()
}

#[tokio::test]
async fn a_unique_index_counts_whatever_its_name_and_order() {
    let database = plain().await;
    let name = "authjs_accounts_provider_account_key";
    assert!(gaps(&database).await.contains(&name));

    execute(
        &database,
        "CREATE UNIQUE INDEX k ON accounts (providerAccountId, provider)",
    )
    .await;

    assert!(!gaps(&database).await.contains(&name));
}

#[tokio::test]
async fn a_unique_index_over_the_beginning_of_a_column_does_not_count() {
    let database = plain().await;

    execute(&database, "CREATE UNIQUE INDEX k ON users (email(64))").await;

    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn a_unique_index_over_more_columns_does_not_count() {
    let database = plain().await;

    execute(&database, "CREATE UNIQUE INDEX k ON users (email, name)").await;

    assert!(gaps(&database).await.contains(&"authjs_users_email_key"));
}

#[tokio::test]
async fn a_full_text_index_does_not_count() {
    let database = plain().await;

    execute(
        &database,
        "ALTER TABLE users ADD COLUMN userId TEXT; CREATE FULLTEXT INDEX k ON users (email);
         ALTER TABLE sessions MODIFY sessionToken TEXT, MODIFY expires TEXT NOT NULL;
         CREATE FULLTEXT INDEX k ON sessions (expires)",
    )
    .await;

    assert!(
        gaps(&database)
            .await
            .contains(&"authjs_sessions_expires_idx")
    );
}

#[tokio::test]
async fn an_index_that_begins_with_the_column_serves() {
    let database = plain().await;

    execute(
        &database,
        "CREATE INDEX i ON sessions (expires, id); CREATE INDEX j ON sessions (id, userId)",
    )
    .await;

    let gaps = gaps(&database).await;
    assert!(!gaps.contains(&"authjs_sessions_expires_idx"), "{gaps:?}");
    assert!(gaps.contains(&"authjs_sessions_user_id_idx"), "{gaps:?}");
}

#[tokio::test]
async fn a_foreign_key_that_cascades_counts_whatever_its_name() {
    let database = plain().await;

    execute(
        &database,
        "ALTER TABLE sessions ADD FOREIGN KEY (userId) REFERENCES users (id) ON DELETE CASCADE",
    )
    .await;

    assert!(
        !gaps(&database)
            .await
            .contains(&"authjs_sessions_user_id_fkey")
    );
}

#[tokio::test]
async fn a_foreign_key_that_does_not_cascade_does_not_count() {
    let database = plain().await;

    execute(
        &database,
        "ALTER TABLE sessions ADD FOREIGN KEY (userId) REFERENCES users (id)",
    )
    .await;

    assert!(
        gaps(&database)
            .await
            .contains(&"authjs_sessions_user_id_fkey")
    );
}

#[tokio::test]
async fn a_foreign_key_to_the_users_of_another_database_does_not_count() {
    let database = plain().await;
    let other = plain().await;

    execute(
        &database,
        &format!(
            "ALTER TABLE sessions ADD FOREIGN KEY (userId) REFERENCES `{}`.users (id)
             ON DELETE CASCADE",
            other.name()
        ),
    )
    .await;

    let gaps = gaps(&database).await;
    drop(database);
    assert!(gaps.contains(&"authjs_sessions_user_id_fkey"), "{gaps:?}");
}
