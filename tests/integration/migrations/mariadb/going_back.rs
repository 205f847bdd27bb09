//! Nothing of anybody's is ever dropped.

use authjs_migration::Migrator;
use authjs_migration::sea_orm_migration::MigratorTrait as _;
use authjs_tests::MariadbDatabase;
use sea_orm::DbErr;

use super::catalog::Catalog;
use super::database::{execute, migrate, open, plain};

/// Asserts that every way back is refused with this text, and changes nothing.
async fn assert_refused(database: &MariadbDatabase, text: &str) {
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
    let database = MariadbDatabase::migrated().await;
    let before = Catalog::read(&database).await;

    let gone = authjs_migration::roll_back(&open(&database), None).await;
    let between = Catalog::read(&database).await;
    migrate(&database).await;

    assert_eq!(gone.map(|names| names.len()), Ok(5));
    assert_eq!(between.tables.len(), 1, "the ledger: {:?}", between.tables);
    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn refresh_ends_as_up() {
    let database = MariadbDatabase::migrated().await;
    let before = Catalog::read(&database).await;

    let again = authjs_migration::refresh(&open(&database)).await;

    assert_eq!(again.map(|names| names.len()), Ok(5));
    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn reset_leaves_an_empty_database() {
    let database = MariadbDatabase::migrated().await;

    authjs_migration::reset(&open(&database))
        .await
        .expect("nothing is in the way");

    assert_eq!(Catalog::read(&database).await.tables, [""; 0]);
}

#[tokio::test]
async fn a_row_anywhere_refuses_every_way_back() {
    let database = MariadbDatabase::migrated().await;
    execute(
        &database,
        "INSERT INTO verification_token VALUES ('a', '2020-01-01', 't')",
    )
    .await;

    assert_refused(&database, "refused: table verification_token holds rows").await;
}

#[tokio::test]
async fn a_table_of_others_refuses_every_way_back() {
    let database = MariadbDatabase::migrated().await;
    execute(&database, "CREATE TABLE orders (id INT)").await;

    assert_refused(
        &database,
        "refused: the database holds tables that authjs-migration did not create: orders",
    )
    .await;
}

#[tokio::test]
async fn adopted_tables_refuse_every_way_back() {
    let database = plain().await;
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
    let database = MariadbDatabase::migrated().await;
    execute(&database, "INSERT INTO users (name) VALUES ('Ada')").await;

    let answer = Migrator::down(&open(&database), None).await;

    let text = "table users holds rows and is not dropped";
    assert_eq!(answer, Err(DbErr::Migration(text.to_owned())));
}

#[tokio::test]
async fn a_migration_does_not_drop_tables_that_were_there_before() {
    let database = plain().await;
    let before = Catalog::read(&database).await;
    migrate(&database).await;

    Migrator::reset(&open(&database))
        .await
        .expect("nothing is in the way");

    assert_eq!(Catalog::read(&database).await, before);
}

#[tokio::test]
async fn a_migration_does_not_drop_a_table_that_others_refer_to() {
    let database = MariadbDatabase::migrated().await;
    execute(
        &database,
        "CREATE TABLE posts (user_id INT, FOREIGN KEY (user_id) REFERENCES users (id))",
    )
    .await;

    let answer = Migrator::down(&open(&database), None).await;

    let text = "table users is not dropped because table posts refers to it";
    assert_eq!(answer, Err(DbErr::Migration(text.to_owned())));
}

#[tokio::test]
async fn a_refusal_leaves_no_table_locked_in_the_pool() {
    let database = MariadbDatabase::migrated().await;
    execute(&database, "INSERT INTO users (name) VALUES ('Ada')").await;
    let pool = sqlx::mysql::MySqlPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(database.options());
    let db = sea_orm::SqlxMySqlConnector::from_sqlx_mysql_pool(pool.clone());
    Migrator::down(&db, None)
        .await
        .expect_err("there is a row in the way");

    let answer = sqlx::query("SELECT * FROM authjs_migrations")
        .execute(&pool)
        .await;

    answer.expect("the connection reaches every table");
}
