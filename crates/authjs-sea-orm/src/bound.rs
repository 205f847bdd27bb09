//! What is known about a transaction of the caller.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::plan::Plan;

/// What those who are bound to a transaction of the caller know about it.
#[derive(Debug, Default)]
#[expect(
    unnameable_types,
    reason = "only the sealed trait behind `Link` gives it out"
)]
pub struct Bound {
    /// The plan that was read inside the transaction: it may never be committed.
    pub(crate) plan: OnceLock<Arc<Plan>>,
    /// A write was left half-way, and its savepoint was not rolled back to.
    is_torn: AtomicBool,
}

impl Bound {
    pub(crate) fn is_torn(&self) -> bool {
        self.is_torn.load(Ordering::Relaxed)
    }
}

/// A write between its savepoint and the end of that. Dropped there, it tears the transaction.
pub(crate) struct Half<'b> {
    bound: &'b Bound,
    is_whole: bool,
}

impl<'b> Half<'b> {
    pub(crate) const fn of(bound: &'b Bound) -> Self {
        Self {
            bound,
            is_whole: false,
        }
    }

    /// All of it was done, or nothing.
    pub(crate) fn finish(mut self) {
        self.is_whole = true;
    }
}

impl Drop for Half<'_> {
    fn drop(&mut self) {
        if !self.is_whole {
            self.bound.is_torn.store(true, Ordering::Relaxed);
        }
    }
}
