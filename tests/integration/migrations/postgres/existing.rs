//! Tables that are there before the migrations are left wholly as they are.

use authjs_tests::PostgresDatabase;
use sea_orm::SqlxPostgresConnector;
use sqlx::postgres::PgPoolOptions;

use super::catalog::{Catalog, added};
use super::database::{execute, migrate, open, stock};

#[tokio::test]
async fn stock_tables_get_no_column_constraint_or_index() {
    let database = stock().await;
    let before = Catalog::read(&database).await;

    migrate(&database).await;

    let after = Catalog::read(&database).await;
    let of_stock_tables = |lines: Vec<&str>| -> Vec<String> {
        let ours = ["authenticators", "authjs_objects", "authjs_migrations"];
        let of_ours = |line: &&str| ours.iter().any(|table| line.contains(table));
        lines
            .into_iter()
            .filter(|line| !of_ours(line))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        of_stock_tables(added(&before.columns, &after.columns)),
        [""; 0]
    );
    assert_eq!(
        of_stock_tables(added(&before.constraints, &after.constraints)),
        [""; 0]
    );
    assert_eq!(
        of_stock_tables(added(&before.indexes, &after.indexes)),
        [""; 0]
    );
    assert_eq!(
        of_stock_tables(added(&before.relations, &after.relations)),
        [""; 0]
    );
    assert_eq!(after.triggers, before.triggers);
}

#[tokio::test]
async fn they_are_named_and_so_is_what_they_lack() {
    let database = stock().await;
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
async fn a_table_in_a_later_schema_of_the_search_path_is_there() {
    let database = stock().await;
    execute(&database, "CREATE SCHEMA app").await;
    let path = database.options().options([("search_path", "app,public")]);
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .connect_lazy_with(path);
    let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());

    authjs_migration::up(&db).await.expect("the migrations run");

    let made: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = 'app'::regnamespace AND relkind = 'r' ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .expect("the catalog can be read");
    assert_eq!(
        made,
        ["authenticators", "authjs_migrations", "authjs_objects"]
    );
}

#[tokio::test]
async fn a_note_says_nothing_about_the_table_of_another_schema() {
    let database = PostgresDatabase::migrated().await;
    execute(
        &database,
        "CREATE SCHEMA app; CREATE TABLE app.users (id INTEGER)",
    )
    .await;
    let path = database.options().options([("search_path", "app,public")]);
    let pool = PgPoolOptions::new()
        .max_connections(2)
        .connect_lazy_with(path);
    let db = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);

    let tables = authjs_migration::left_alone(&db).await;

    assert_eq!(tables, Ok(vec!["users"]));
}

#[tokio::test]
async fn a_view_of_that_name_is_left_as_it_is() {
    let database = PostgresDatabase::empty().await;
    execute(
        &database,
        "CREATE TABLE tokens (identifier TEXT, expires TIMESTAMPTZ, token TEXT);
         CREATE VIEW verification_token AS SELECT * FROM tokens",
    )
    .await;

    migrate(&database).await;

    let relations = Catalog::read(&database).await.relations;
    assert!(
        relations.contains(&"v verification_token".to_owned()),
        "{relations:?}"
    );
}

#[tokio::test]
async fn users_with_other_ids_are_not_referred_to() {
    let database = PostgresDatabase::empty().await;
    execute(
        &database,
        "CREATE TABLE users (id UUID PRIMARY KEY, email TEXT)",
    )
    .await;
    let before = Catalog::read(&database).await;

    let answer = authjs_migration::up(&open(&database)).await;

    let error = answer.expect_err("accounts cannot be made");
    assert!(
        error.to_string().contains("authjs_accounts_user_id_fkey"),
        "{error}"
    );
    let after = Catalog::read(&database).await;
    assert_eq!(
        added(&before.relations, &after.relations),
        ["r authjs_migrations"]
    );
}
