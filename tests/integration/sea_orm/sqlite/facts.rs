//! What the catalog says, and what counts as a guarantee.

use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::Given;

#[tokio::test]
async fn tables_of_others_guarantee_only_their_primary_keys() {
    let given = Given::<SqliteDatabase>::stock("").await;

    let facts = given.store.inspect().await.expect("the catalog");

    assert_eq!(facts.missing_tables(), [""; 0]);
    assert!(!facts.is_unique("users", &["email"]));
    assert!(!facts.is_unique("accounts", &["provider", "providerAccountId"]));
    assert!(!facts.is_unique("sessions", &["sessionToken"]));
    assert!(facts.is_unique("verification_token", &["token", "identifier"]));
    assert!(!facts.cascades("accounts") && !facts.cascades("sessions"));
}

#[tokio::test]
async fn a_migrated_database_guarantees_everything() {
    let given = Given::<SqliteDatabase>::migrated().await;

    let facts = given.store.inspect().await.expect("the catalog");

    assert_eq!(facts.missing_tables(), [""; 0]);
    assert!(facts.is_unique("users", &["email"]));
    assert!(facts.is_unique("accounts", &["provider", "providerAccountId"]));
    assert!(facts.is_unique("sessions", &["sessionToken"]));
    assert!(facts.is_unique("authenticators", &["credentialID"]));
    assert!(
        ["accounts", "sessions", "authenticators"]
            .iter()
            .all(|table| facts.cascades(table))
    );
}

#[tokio::test]
async fn a_table_that_replaces_rows_by_itself_refuses_nothing() {
    let given = Given::<SqliteDatabase>::stock(
        "DROP TABLE users;
        CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, \"emailVerified\" TEXT, image TEXT,
            email TEXT UNIQUE ON CONFLICT REPLACE)",
    )
    .await;

    let facts = given.store.inspect().await.expect("the catalog");

    assert!(!facts.is_unique("users", &["email"]));
}

#[tokio::test]
async fn an_index_of_a_part_of_the_rows_or_an_expression_guarantees_nothing() {
    let given = Given::<SqliteDatabase>::stock(
        r#"CREATE UNIQUE INDEX a ON users (email) WHERE name IS NOT NULL;
        CREATE UNIQUE INDEX b ON users (lower(email));
        CREATE UNIQUE INDEX c ON sessions ("sessionToken", "userId");
        CREATE UNIQUE INDEX "of, the customer" ON accounts ("providerAccountId", provider);"#,
    )
    .await;

    let facts = given.store.inspect().await.expect("the catalog");

    assert!(!facts.is_unique("users", &["email"]));
    assert!(!facts.is_unique("sessions", &["sessionToken"]));
    assert!(facts.is_unique("accounts", &["provider", "providerAccountId"]));
}
