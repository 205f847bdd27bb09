//! The program as a person starts it: exit codes, output, and what it keeps to itself.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::process::{Command, Output};

use authjs_migration::sea_orm_migration::sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

const URL_WITH_PASSWORD: &str = "postgres://ada:s3cret-word@127.0.0.1:1/app";

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_authjs-migration"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("DATABASE_SCHEMA")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The one line on standard error, of a run that ended with code 1 and said nothing else.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert_eq!(out(output), "");
    assert!(
        !text.contains("s3cret-word") && !text.contains("://"),
        "{text}"
    );
    text
}

fn sqlite_url(folder: &TempDir) -> String {
    format!(
        "sqlite://{}?mode=rwc",
        folder.path().join("app.db").display()
    )
}

#[test]
fn up_applies_everything_once() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);

    let first = run(&["up", "-u", &url]);
    let second = run(&["up", "-u", &url]);

    assert!(first.status.success());
    assert_eq!(out(&first).matches("applied m2025").count(), 5);
    assert!(second.status.success());
    assert_eq!(out(&second), "nothing to do\n");
}

#[test]
fn up_takes_a_number() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);

    let output = run(&["up", "-n", "2", "-v", "-u", &url]);

    assert_eq!(out(&output).matches("applied m2025").count(), 2);
    assert_eq!(out(&output).matches(": Pending\n").count(), 3);
}

#[test]
fn the_url_may_come_from_the_environment() {
    let folder = TempDir::new().unwrap();

    let output = Command::new(env!("CARGO_BIN_EXE_authjs-migration"))
        .env("DATABASE_URL", sqlite_url(&folder))
        .output()
        .unwrap();

    assert!(output.status.success());
    assert_eq!(out(&output).matches("applied m2025").count(), 5);
}

#[test]
fn status_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);

    let first = run(&["status", "-u", &url]);
    let second = run(&["status", "-u", &url]);

    assert_eq!(out(&first).matches(": Pending\n").count(), 5);
    assert_eq!(out(&first), out(&second));
}

#[tokio::test]
async fn a_table_that_was_there_is_recorded_and_what_it_lacks_is_told() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    let db = Database::connect(&url).await.unwrap();
    db.execute_unprepared("CREATE TABLE users (id INTEGER PRIMARY KEY, email)")
        .await
        .unwrap();
    let gap = "table users has no unique authjs_users_email_key (email)\n";

    let before = out(&run(&["status", "-u", &url]));
    let up = out(&run(&["up", "-u", &url]));
    let again = out(&run(&["up", "-u", &url]));

    let stranger = "table users was made by no migration\n";
    assert!(before.ends_with(&format!("{stranger}{gap}")), "{before}");
    let recorded = "recorded m20250101_000001_create_authjs_users (table users was there before)\n";
    assert!(up.starts_with(recorded) && up.ends_with(gap), "{up}");
    assert_eq!(up.matches("applied m2025").count(), 4, "{up}");
    assert_eq!(again, gap);
}

#[test]
fn down_rolls_one_migration_back() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    run(&["up", "-u", &url]);

    let output = run(&["down", "-u", &url]);

    assert_eq!(
        out(&output),
        "rolled back m20250101_000005_create_authjs_authenticators\n"
    );
}

#[test]
fn reset_leaves_an_empty_database() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    run(&["up", "-u", &url]);

    let reset = run(&["reset", "-u", &url]);
    let status = run(&["status", "-u", &url]);

    assert_eq!(out(&reset).matches("rolled back m2025").count(), 5);
    assert_eq!(out(&status).matches(": Pending\n").count(), 5);
}

#[test]
fn refresh_and_fresh_end_with_everything_applied() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    run(&["up", "-u", &url]);

    let refresh = run(&["refresh", "-u", &url]);
    let fresh = run(&["fresh", "-u", &url]);
    let status = run(&["status", "-u", &url]);

    assert!(refresh.status.success() && fresh.status.success());
    assert_eq!(out(&status).matches(": Applied\n").count(), 5);
}

#[test]
fn a_refused_connection_is_said_without_the_password() {
    let text = complaint(&run(&["up", "-u", URL_WITH_PASSWORD]));

    assert!(
        text.contains("cannot be reached: connection refused"),
        "{text}"
    );
}

#[test]
fn a_url_in_the_wrong_place_is_not_repeated() {
    let text = complaint(&run(&["up", URL_WITH_PASSWORD]));

    assert!(text.contains("--help"), "{text}");
}

#[test]
fn a_url_that_cannot_be_read_is_not_repeated() {
    let text = complaint(&run(&[
        "up",
        "-u",
        "postgres://ada:s3cret-word@host:port/app",
    ]));

    assert!(text.contains("not valid"), "{text}");
}

#[test]
fn a_url_without_a_scheme_is_not_repeated() {
    let text = complaint(&run(&["up", "-u", "ada:s3cret-word@localhost/app"]));

    assert!(text.contains("URL"), "{text}");
}

#[test]
fn an_option_of_the_url_that_cannot_be_read_is_not_repeated() {
    let text = complaint(&run(&["up", "-u", "postgres://h/app?sslmode=s3cret-word"]));

    assert!(text.contains("not valid"), "{text}");
}

#[test]
fn a_mysql_server_that_is_not_there_is_said_without_the_url() {
    for scheme in ["mysql", "mariadb"] {
        // Port 1 of the loopback interface: nobody listens there.
        let url = format!("{scheme}://root:s3cret-word@127.0.0.1:1/app");

        let text = complaint(&run(&["up", "-u", &url]));

        assert!(text.contains("connection refused"), "{text}");
    }
}

#[test]
fn no_url_at_all_is_said() {
    let text = complaint(&run(&["up"]));

    assert!(text.contains("DATABASE_URL"), "{text}");
}

#[test]
fn a_missing_sqlite_file_is_not_made_without_being_asked() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());

    let text = complaint(&run(&["up", "-u", &url]));

    assert!(text.contains("mode=rwc"), "{text}");
}

#[test]
fn a_file_that_is_no_database_is_said() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("app.db");
    std::fs::write(
        &path,
        "no database, but long enough to be looked at".repeat(20),
    )
    .unwrap();

    let text = complaint(&run(&["up", "-u", &format!("sqlite://{}", path.display())]));

    assert!(text.contains("not a SQLite database"), "{text}");
}

#[test]
fn eight_processes_may_start_at_once() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);

    let start = |_| {
        Command::new(env!("CARGO_BIN_EXE_authjs-migration"))
            .args(["up", "-u", &url])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..8).map(start).collect();
    let failures: Vec<Output> = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .filter(|output| !output.status.success())
        .collect();

    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(
        out(&run(&["status", "-u", &url]))
            .matches(": Applied\n")
            .count(),
        5
    );
}
