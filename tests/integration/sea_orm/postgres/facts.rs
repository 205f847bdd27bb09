//! What the catalog says, and what counts as a guarantee.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use authjs_adapter::{Adapter as _, UserId};
use authjs_sea_orm::{ConnectOptions, Pool, SchemaFacts, SeaOrmAdapter};
use authjs_tests::PostgresDatabase;
use sqlx::Executor as _;

use crate::sea_orm::given::{Given, ada};
use crate::sea_orm::stock::{self, Stock as _};

type Postgres = Given<PostgresDatabase>;

/// The uniques that the adapter's promises rest on.
const UNIQUES: [(&str, &[&str]); 5] = [
    ("users", &["email"]),
    ("accounts", &["provider", "providerAccountId"]),
    ("sessions", &["sessionToken"]),
    ("verification_token", &["identifier", "token"]),
    ("authenticators", &["credentialID"]),
];
const CHILDREN: [&str; 3] = ["accounts", "sessions", "authenticators"];

async fn facts(given: &Postgres) -> SchemaFacts {
    given
        .store
        .inspect()
        .await
        .expect("the catalog can be read")
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
async fn a_stock_database_guarantees_only_its_primary_keys() {
    let given = Postgres::stock("").await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables(), ["authenticators"]);
    assert_eq!(uniques(&facts), ["verification_token"]);
    assert_eq!(cascades(&facts), [""; 0]);
}

#[tokio::test]
async fn a_migrated_database_guarantees_everything() {
    let given = Postgres::migrated().await;

    let facts = facts(&given).await;

    assert_eq!(facts.missing_tables(), [""; 0]);
    let all: Vec<_> = UNIQUES.iter().map(|(table, _)| *table).collect();
    assert_eq!(uniques(&facts), all);
    assert_eq!(cascades(&facts), CHILDREN);
    assert!(
        facts
            .server_version()
            .starts_with(|c: char| c.is_ascii_digit())
    );
}

#[tokio::test]
async fn the_order_of_the_columns_and_the_name_of_the_index_do_not_matter() {
    let given = Postgres::stock(
        r#"CREATE UNIQUE INDEX one_person_per_address ON users (email);
        ALTER TABLE accounts ADD CONSTRAINT "who's?" UNIQUE ("providerAccountId", provider);
        CREATE UNIQUE INDEX "Sessions.Token" ON sessions ("sessionToken");
        ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users ON DELETE CASCADE;
        ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users ON DELETE CASCADE;"#,
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
async fn an_index_of_a_part_of_the_rows_an_expression_or_more_columns_guarantees_nothing() {
    let given = Postgres::stock(
        r#"CREATE UNIQUE INDEX ON users (email) WHERE name IS NOT NULL;
        CREATE UNIQUE INDEX ON users (lower(email));
        CREATE UNIQUE INDEX ON users (email, name);
        CREATE INDEX ON users (email);
        CREATE UNIQUE INDEX ON sessions ("sessionToken", "userId");
        ALTER TABLE accounts ADD UNIQUE (provider, "providerAccountId")
            DEFERRABLE INITIALLY DEFERRED;"#,
    )
    .await;

    let facts = facts(&given).await;

    assert_eq!(uniques(&facts), ["verification_token"]);
}

#[tokio::test]
async fn columns_that_an_index_only_includes_do_not_weaken_it() {
    let given = Postgres::stock("CREATE UNIQUE INDEX ON users (email) INCLUDE (name)").await;

    let facts = facts(&given).await;

    assert!(facts.is_unique("users", &["email"]));
}

#[tokio::test]
async fn an_index_whose_concurrent_build_failed_guarantees_nothing() {
    let given = Postgres::stock("INSERT INTO users (email) VALUES ('twin'), ('twin')").await;
    let mut raw = given.database.connect().await;
    let build = "CREATE UNIQUE INDEX CONCURRENTLY broken ON users (email)";
    raw.execute(build).await.expect_err("there are twins");

    let facts = facts(&given).await;

    assert!(!facts.is_unique("users", &["email"]));
}

#[tokio::test]
async fn a_foreign_key_without_cascade_is_none() {
    let given = Postgres::stock(
        r#"ALTER TABLE accounts ADD FOREIGN KEY ("userId") REFERENCES users (id);
        ALTER TABLE sessions ADD FOREIGN KEY ("userId") REFERENCES users (id)
            ON DELETE CASCADE NOT VALID;"#,
    )
    .await;

    let facts = facts(&given).await;

    // One that is not validated guards and deletes all the same.
    assert_eq!(cascades(&facts), ["sessions"]);
}

#[tokio::test]
async fn the_tables_are_those_that_the_search_path_reaches() {
    let database = PostgresDatabase::stock().await;
    let schema = stock::POSTGRES.join("\n");
    let schema = format!("CREATE SCHEMA auth; SET search_path TO auth; {schema}");
    database.execute(&schema).await;
    database
        .execute("CREATE UNIQUE INDEX ON auth.users (email)")
        .await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options.search_path("auth, public")).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the database is there"));

    let facts = store.inspect().await.expect("the catalog can be read");
    store.create_user(ada()).await.expect("Ada is new");

    assert_eq!(facts.search_path(), Some("auth, public"));
    assert!(facts.is_unique("users", &["email"]));
    let counts: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM auth.users), (SELECT count(*) FROM public.users)",
    )
    .fetch_one(&mut database.connect().await)
    .await
    .expect("both tables are there");
    assert_eq!(counts, (1, 0));
}

#[tokio::test]
async fn tables_that_the_search_path_does_not_reach_are_missing() {
    let database = PostgresDatabase::stock().await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options.search_path("elsewhere")).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the database is there"));

    let facts = store.inspect().await.expect("the catalog can be read");

    assert_eq!(facts.missing_tables().len(), 5);
}

#[tokio::test]
async fn fifty_first_operations_at_once_read_the_catalog_once() {
    let given = Postgres::migrated().await;
    let catalog_reads = Arc::new(AtomicU64::new(0));
    let others = Arc::new(AtomicU64::new(0));
    let mut connection = given.pool.connection().clone();
    connection.set_metric_callback({
        let (catalog_reads, others) = (Arc::clone(&catalog_reads), Arc::clone(&others));
        move |info| {
            let is_catalog = info.statement.sql.contains("pg_index");
            let counter = if is_catalog { &catalog_reads } else { &others };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let store = SeaOrmAdapter::shared_with_authjs(connection);

    let tasks: Vec<_> = (0..50)
        .map(|id| {
            let store = store.clone();
            tokio::spawn(async move { store.get_user(&UserId::from(id)).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), Ok(None));
    }

    assert_eq!(catalog_reads.load(Ordering::Relaxed), 1);
    assert_eq!(others.load(Ordering::Relaxed), 50);
    assert_eq!(store.statements_sent(), 50);
}
