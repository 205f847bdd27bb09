//! The notes that all workers write into.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use authjs_adapter::{Outcome, Result};
use tokio::time::Instant;

use super::FaultTally;
use super::ledger::Ledger;

/// What the workers saw and did so far; clones write into the same notes.
#[derive(Clone, Default)]
pub(super) struct Notes {
    inner: Arc<Mutex<(FaultTally, Ledger)>>,
}

/// An answer, as far as the one who asked may rely on it.
pub(super) enum Told<T> {
    /// It was done.
    Done(T),
    /// It was certainly not done.
    Not,
    /// Nobody knows; it may also be done later.
    Unknown,
}

impl Notes {
    /// Calls, and notes how it ended.
    pub(super) async fn call<T>(&self, answer: impl Future<Output = Result<T>>) -> Told<T> {
        let asked = Instant::now();
        let answer = answer.await;
        let lasted = asked.elapsed();
        let mut inner = self.lock();
        let tally = &mut inner.0;
        tally.operations += 1;
        tally.longest = tally.longest.max(lasted);
        match answer {
            Ok(value) => {
                tally.succeeded += 1;
                Told::Done(value)
            }
            Err(error) => {
                let what = format!("{:?} ({:?})", error.kind(), error.outcome());
                *tally.errors.entry(what).or_default() += 1;
                match error.outcome() {
                    Outcome::NotApplied => Told::Not,
                    Outcome::Unknown => Told::Unknown,
                }
            }
        }
    }

    /// Notes an answer that cannot be right.
    pub(super) fn wrong(&self, what: String) {
        self.lock().0.wrong.push(what);
    }

    /// Notes what may be stored from now on.
    pub(super) fn expect(&self, change: impl FnOnce(&mut Ledger)) {
        change(&mut self.lock().1);
    }

    pub(super) fn recovered(&self, after: Duration) {
        self.lock().0.recovery = Some(after);
    }

    /// What was seen, and what may be stored.
    pub(super) fn read(&self) -> (FaultTally, Ledger) {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, (FaultTally, Ledger)> {
        self.inner.lock().expect("nobody panics with it")
    }
}
