//! The program as a person starts it.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const URL_WITH_PASSWORD: &str = "postgres://ada:s3cret-word@127.0.0.1:1/app";

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quickstart"));
    command.args(arguments).env_remove("DATABASE_URL");
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

/// What a run printed that went well.
fn told(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The one line on standard error of a run that ended with code 1.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains("s3cret-word"), "{text}");
    text
}

#[test]
fn the_story_is_told_whatever_the_environment_says() {
    let story = told(
        &program(&[])
            .env("DATABASE_URL", URL_WITH_PASSWORD)
            .output()
            .unwrap(),
    );

    assert!(story.contains("second click: refused"), "{story}");
    assert!(story.contains("1 for a forged token"), "{story}");
}

#[test]
fn a_kept_database_answers_the_command_that_is_printed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kept.db");
    let story = told(&run(&["--keep", path.to_str().unwrap()]));
    let invitation = story.lines().last().unwrap();
    let (_, arguments) = invitation.split_once(" -- ").unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let [_, url, _, token, _, now] = arguments.as_slice() else {
        panic!("{invitation}");
    };

    let answer = told(&run(&arguments));
    let mut from_input = program(&["--session-token", "-", "--now", now])
        .env("DATABASE_URL", url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = from_input.stdin.take().unwrap();
    writeln!(input, "{token}").unwrap();
    drop(input);

    assert!(answer.contains("Ada Lovelace"), "{answer}");
    assert_eq!(told(&from_input.wait_with_output().unwrap()), answer);
}

#[test]
fn a_folder_that_is_missing_is_said() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("missing").join("kept.db");

    let text = complaint(&run(&["--keep", path.to_str().unwrap()]));

    assert!(text.contains("folder"), "{text}");
}

#[test]
fn a_database_without_the_tables_is_said() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("empty.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());

    let text = complaint(&run(&["--database-url", &url, "--email", "a@b.example"]));

    assert!(text.contains("right database and schema?"), "{text}");
}

#[test]
fn a_bad_url_is_said_without_the_password() {
    let refused = complaint(&run(&[
        "--database-url",
        URL_WITH_PASSWORD,
        "--session-token",
        "any",
    ]));
    let unreadable = complaint(&run(&[
        "--database-url",
        "postgres://ada:s3cret-word@host:port/app",
        "--session-token",
        "any",
    ]));

    assert!(refused != unreadable, "{refused}");
}

#[test]
fn a_url_without_a_question_is_said() {
    let text = complaint(&run(&["--database-url", URL_WITH_PASSWORD]));

    assert!(text.contains("--session-token"), "{text}");
}
