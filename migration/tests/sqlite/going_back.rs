//! Nothing of anybody's is ever dropped.

use authjs_migration::{
    Migrator,
    sea_orm_migration::{
        MigratorTrait as _,
        sea_orm::{DatabaseConnection, DbErr},
    },
};

use crate::database::{empty, execute, migrated, schema};

/// Asserts that every way back is refused with this text, and changes nothing.
async fn assert_refused(db: &DatabaseConnection, text: &str) {
    let before = schema(db).await;

    let errors = [
        authjs_migration::roll_back(db, Some(1)).await.unwrap_err(),
        authjs_migration::roll_back(db, None).await.unwrap_err(),
        authjs_migration::refresh(db).await.unwrap_err(),
        authjs_migration::reset(db).await.unwrap_err(),
    ];

    assert!(
        errors
            .iter()
            .all(|error| *error == DbErr::Migration(text.to_owned())),
        "{errors:?}"
    );
    assert_eq!(schema(db).await, before);
}

#[tokio::test]
async fn up_down_up_ends_as_up() {
    let db = migrated().await;
    let before = schema(&db).await;

    authjs_migration::roll_back(&db, None).await.unwrap();
    let between = schema(&db).await;
    authjs_migration::up(&db).await.unwrap();

    assert_eq!(between, ["CREATE TABLE sqlite_sequence(name,seq)"]);
    assert_eq!(schema(&db).await, before);
}

#[tokio::test]
async fn refresh_ends_as_up() {
    let db = migrated().await;
    let before = schema(&db).await;

    authjs_migration::refresh(&db).await.unwrap();

    assert_eq!(schema(&db).await, before);
}

#[tokio::test]
async fn reset_removes_the_ledger_too() -> Result<(), DbErr> {
    let db = migrated().await;

    authjs_migration::reset(&db).await?;

    let pending = Migrator::get_pending_migrations_read_only(&db).await?;
    assert_eq!(pending.len(), 5);
    execute(&db, "CREATE TABLE authjs_migrations (id INTEGER)").await
}

#[tokio::test]
async fn a_row_anywhere_refuses_every_way_back() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users (name) VALUES ('Ada')").await?;

    assert_refused(&db, "refused: table users holds rows").await;
    Ok(())
}

#[tokio::test]
async fn a_table_of_somebody_else_refuses_every_way_back() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "CREATE TABLE posts (id INTEGER)").await?;

    assert_refused(
        &db,
        "refused: the database holds tables that authjs-migration did not create: posts",
    )
    .await;
    Ok(())
}

#[tokio::test]
async fn an_adopted_table_refuses_every_way_back() -> Result<(), DbErr> {
    let db = empty().await;
    execute(&db, "CREATE TABLE users (id INTEGER PRIMARY KEY, email)").await?;
    authjs_migration::up(&db).await?;

    assert_refused(
        &db,
        "refused: the database holds tables that authjs-migration did not create: users",
    )
    .await;
    Ok(())
}

// The migrations themselves, as a host's own Migrator runs them, without the refusals above.

#[tokio::test]
async fn a_migration_does_not_drop_a_table_with_rows() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "INSERT INTO users (name) VALUES ('Ada')").await?;

    let error = Migrator::down(&db, None).await.unwrap_err();

    assert_eq!(
        error,
        DbErr::Migration("table users holds rows and is not dropped".to_owned())
    );
    execute(&db, "SELECT name FROM users").await
}

#[tokio::test]
async fn a_migration_does_not_drop_a_table_that_was_there_before() -> Result<(), DbErr> {
    let db = empty().await;
    execute(&db, "CREATE TABLE users (id INTEGER PRIMARY KEY, email)").await?;
    Migrator::up(&db, None).await?;

    Migrator::down(&db, None).await?;

    assert_eq!(
        schema(&db).await,
        [
            "CREATE TABLE sqlite_sequence(name,seq)",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email)",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_migration_does_not_drop_a_table_that_others_refer_to() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(
        &db,
        "CREATE TABLE posts (user_id INTEGER REFERENCES users (id))",
    )
    .await?;

    let error = Migrator::down(&db, None).await.unwrap_err();

    assert_eq!(
        error,
        DbErr::Migration("table users is not dropped because table posts refers to it".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn a_migration_rolls_back_though_the_table_is_gone() -> Result<(), DbErr> {
    let db = migrated().await;
    execute(&db, "DROP TABLE authenticators").await?;

    Migrator::down(&db, None).await?;

    assert_eq!(
        schema(&db).await,
        ["CREATE TABLE sqlite_sequence(name,seq)"]
    );
    Ok(())
}
