//! An application with a table of its own, `posts`, beside those of Auth.js.
//!
//! Its `Migrator` contains the migrations of `authjs-migration`, so that one ledger knows all
//! tables; its entity refers to `authjs_entity::users`. Everything happens in a SQLite database
//! in memory: `cargo run -p spliced-migrations`.
#![expect(clippy::print_stdout, reason = "the example tells what it does")]

mod migrator;
#[expect(unreachable_pub, reason = "written as sea-orm-cli would write it")]
mod posts;

use authjs_entity::users;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ConnectOptions, Database, DatabaseConnection, DbErr,
    EntityTrait as _,
};
use sea_orm_migration::MigratorTrait as _;

use crate::migrator::Migrator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), DbErr> {
    let db = connect().await?;
    Migrator::up(&db, None).await?;
    for migration in Migrator::get_applied_migrations(&db).await? {
        println!("applied {}", migration.name());
    }

    write_post(&db).await?;
    for (title, author) in bylines(&db).await? {
        println!("\"{title}\" by {author}");
    }
    Ok(())
}

/// Each connection to `sqlite::memory:` is a database of its own, so there must be one only.
async fn connect() -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).min_connections(1);
    Database::connect(options).await
}

async fn write_post(db: &DatabaseConnection) -> Result<(), DbErr> {
    let ada = users::ActiveModel {
        name: Set(Some("Ada".to_owned())),
        email: Set(Some("ada@example.com".to_owned())),
        ..Default::default()
    };
    let ada = ada.insert(db).await?;
    let post = posts::ActiveModel {
        user_id: Set(ada.id),
        title: Set("Notes on the engine".to_owned()),
        ..Default::default()
    };
    post.insert(db).await?;
    Ok(())
}

/// The posts' titles with the names of their authors, from one statement.
async fn bylines(db: &DatabaseConnection) -> Result<Vec<(String, String)>, DbErr> {
    let posts = posts::Entity::find()
        .find_both_related(users::Entity)
        .all(db)
        .await?;
    let byline = |(post, author): (posts::Model, users::Model)| {
        (
            post.title,
            author.name.unwrap_or_else(|| "somebody".to_owned()),
        )
    };
    Ok(posts.into_iter().map(byline).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_post_joins_its_author() -> Result<(), DbErr> {
        let db = connect().await?;
        Migrator::up(&db, None).await?;
        write_post(&db).await?;

        let bylines = bylines(&db).await?;

        assert_eq!(
            bylines,
            [("Notes on the engine".to_owned(), "Ada".to_owned())]
        );
        Ok(())
    }

    #[tokio::test]
    async fn the_ledgers_of_the_host_and_of_the_crate_may_both_run() -> Result<(), DbErr> {
        let db = connect().await?;
        Migrator::up(&db, None).await?;
        write_post(&db).await?;

        authjs_migration::up(&db).await?;

        let ours = authjs_migration::Migrator::get_pending_migrations(&db).await?;
        let hosts = Migrator::get_pending_migrations(&db).await?;
        assert_eq!((ours.len(), hosts.len()), (0, 0));
        assert_eq!(bylines(&db).await?.len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn the_crates_ledger_may_run_first() -> Result<(), DbErr> {
        let db = connect().await?;
        authjs_migration::up(&db).await?;

        Migrator::up(&db, None).await?;

        write_post(&db).await?;
        assert_eq!(bylines(&db).await?.len(), 1);
        assert_eq!(authjs_migration::unconstrained(&db).await?, []);
        Ok(())
    }

    #[tokio::test]
    async fn deleting_a_user_deletes_the_posts() -> Result<(), DbErr> {
        let db = connect().await?;
        Migrator::up(&db, None).await?;
        write_post(&db).await?;

        users::Entity::delete_many().exec(&db).await?;

        assert_eq!(bylines(&db).await?, []);
        Ok(())
    }
}
