//! The capture catches what leaks, wherever it does: otherwise its silence would prove nothing.

use std::fmt;
use std::time::Duration;

use authjs_tests::{Capture, canary};

use super::listen;

/// Fails unless each of these places has told the secret.
#[track_caller]
fn assert_caught(capture: &Capture, places: &[&str]) {
    let leaks = capture.leaks();
    for place in places {
        let told = |leak: &String| leak.starts_with(place);
        assert!(leaks.iter().any(told), "{place} was not caught: {leaks:#?}");
    }
}

/// An error that tells a token in one of its texts only.
struct Leaking {
    display: String,
    debug: String,
    source: Option<Box<Self>>,
}

impl fmt::Display for Leaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.display)
    }
}

impl fmt::Debug for Leaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.debug)
    }
}

impl std::error::Error for Leaking {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

fn leaking(display: &str, debug: &str) -> Leaking {
    Leaking {
        display: display.to_owned(),
        debug: debug.to_owned(),
        source: None,
    }
}

#[test]
fn an_error_is_caught_by_any_of_its_texts() {
    let capture = listen();
    let token = canary("token");
    let source = Leaking {
        source: Some(Box::new(leaking("fine", &token))),
        ..leaking("fine", "fine")
    };

    capture.error("display", &leaking(&token, "fine"));
    capture.error("debug", &leaking("fine", &token));
    capture.error("source", &source);
    capture.error("silent", &leaking("fine", "fine"));

    assert_caught(&capture, &["display", "debug", "source"]);
    assert_eq!(capture.leaks().len(), 3);
}

#[test]
fn events_and_spans_are_caught_at_every_level() {
    let capture = listen();
    let token = canary("token");

    tracing::error!(target: "event-field", token);
    tracing::trace!(target: "event-text", "of {token}");
    tracing::debug!(target: "event-debug", token = ?token.as_bytes());
    let span =
        tracing::trace_span!(target: "span-field", "span", token, late = tracing::field::Empty);
    span.record("late", &token);

    let places = ["event event-field", "event event-text", "event event-debug"];
    assert_caught(&capture, &places);
    assert_caught(&capture, &["span span-field", "span, later"]);
}

#[test]
fn records_of_the_log_crate_and_other_threads_are_caught() {
    let capture = listen();
    let token = canary("token");

    log::trace!(target: "logged", "of {token}");
    let told = token.clone();
    let thread = std::thread::spawn(move || tracing::trace!(target: "thread", told));
    thread.join().expect("the thread ends");

    assert_caught(&capture, &["log logged", "event thread"]);
}

#[test]
fn a_panic_is_caught() {
    let capture = listen();
    let token = canary("token");

    let panicked = std::thread::spawn(move || panic!("as a leaking panic does: {token}")).join();

    assert!(panicked.is_err());
    assert_caught(&capture, &["panic"]);
}

#[test]
fn an_encoded_secret_is_caught() {
    let capture = listen();

    capture.text("base64", "a2FuYXJpZW52b2dlbC10b2tlbg==");
    capture.text("bytes", &format!("{:?}", canary("token").as_bytes()));
    capture.text("hexadecimal", "0x6b616e617269656e766f67656c");
    capture.text("upper case", &canary("token").to_uppercase());

    assert_caught(&capture, &["base64", "bytes", "hexadecimal", "upper case"]);
}

/// SeaORM's own way to connect shows the whole URL in a span: a leak of a dependency that is
/// really there, and that the adapter's pools go round.
#[tokio::test]
async fn the_password_in_a_span_of_sea_orm_is_caught() {
    let capture = listen();
    let url = format!("postgres://me:{}@127.0.0.1:1/app", canary("password"));
    let mut options = sea_orm::ConnectOptions::new(url);
    options.connect_timeout(Duration::from_millis(50));

    let connected = sea_orm::Database::connect(options).await;

    assert!(connected.is_err());
    assert_caught(&capture, &["span sea_orm"]);
}
