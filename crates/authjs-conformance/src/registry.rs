//! The cases as values, and how one is run.

use std::fmt;
use std::pin::Pin;

use authjs_adapter::Store;

use crate::Harness;

/// What a case does: it runs on a fresh store and panics if the store is wrong.
type Run<H> = for<'a> fn(&'a H) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One case of the suite.
pub struct Case<H> {
    pub(crate) model: &'static str,
    pub(crate) method: &'static str,
    pub(crate) aspect: Aspect,
    pub(crate) name: &'static str,
    pub(crate) run: Run<H>,
}

/// What a case is about: the column of the matrix of methods and cases that it fills.
///
/// A method has a case for each, or there is a reason why it cannot have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Aspect {
    /// The row is there, or there is nothing in its way: what is stored and what is returned.
    Found,
    /// The key or the user is of a form that a row could have, and no row has it.
    Unknown,
    /// A key that no row can have, or a value that cannot be stored.
    Malformed,
    /// What is to be unique is taken, or the row belongs to somebody else.
    Conflict,
    /// The row has ended, or ends at this very millisecond.
    Expired,
    /// NULL against absent: what is not given, what is to be cleared, and what is empty.
    Null,
    /// Simultaneous calls.
    Race,
}

impl Aspect {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 7] = [
        Self::Found,
        Self::Unknown,
        Self::Malformed,
        Self::Conflict,
        Self::Expired,
        Self::Null,
        Self::Race,
    ];

    /// The heading of the column.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Unknown => "unknown",
            Self::Malformed => "malformed",
            Self::Conflict => "conflict",
            Self::Expired => "expired",
            Self::Null => "null",
            Self::Race => "race",
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<H> Case<H> {
    /// The module of the case, such as `sessions`.
    #[must_use]
    pub const fn model(&self) -> &'static str {
        self.model
    }

    /// The method that the case is about, such as `get_session_and_user`: the row of the matrix.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// What of the method the case is about: the column of the matrix.
    #[must_use]
    pub const fn aspect(&self) -> Aspect {
        self.aspect
    }

    /// The name of the case within its module.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<H: Harness> Case<H> {
    /// Runs the case on a store that nothing else has used.
    ///
    /// Needs a Tokio runtime with worker threads: the races put their callers on threads of
    /// their own and wait for them.
    ///
    /// # Panics
    /// If the store does not behave as the case demands.
    pub async fn run(&self, harness: &H) {
        (self.run)(harness).await;
    }
}

impl<H> Clone for Case<H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Case<H> {}

impl<H> fmt::Display for Case<H> {
    /// Writes `model::name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.model, self.name)
    }
}

impl<H> fmt::Debug for Case<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// All cases, for an adapter with every capability, in the order of the contract.
///
/// [`conformance_suite!`](crate::conformance_suite) makes tests of the same list.
#[must_use]
pub fn cases<H>() -> Vec<Case<H>>
where
    H: Harness,
    H::Store: Store,
{
    let mut cases = Vec::new();
    crate::__cases! { __register (cases) * }
    cases
}

/// Runs one case on a fresh store, for the tests that the macro makes.
#[doc(hidden)]
pub fn run<H: Harness>(case: Run<H>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let harness = H::fresh().await;
            case(&harness).await;
            harness.finish().await;
        });
}
