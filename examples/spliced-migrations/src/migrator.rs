//! The application's migrations: those of Auth.js first, then its own.

use sea_orm_migration::prelude::*;

pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut migrations = authjs_migration::migrations();
        migrations.push(Box::new(CreatePosts));
        migrations
    }
}

struct CreatePosts;

impl MigrationName for CreatePosts {
    fn name(&self) -> &'static str {
        "m20250601_000001_create_posts"
    }
}

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait declares its methods so"
)]
#[async_trait::async_trait]
impl MigrationTrait for CreatePosts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let posts = Table::create()
            .table("posts")
            .col(
                ColumnDef::new("id")
                    .integer()
                    .not_null()
                    .auto_increment()
                    .primary_key(),
            )
            .col(ColumnDef::new("user_id").integer().not_null())
            .col(ColumnDef::new("title").string().not_null())
            .foreign_key(
                ForeignKey::create()
                    .from("posts", "user_id")
                    .to("users", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(posts).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("posts").to_owned())
            .await
    }
}
