//! How far the operation is that this task is at: its time, and its leave to ask the server.
//!
//! It belongs to the operation and not to one of its attempts, each of which has a `Run` of its
//! own; and it goes with the task, so that no operation has to hand it on.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::connect::{Leave, Pool};

tokio::task_local! {
    static COURSE: Course;
}

/// The course of one operation, with all its attempts.
#[derive(Debug)]
pub(crate) struct Course {
    began: Instant,
    deadline: Duration,
    /// Asked for before the first statement is sent, if any is.
    leave: OnceLock<Option<Leave>>,
    /// A statement of the operation itself was sent, or is about to be.
    has_asked: AtomicBool,
}

impl Course {
    /// An operation begins, which may last so long.
    pub(crate) fn begin(deadline: Duration) -> Self {
        Self {
            began: Instant::now(),
            deadline,
            leave: OnceLock::new(),
            has_asked: AtomicBool::new(false),
        }
    }

    /// How long it has lasted.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// How long it may still last.
    pub(crate) fn left(&self) -> Duration {
        self.deadline.saturating_sub(self.elapsed())
    }

    /// Runs the operation.
    pub(super) async fn of<F: Future>(self, operation: F) -> F::Output {
        COURSE.scope(self, operation).await
    }
}

/// True if the operation may ask the server: decided once, when it is about to.
pub(super) fn has_leave(pool: &Pool) -> bool {
    let ask = |course: &Course| course.leave.get_or_init(|| pool.leave()).is_some();
    COURSE.try_with(ask).unwrap_or(true)
}

/// The operation ends without having found out whether the server is there: if it went to try
/// for all, another one may.
pub(super) fn give_back_leave(pool: &Pool) {
    // Outside of any operation there is no leave.
    let _ = COURSE.try_with(|course| {
        if let Some(Some(leave)) = course.leave.get() {
            pool.give_back(*leave);
        }
    });
}

/// How long the operation may still last.
pub(super) fn left() -> Duration {
    COURSE.try_with(Course::left).unwrap_or_default()
}

/// How long the operation has lasted.
pub(super) fn elapsed() -> Duration {
    COURSE.try_with(Course::elapsed).unwrap_or_default()
}

/// The operation is about to send a statement.
pub(super) fn asks() {
    // Outside of any operation nobody looks.
    let _ = COURSE.try_with(|course| course.has_asked.store(true, Ordering::Relaxed));
}

/// False if the operation has sent nothing, but for questions about the schema.
pub(super) fn has_asked() -> bool {
    COURSE
        .try_with(|course| course.has_asked.load(Ordering::Relaxed))
        .unwrap_or(true)
}
