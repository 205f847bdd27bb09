use authjs_migration::{
    Migrator,
    sea_orm_migration::{MigrationTrait, MigratorTrait, sea_orm::DbErr},
};

use crate::database::{empty, execute, migrated, schema, texts};

/// An application that keeps the migrations in its own ledger.
struct Host;

impl MigratorTrait for Host {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        authjs_migration::migrations()
    }
}

#[test]
fn names_contain_authjs_and_increase() {
    let migrations = authjs_migration::migrations();
    let names: Vec<&str> = migrations
        .iter()
        .map(|migration| migration.name())
        .collect();

    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    assert!(
        names.iter().all(|name| name.contains("authjs")),
        "{names:?}"
    );
}

#[tokio::test]
async fn an_empty_database_gets_everything() {
    let db = migrated().await;

    assert_eq!(authjs_migration::unconstrained(&db).await.unwrap(), []);
    assert_eq!(authjs_migration::left_alone(&db).await.unwrap(), [""; 0]);
    assert_eq!(
        texts(&db, "SELECT name FROM authjs_objects ORDER BY name").await,
        [
            "accounts",
            "authenticators",
            "sessions",
            "users",
            "verification_token"
        ]
    );
}

#[tokio::test]
async fn up_again_changes_nothing() {
    let db = migrated().await;
    let before = schema(&db).await;

    authjs_migration::up(&db).await.unwrap();

    assert_eq!(schema(&db).await, before);
}

#[tokio::test]
async fn up_goes_as_many_steps_as_it_is_told() {
    let db = empty().await;

    authjs_migration::up_steps(&db, Some(2)).await.unwrap();

    let pending = Migrator::get_pending_migrations(&db).await.unwrap();
    assert_eq!(pending.len(), 3);
}

#[tokio::test]
async fn the_hosts_ledger_may_run_after_ours() {
    let db = migrated().await;
    let before = schema(&db).await;

    Host::up(&db, None).await.unwrap();

    assert_eq!(schema(&db).await, before);
}

#[tokio::test]
async fn our_ledger_may_run_after_the_hosts() {
    let db = empty().await;
    Host::up(&db, None).await.unwrap();
    let before = schema(&db).await;

    authjs_migration::up(&db).await.unwrap();

    assert_eq!(schema(&db).await, before);
}

#[tokio::test]
async fn a_failing_migration_leaves_nothing_of_the_call() -> Result<(), DbErr> {
    let db = empty().await;
    // The name of an index that the third migration wants to make.
    execute(&db, "CREATE TABLE authjs_sessions_expires_idx (id INTEGER)").await?;

    let error = authjs_migration::up(&db).await.unwrap_err();

    assert!(
        error.to_string().contains("authjs_sessions_expires_idx"),
        "{error}"
    );
    assert_eq!(
        schema(&db).await,
        ["CREATE TABLE authjs_sessions_expires_idx (id INTEGER)"]
    );
    Ok(())
}
