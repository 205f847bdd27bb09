//! Catches what a process tells: log events and spans of all crates at every level, records of
//! the `log` crate, panics, and the texts of values, and searches them for secrets.

mod forms;
mod listener;
mod marker;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::marker::{MARKER, canary};

use self::forms::Needles;

/// Everything that the process tells from now on.
///
/// Subscribers, loggers and panic hooks are there once per process, so there is one of these
/// per test, and each test has a process of its own.
#[derive(Clone, Debug)]
pub struct Capture(Arc<Mutex<Caught>>);

/// What was told so far.
#[derive(Debug)]
struct Caught {
    needles: Needles,
    /// How many lines came from where.
    told: BTreeMap<String, usize>,
    leaks: Vec<String>,
}

impl Capture {
    /// Listens from now on for these texts, as they are or encoded, in any case of letters.
    ///
    /// # Panics
    /// If the process has a subscriber or logger already.
    #[must_use]
    pub fn listen_for<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let caught = Caught {
            needles: Needles::of(secrets),
            told: BTreeMap::new(),
            leaks: Vec::new(),
        };
        let capture = Self(Arc::new(Mutex::new(caught)));
        listener::install(&capture);
        capture
    }

    /// Takes a text that somebody might print or log.
    pub fn text(&self, place: &str, text: &str) {
        let mut caught = self.caught();
        *caught.told.entry(place.to_owned()).or_default() += 1;
        if let Some(secret) = caught.needles.found_in(text) {
            let shown: String = text.chars().take(600).collect();
            let leak = format!("{place} tells {secret}: {shown}");
            if !caught.leaks.contains(&leak) {
                caught.leaks.push(leak);
            }
        }
    }

    /// Takes both forms of `Debug`.
    pub fn debug(&self, place: &str, value: &impl Debug) {
        self.text(place, &format!("{value:?}"));
        self.text(place, &format!("{value:#?}"));
    }

    /// Takes all texts of an error and of what caused it.
    pub fn error(&self, place: &str, error: &(dyn Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.text(place, &error.to_string());
            self.text(place, &format!("{error:#}"));
            self.debug(place, &error);
            next = error.source();
        }
    }

    /// What was told that must not be, each once.
    #[must_use]
    pub fn leaks(&self) -> Vec<String> {
        self.caught().leaks.clone()
    }

    /// How many lines came from where.
    #[must_use]
    pub fn told(&self) -> BTreeMap<String, usize> {
        self.caught().told.clone()
    }

    /// True if something was heard from a place whose name begins so.
    #[must_use]
    pub fn heard(&self, place: &str) -> bool {
        self.caught()
            .told
            .keys()
            .any(|told| told.starts_with(place))
    }

    fn caught(&self) -> MutexGuard<'_, Caught> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
