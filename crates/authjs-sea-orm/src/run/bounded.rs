//! The attempts of an operation, their deadline, and what is learned from their problems.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use authjs_adapter::{Error, Outcome};
use tokio::runtime::Handle;
use tracing::Instrument as _;

use super::Run;
use super::course::{self, Course};
use super::problem::{Attempt, Problem};
use super::retry::Tries;
use crate::connect::{Place, Pool};
use crate::failure::{Effect, Failure};

impl Run<'_> {
    /// Makes the attempts of an operation, bounds them by the deadline and tells its problem in
    /// the contract's terms, in a span that holds the name of the operation and nothing else.
    pub(crate) async fn bounded<T, F>(
        self,
        course: Course,
        effect: Effect,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, Error>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        // Its timers would panic.
        if Handle::try_current().is_err() {
            return Err(self.unexpected("no-runtime"));
        }
        course.of(self.timed(effect, attempt)).await
    }

    async fn timed<T, F>(
        self,
        effect: Effect,
        attempt: impl Fn() -> F + Send + Sync,
    ) -> Result<T, Error>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        let span =
            tracing::debug_span!(target: "authjs", "authjs", operation = self.operation.as_str());
        let mut work = pin!(caught(self.tried(effect, attempt)).instrument(span));
        // Dropped before the work, which gives its connection back: a cancelled operation has
        // warned the guard by then.
        let watch = Watch {
            pool: &self.shared.pool,
            finished: false,
        };
        let ended = tokio::time::timeout(course::left(), work.as_mut()).await;
        let result = if let Ok(result) = ended {
            watch.finish();
            result
        } else {
            Err(Problem::Deadline)
        };
        #[cfg(any(feature = "mysql", feature = "postgres"))]
        if self.connection.is_pool() {
            self.shared.pool.was_used();
        }
        match result {
            Ok(value) => Ok(value),
            Err(problem) => Err(self.told(problem, effect).await),
        }
    }

    /// A place among the writes of the pool, for which the operation waits for the first half of
    /// its time at most: the other half is for the write.
    ///
    /// To be awaited by the caller itself: who goes away before there is a place leaves nothing
    /// behind.
    pub(crate) async fn place(self, course: &Course) -> Result<Place, Error> {
        match self.shared.pool.place(course.left() / 2).await {
            Some(place) => Ok(place),
            None => Err(self.told(Problem::Crowd, Effect::Write).await),
        }
    }

    /// Makes attempts until one ends in what another could not mend.
    async fn tried<T, F>(self, effect: Effect, attempt: impl Fn() -> F + Send + Sync) -> Attempt<T>
    where
        F: Future<Output = Attempt<T>> + Send,
    {
        let mut tries = Tries::new(self.shared.deadline);
        loop {
            let problem = match attempt().await {
                Ok(value) => return Ok(value),
                Err(problem) => problem,
            };
            let Some(pause) = self.pause(&problem, effect, &mut tries) else {
                return Err(problem);
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// How long to wait before the next attempt; `None` if the problem stays.
    fn pause(self, problem: &Problem, effect: Effect, tries: &mut Tries) -> Option<Duration> {
        // After an error inside the caller's transaction only the caller can begin again, and a
        // change that was made must not be made twice.
        if !self.connection.is_pool() || matches!(problem, Problem::Afterwards(_)) {
            return None;
        }
        let failure = self.failure(problem)?;
        let pause = failure
            .is_worth_another_attempt(effect)
            .then(|| tries.next(course::elapsed()))??;
        self.learn(&failure);
        tracing::debug!(target: "authjs", operation = %self.operation, "another attempt");
        Some(pause)
    }

    /// Lets the pool and what is known of the schema learn from a failure.
    fn learn(self, failure: &Failure) {
        if failure.is_suspicious() {
            self.suspect();
        }
        if failure.is_answer() {
            self.shared.pool.answered();
        }
        if let Some(guard) = self.shared.pool.guard() {
            // What is left to read on the connection of a panic nobody knows, nor which one it is
            // that misreads a statement each time.
            if failure.is_stale_statement() || failure.is_panic() || failure.is_misshapen() {
                guard.outdate();
            }
            if failure.is_broken() {
                guard.broke();
            }
        }
        let plan = self.known_plan();
        if failure.contradicts(plan.as_deref().map(|plan| &plan.facts)) {
            self.shared.plan.forget();
        }
    }

    /// Tells a problem in the contract's terms, and learns from it.
    pub(crate) async fn told(self, problem: Problem, effect: Effect) -> Error {
        let problem = match problem {
            Problem::Decided(error) => return error,
            problem => problem,
        };
        let was_applied = matches!(problem, Problem::Afterwards(_));
        let Some(failure) = self.failure(&problem) else {
            return self.unexpected("unsupported");
        };
        let mut plan = self.known_plan();
        let is_news = failure.contradicts(plan.as_deref().map(|plan| &plan.facts));
        self.learn(&failure);
        if failure.is_out_of_reach() && self.connection.is_pool() {
            self.shared.pool.missed();
        }
        // Inside a transaction nothing can be asked after an error.
        if is_news && failure.is_unique() && self.connection.is_pool() {
            let reading = tokio::time::timeout(course::left(), self.plan()).await;
            plan = reading.ok().and_then(Result::ok).or(plan);
        }
        let facts = plan.as_deref().map(|plan| &plan.facts);
        let mut error = failure.into_error(self.operation, effect, facts);
        if was_applied {
            error = error.with_outcome(Outcome::Unknown);
        }
        tracing::debug!(target: "authjs", operation = %self.operation, error = %error, "failed");
        error
    }
}

/// Ends in a problem where the work panics: the drivers do over some corrupted answers.
///
/// The work is not polled again, and what it shares with others are counters and values that are
/// replaced whole.
async fn caught<T>(work: impl Future<Output = Attempt<T>>) -> Attempt<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        let poll = AssertUnwindSafe(|| work.as_mut().poll(context));
        catch_unwind(poll).unwrap_or(Poll::Ready(Err(Problem::Panic)))
    })
    .await
}

/// Notices an operation that did not end by itself: its connection may be broken.
struct Watch<'p> {
    pool: &'p Pool,
    finished: bool,
}

impl Watch<'_> {
    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.pool.suspect();
            course::give_back_leave(self.pool);
        }
    }
}
