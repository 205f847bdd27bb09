use std::io::{self, Write as _};

use authjs_migration::{
    Migrator,
    sea_orm_migration::{Migration, MigratorTrait as _, sea_orm::DatabaseConnection},
};

use crate::{
    arguments::{Arguments, Command},
    connection,
    failure::Failure,
};

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Some(url) = arguments.database_url.as_deref() else {
        return Err(Failure::new(
            "no database given: use -u URL or set DATABASE_URL",
        ));
    };
    let schema = arguments
        .database_schema
        .as_deref()
        .filter(|schema| !schema.is_empty());
    let db = connection::open(url, schema).await?;
    let result = run_on(&db, arguments).await;
    // Closing can fail only for a connection that is lost anyway.
    let _ = db.close_by_ref().await;
    result
}

async fn run_on(db: &DatabaseConnection, arguments: &Arguments) -> Result<(), Failure> {
    let mut lines = Vec::new();
    match arguments.command.unwrap_or(Command::Up { num: None }) {
        Command::Up { num } => {
            let applied = authjs_migration::up_steps(db, num).await?;
            let tables = authjs_migration::left_alone(db).await?;
            let was_there = |name: &str| tables.iter().find(|table| creates(name, table));
            lines.extend(applied.iter().map(|name| match was_there(name) {
                Some(table) => format!("recorded {name} (table {table} was there before)"),
                None => format!("applied {name}"),
            }));
            lines.extend(lacking(db).await?);
            if lines.is_empty() && num != Some(0) {
                lines.push("nothing to do".to_owned());
            }
        }
        Command::Down { num } => {
            let gone = authjs_migration::roll_back(db, Some(num)).await?;
            lines.extend(gone.iter().map(|name| format!("rolled back {name}")));
        }
        Command::Fresh | Command::Refresh => {
            let again = authjs_migration::refresh(db).await?;
            lines.extend(again.iter().map(|name| format!("rolled back {name}")));
            lines.push("applied all migrations".to_owned());
        }
        Command::Reset => {
            let gone = authjs_migration::reset(db).await?;
            lines.extend(gone.iter().map(|name| format!("rolled back {name}")));
        }
        Command::Status => {
            lines.extend(status(db).await?);
            let tables = authjs_migration::left_alone(db).await?;
            let line = |table| format!("table {table} was made by no migration");
            lines.extend(tables.iter().map(line));
            lines.extend(lacking(db).await?);
        }
    }
    if arguments.verbose {
        lines.extend(status(db).await?);
    }
    print(&lines)
}

async fn status(db: &DatabaseConnection) -> Result<Vec<String>, Failure> {
    let migrations = Migrator::get_migration_with_status_read_only(db).await?;
    let line = |migration: &Migration| format!("{}: {}", migration.name(), migration.status());
    Ok(migrations.iter().map(line).collect())
}

/// Whether `table` is the one that the migration `name` is there for.
fn creates(name: &str, table: &str) -> bool {
    name.strip_suffix(table)
        .is_some_and(|rest| rest.ends_with("_create_authjs_"))
}

/// What the tables that are there lack.
async fn lacking(db: &DatabaseConnection) -> Result<Vec<String>, Failure> {
    let gaps = authjs_migration::unconstrained(db).await?;
    Ok(gaps.iter().map(ToString::to_string).collect())
}

fn print(lines: &[String]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
