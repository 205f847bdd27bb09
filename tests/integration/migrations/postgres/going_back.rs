//! Nothing of anybody's is ever dropped.

use authjs_migration::Migrator;
use authjs_migration::sea_orm_migration::MigratorTrait as _;
use authjs_tests::PostgresDatabase;
use sea_orm::DbErr;

use super::catalog::Catalog;
use super::database::{execute, migrate, open, stock};

/// Asserts that every way back is refused with this text, and changes nothing.
async fn assert_refused(database: &PostgresDatabase, text: &str) {
    let before = Catalog::read(database).await;
    let db = open(database);

    let answers = [
        authjs_migration::roll_back(&db, Some(1)).await,
        authjs_migration::roll_back(&db, None).await,
        authjs_migration::refresh(&db).await,
        authjs_migration::reset(&db).await,
    ];

    let refusal = Err(DbErr::Migration(text.to_owned()));
    assert!(
        answers.iter().all(|answer| *answer == refusal),
        "{answers:?}"
    );
    assert_eq!(Catalog::read(database).await, before);
}

#[tokio::test]
async fn up_down_up_ends_as_up() {
    let database = PostgresDatabase::migrated().await;
    let before = Catalog::read(&database).await;

    let gone = authjs_migration::roll_back(&open(&database), None).await;
    let between = Catalog::read(&database).await;
    migrate(&database).await;

    assert_eq!(gone.map(|names| names.len()), Ok(5));
    assert_eq!(between.relations, ["r authjs_migrations"]);
    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn reset_leaves_an_empty_schema() {
    let database = PostgresDatabase::migrated().await;

    authjs_migration::reset(&open(&database))
        .await
        .expect("nothing is in the way");

    assert_eq!(Catalog::read(&database).await.relations, [""; 0]);
}

#[tokio::test]
async fn a_row_anywhere_refuses_every_way_back() {
    let database = PostgresDatabase::migrated().await;
    execute(
        &database,
        "INSERT INTO verification_token VALUES ('a', '2020-01-01T00:00:00Z', 't')",
    )
    .await;

    assert_refused(&database, "refused: table verification_token holds rows").await;
}

/// A table that is told to bind its owner to its policies looks empty to them, and can be dropped.
#[tokio::test]
async fn rows_that_a_policy_hides_refuse_the_way_back() {
    let database = PostgresDatabase::migrated().await;
    let role = format!("{}_owner", database.name());
    let tables = "users, accounts, sessions, verification_token, authenticators";
    let own: Vec<String> = format!("{tables}, authjs_objects, authjs_migrations")
        .split(", ")
        .map(|table| format!(r#"ALTER TABLE {table} OWNER TO "{role}";"#))
        .collect();
    let own = own.concat();
    let setup = format!(
        r#"CREATE ROLE "{role}" NOLOGIN; GRANT CREATE ON SCHEMA public TO "{role}"; {own}
        ALTER TABLE users ENABLE ROW LEVEL SECURITY;
        ALTER TABLE users FORCE ROW LEVEL SECURITY;
        INSERT INTO users (name) VALUES ('Ada')"#
    );
    execute(&database, &setup).await;
    let options = database.options().options([("role", role.as_str())]);
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(2)
        .connect_with(options)
        .await
        .expect("the database is there");
    let db = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());

    let answer = authjs_migration::roll_back(&db, None).await;
    pool.close().await;
    let left = Catalog::read(&database).await;
    let gone = format!(r#"DROP OWNED BY "{role}" CASCADE; DROP ROLE "{role}""#);
    execute(&database, &gone).await;

    let refusal = DbErr::Migration("refused: table users holds rows".to_owned());
    assert_eq!(answer, Err(refusal));
    assert!(left.relations.contains(&"r users".to_owned()));
}

#[tokio::test]
async fn a_table_of_another_schema_refuses_every_way_back() {
    let database = PostgresDatabase::migrated().await;
    execute(
        &database,
        "CREATE SCHEMA shop; CREATE TABLE shop.orders (id INTEGER)",
    )
    .await;

    assert_refused(
        &database,
        "refused: the database holds tables that authjs-migration did not create: shop.orders",
    )
    .await;
}

#[tokio::test]
async fn adopted_tables_refuse_every_way_back() {
    let database = stock().await;
    migrate(&database).await;

    assert_refused(
        &database,
        "refused: the database holds tables that authjs-migration did not create: \
         accounts, sessions, users, verification_token",
    )
    .await;
}

// The migrations themselves, as a host's own Migrator runs them, without the refusals above.

#[tokio::test]
async fn a_migration_does_not_drop_a_table_with_rows() {
    let database = PostgresDatabase::migrated().await;
    execute(&database, "INSERT INTO users (name) VALUES ('Ada')").await;

    let answer = Migrator::down(&open(&database), None).await;

    let text = "table users holds rows and is not dropped";
    assert_eq!(answer, Err(DbErr::Migration(text.to_owned())));
}

#[tokio::test]
async fn a_migration_does_not_drop_tables_that_were_there_before() {
    let database = stock().await;
    let before = Catalog::read(&database).await;
    migrate(&database).await;

    Migrator::reset(&open(&database))
        .await
        .expect("nothing is in the way");

    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn a_migration_does_not_drop_a_table_that_others_refer_to() {
    let database = PostgresDatabase::migrated().await;
    execute(
        &database,
        "CREATE TABLE posts (user_id INTEGER REFERENCES users)",
    )
    .await;

    let answer = Migrator::down(&open(&database), None).await;

    let text = "table users is not dropped because table posts refers to it";
    assert_eq!(answer, Err(DbErr::Migration(text.to_owned())));
}
