//! What the catalog says, and what counts as a guarantee.

use authjs_sea_orm::SchemaFacts;
use authjs_tests::MariadbDatabase;
use sqlx::Executor as _;

use crate::sea_orm::given::Given;

type Mariadb = Given<MariadbDatabase>;

/// The uniques that the adapter's promises rest on.
const UNIQUES: [(&str, &[&str]); 5] = [
    ("users", &["email"]),
    ("accounts", &["provider", "providerAccountId"]),
    ("sessions", &["sessionToken"]),
    ("verification_token", &["identifier", "token"]),
    ("authenticators", &["credentialID"]),
];
const CHILDREN: [&str; 3] = ["accounts", "sessions", "authenticators"];

async fn facts(given: &Mariadb) -> SchemaFacts {
    let facts = given.store.inspect().await;
    facts.expect("the catalog can be read")
}

fn uniques(facts: &SchemaFacts) -> Vec<&'static str> {
    let found = UNIQUES
        .iter()
        .filter(|(table, columns)| facts.is_unique(table, columns));
    found.map(|(table, _)| *table).collect()
}

fn cascades(facts: &SchemaFacts) -> Vec<&'static str> {
    let found = CHILDREN.into_iter().filter(|table| facts.cascades(table));
    found.collect()
}

#[tokio::test]
async fn tables_of_others_guarantee_only_their_primary_keys() {
    let given = Mariadb::stock("").await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables(), [""; 0]);
    assert_eq!(uniques(&facts), ["verification_token"]);
    assert_eq!(cascades(&facts), [""; 0]);
}

#[tokio::test]
async fn a_migrated_database_guarantees_everything() {
    let given = Mariadb::migrated().await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables(), [""; 0]);
    let all: Vec<_> = UNIQUES.iter().map(|(table, _)| *table).collect();
    assert_eq!(uniques(&facts), all);
    assert_eq!(cascades(&facts), CHILDREN);
    assert!(facts.server_version().contains("MariaDB"));
    assert_eq!(facts.search_path(), None);
}

#[tokio::test]
async fn the_engine_and_the_comparison_of_texts_are_told() {
    let given = Mariadb::stock(
        r#"ALTER TABLE users MODIFY email VARCHAR(255) COLLATE utf8mb4_general_ci;
        ALTER TABLE sessions MODIFY "sessionToken" VARCHAR(255) COLLATE utf8mb4_nopad_bin;
        ALTER TABLE sessions ENGINE = MyISAM"#,
    )
    .await;

    let facts = facts(&given).await;

    assert_eq!(facts.engine("users"), Some("InnoDB"));
    assert_eq!(facts.engine("sessions"), Some("MyISAM"));
    assert_eq!(facts.engine("elsewhere"), None);
    let email = facts.collation("users", "email");
    assert_eq!(email, Some("utf8mb4_general_ci"));
    let token = facts.collation("sessions", "sessionToken");
    assert_eq!(token, Some("utf8mb4_nopad_bin"));
    assert_eq!(facts.collation("sessions", "expires"), None);
}

#[tokio::test]
async fn the_order_of_the_columns_and_the_name_of_the_index_do_not_matter() {
    let given = Mariadb::stock(
        r#"CREATE UNIQUE INDEX one_person_per_address ON users (email);
        ALTER TABLE accounts ADD CONSTRAINT "who's?" UNIQUE ("providerAccountId", provider);
        CREATE UNIQUE INDEX "Sessions.Token" ON sessions ("sessionToken");
        ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
        ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;"#,
    )
    .await;

    let facts = facts(&given).await;

    assert_eq!(
        uniques(&facts),
        ["users", "accounts", "sessions", "verification_token"]
    );
    assert_eq!(cascades(&facts), ["accounts", "sessions"]);
}

#[tokio::test]
async fn an_index_of_a_part_of_a_column_or_more_columns_guarantees_nothing() {
    let given = Mariadb::stock(
        r#"CREATE UNIQUE INDEX beginning ON users (email(10));
        CREATE UNIQUE INDEX two ON users (email, name);
        CREATE INDEX plain ON users (email);
        CREATE UNIQUE INDEX three ON sessions ("sessionToken", "userId");"#,
    )
    .await;

    let facts = facts(&given).await;

    assert_eq!(uniques(&facts), ["verification_token"]);
}

#[tokio::test]
async fn a_foreign_key_without_cascade_is_none() {
    let given = Mariadb::stock(
        r#"ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users (id);
        ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;"#,
    )
    .await;

    let facts = facts(&given).await;

    assert_eq!(cascades(&facts), ["sessions"]);
}

/// Another database of the server has tables of the same names, with all constraints.
#[tokio::test]
async fn only_tables_of_the_connected_database_count() {
    let _other = Mariadb::migrated().await;
    let empty = Mariadb::on(MariadbDatabase::empty().await).await;
    let stock = Mariadb::stock("").await;

    let (empty, stock) = (facts(&empty).await, facts(&stock).await);

    assert_eq!(empty.missing_tables().len(), 5);
    assert_eq!(uniques(&stock), ["verification_token"]);
}

#[tokio::test]
async fn a_view_is_no_table() {
    let database = MariadbDatabase::empty().await;
    let mut raw = database.connect().await;
    raw.execute("CREATE VIEW users AS SELECT 1 AS id")
        .await
        .expect("a view");
    let given = Mariadb::on(database).await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables().len(), 5);
}

/// A table that keeps its history is there, under a name of its own in the catalog.
#[tokio::test]
async fn a_table_with_a_history_is_not_missing() {
    let given = Mariadb::stock("ALTER TABLE sessions ADD SYSTEM VERSIONING").await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables(), [""; 0]);
}
