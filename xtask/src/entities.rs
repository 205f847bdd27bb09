//! The entities that sea-orm-cli generates from a PostgreSQL database that our migrations made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow, bail};
use sea_orm_cli::{BannerVersion, BigIntegerType, DateTimeCrate, GenerateSubcommands};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use crate::program;

/// Where the generated files live, seen from the workspace.
const FOLDER: &str = "entity/src/generated";

/// Tables that are no part of Auth.js: ledgers, and the notes of the migrations.
const IGNORED: [&str; 3] = ["authjs_migrations", "authjs_objects", "seaql_migrations"];

/// Writes the generated entities, or with `check` fails if they are not what would be written.
///
/// `url` names a PostgreSQL server on which a database can be made; it is dropped again.
pub(crate) fn run(check: bool, url: &str) -> Result<()> {
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(generate(url, folder.path()))?;

    let fresh = read(folder.path())?;
    let target = program::workspace().join(FOLDER);
    let present = read(&target)?;
    let changed = differences(&present, &fresh);
    if changed.is_empty() {
        println!("{FOLDER} is up to date");
        return Ok(());
    }
    if check {
        let changed = changed.join(", ");
        bail!("{FOLDER} is not what `cargo xtask entities` generates: {changed}");
    }
    write(&target, &present, &fresh)?;
    println!("{FOLDER}: changed {}", changed.join(", "));
    Ok(())
}

/// Generates into `folder` from a database that exists only for this.
async fn generate(url: &str, folder: &Path) -> Result<()> {
    // The driver's text would repeat the URL.
    let options =
        PgConnectOptions::from_str(url).map_err(|_| anyhow!("the PostgreSQL URL is not valid"))?;
    let name = format!("authjs_entities_{}", std::process::id());
    let mut admin = options
        .connect()
        .await
        .context("PostgreSQL cannot be reached")?;
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .context("no database can be made for the entities")?;

    let generated = generate_from(options.database(&name), folder).await;
    let dropped = admin
        .execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
        .await;
    generated?;
    dropped.with_context(|| format!("the database {name} cannot be dropped"))?;
    admin.close().await?;
    Ok(())
}

async fn generate_from(options: PgConnectOptions, folder: &Path) -> Result<()> {
    let url = options.to_url_lossy();
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let db = sea_orm::SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    authjs_migration::up(&db)
        .await
        .context("the migrations failed")?;
    db.close().await?;

    let folder_name = folder
        .to_str()
        .context("the temporary folder is not UTF-8")?;
    sea_orm_cli::run_generate_command(command(url.as_str(), folder_name), false)
        .await
        .map_err(|error| anyhow!("sea-orm-cli failed: {error}"))?;
    format(folder)
}

/// `sea-orm-cli generate entity --entity-format dense --with-serde none --date-time-crate chrono
/// --banner-version minor --er-diagram --ignore-tables ..`
fn command(url: &str, folder: &str) -> GenerateSubcommands {
    GenerateSubcommands::Entity {
        entity_format: Some("dense".to_owned()),
        compact_format: false,
        expanded_format: false,
        frontend_format: false,
        include_hidden_tables: false,
        tables: Vec::new(),
        ignore_tables: IGNORED.map(str::to_owned).to_vec(),
        max_connections: 1,
        acquire_timeout: 30,
        output_dir: folder.to_owned(),
        database_schema: None,
        database_url: url.to_owned(),
        with_prelude: "all".to_owned(),
        with_serde: "none".to_owned(),
        serde_skip_deserializing_primary_key: false,
        serde_skip_hidden_column: false,
        with_copy_enums: false,
        date_time_crate: DateTimeCrate::Chrono,
        big_integer_type: BigIntegerType::I64,
        lib: false,
        model_extra_derives: Vec::new(),
        model_extra_attributes: Vec::new(),
        enum_extra_derives: Vec::new(),
        enum_extra_attributes: Vec::new(),
        column_extra_derives: Vec::new(),
        seaography: false,
        impl_active_model_behavior: true,
        preserve_user_modifications: false,
        banner_version: BannerVersion::Minor,
        er_diagram: true,
    }
}

/// Formats as `cargo fmt` does: sea-orm-cli knows neither our edition nor our configuration.
fn format(folder: &Path) -> Result<()> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config-path"]);
    rustfmt.arg(program::workspace().join("rustfmt.toml"));
    rustfmt.arg(folder.join("mod.rs"));
    program::capture(&mut rustfmt)?;
    Ok(())
}

/// The files of a folder, by name; none if it is not there.
fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path())
            .with_context(|| format!("{} cannot be read", entry.path().display()))?;
        files.insert(name, text);
    }
    Ok(files)
}

/// The names of the files that are not the same in both, in order.
fn differences(
    present: &BTreeMap<String, String>,
    fresh: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut names: Vec<&String> = present.keys().chain(fresh.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| present.get(*name) != fresh.get(*name));
    names.into_iter().cloned().collect()
}

/// Makes `target` hold exactly the fresh files.
fn write(
    target: &Path,
    present: &BTreeMap<String, String>,
    fresh: &BTreeMap<String, String>,
) -> Result<()> {
    fs::create_dir_all(target)?;
    for name in present.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(target.join(name))?;
    }
    for (name, text) in fresh {
        fs::write(target.join(name), text)?;
    }
    Ok(())
}
