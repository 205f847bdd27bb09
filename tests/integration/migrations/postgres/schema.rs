//! What the migrations make of an empty database, compared with the stock schema.

use authjs_tests::PostgresDatabase;

use super::catalog::{Catalog, added};
use super::database::{STOCK, execute, migrate, open, stock};

const OURS: [&str; 3] = ["authenticators", "authjs_migrations", "authjs_objects"];

/// Without the lines about tables that the stock schema does not have.
fn of_stock_tables(lines: Vec<&str>) -> Vec<&str> {
    let of_ours = |line: &str| OURS.iter().any(|table| line.contains(&format!("{table} ")));
    lines.into_iter().filter(|line| !of_ours(line)).collect()
}

#[test]
fn the_stock_statements_are_those_of_the_documentation() {
    for text in [
        include_str!("../../../../migration/src/postgres/verification_token.sql"),
        include_str!("../../../../migration/src/postgres/accounts.sql"),
        include_str!("../../../../migration/src/postgres/sessions.sql"),
        include_str!("../../../../migration/src/postgres/users.sql"),
    ] {
        assert!(text.starts_with("CREATE TABLE ") && text.ends_with(");\n"));
        assert!(STOCK.contains(text), "{text}");
    }
}

#[tokio::test]
async fn every_column_is_as_in_the_stock_schema() {
    let stock = Catalog::read(&stock().await).await;
    let ours = Catalog::read(&PostgresDatabase::migrated().await).await;

    let new = added(&stock.columns, &ours.columns);

    assert_eq!(of_stock_tables(new), [""; 0]);
    assert_eq!(stock.columns.len(), 24);
}

#[tokio::test]
async fn the_additional_constraints_are_those_of_the_design() {
    let stock = Catalog::read(&stock().await).await;
    let ours = Catalog::read(&PostgresDatabase::migrated().await).await;

    let new = added(&stock.constraints, &ours.constraints);

    assert_eq!(
        new,
        [
            "accounts authjs_accounts_provider_account_key UNIQUE (provider, \"providerAccountId\")",
            "accounts authjs_accounts_user_id_fkey FOREIGN KEY (\"userId\") REFERENCES users(id) \
             ON DELETE CASCADE",
            "authenticators authjs_authenticators_credential_id_key UNIQUE (\"credentialID\")",
            "authenticators authjs_authenticators_pkey PRIMARY KEY (\"userId\", \"credentialID\")",
            "authenticators authjs_authenticators_user_id_fkey FOREIGN KEY (\"userId\") \
             REFERENCES users(id) ON DELETE CASCADE",
            "authjs_migrations authjs_migrations_pkey PRIMARY KEY (version)",
            "authjs_objects authjs_objects_pkey PRIMARY KEY (kind, name)",
            "sessions authjs_sessions_session_token_key UNIQUE (\"sessionToken\")",
            "sessions authjs_sessions_user_id_fkey FOREIGN KEY (\"userId\") REFERENCES users(id) \
             ON DELETE CASCADE",
            "users authjs_users_email_key UNIQUE (email)",
        ]
    );
}

#[tokio::test]
async fn the_additional_indices_are_those_of_the_design() {
    let stock = Catalog::read(&stock().await).await;
    let ours = Catalog::read(&PostgresDatabase::migrated().await).await;

    let new = added(&stock.indexes, &ours.indexes);

    // Those that are no part of a constraint.
    let plain: Vec<&str> = new
        .into_iter()
        .filter(|index| !index.contains("UNIQUE"))
        .collect();
    assert_eq!(
        plain,
        [
            "CREATE INDEX authjs_accounts_user_id_idx ON public.accounts USING btree (\"userId\")",
            "CREATE INDEX authjs_sessions_expires_idx ON public.sessions USING btree (expires)",
            "CREATE INDEX authjs_sessions_user_id_idx ON public.sessions USING btree (\"userId\")",
            "CREATE INDEX authjs_verification_token_expires_idx ON public.verification_token \
             USING btree (expires)",
        ]
    );
}

#[tokio::test]
async fn nothing_else_is_made() {
    let stock = Catalog::read(&stock().await).await;
    let ours = Catalog::read(&PostgresDatabase::migrated().await).await;

    let new = added(&stock.relations, &ours.relations);

    assert_eq!(
        new,
        [
            "r authenticators",
            "r authjs_migrations",
            "r authjs_objects"
        ]
    );
    assert_eq!(ours.triggers, [""; 0]);
}

#[tokio::test]
async fn nothing_is_lacking() {
    let database = PostgresDatabase::migrated().await;

    let gaps = authjs_migration::unconstrained(&open(&database)).await;

    assert_eq!(gaps, Ok(Vec::new()));
}

#[tokio::test]
async fn up_again_changes_nothing() {
    let database = PostgresDatabase::migrated().await;
    let before = Catalog::read(&database).await;

    migrate(&database).await;

    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn up_works_through_a_pool_of_one_connection() {
    let database = PostgresDatabase::empty().await;
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(std::time::Duration::from_secs(5))
        .connect_lazy_with(database.options());
    let db = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(pool);

    authjs_migration::up(&db).await.expect("the migrations run");

    assert_eq!(authjs_migration::unconstrained(&db).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_failing_migration_leaves_nothing_of_itself() {
    let database = PostgresDatabase::empty().await;
    // The name of an index that the third migration wants to make.
    execute(
        &database,
        "CREATE TABLE authjs_sessions_expires_idx (id INTEGER)",
    )
    .await;

    authjs_migration::up(&open(&database))
        .await
        .expect_err("the name is taken");

    let relations = Catalog::read(&database).await.relations;
    assert!(
        relations.contains(&"r accounts".to_owned()),
        "{relations:?}"
    );
    assert!(
        !relations.contains(&"r sessions".to_owned()),
        "{relations:?}"
    );
    execute(&database, "DROP TABLE authjs_sessions_expires_idx").await;
    migrate(&database).await;
    let gaps = authjs_migration::unconstrained(&open(&database)).await;
    assert_eq!(gaps, Ok(Vec::new()));
}
