//! The cases as values, and how one is run.

use std::fmt;
use std::pin::Pin;

use authjs_adapter::Store;

use crate::Harness;

/// What a case does: it runs on a fresh store and panics if the store is wrong.
type Run<H> = for<'a> fn(&'a H) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One case of the suite.
pub struct Case<H> {
    model: &'static str,
    name: &'static str,
    run: Run<H>,
}

impl<H> Case<H> {
    #[doc(hidden)]
    pub const fn new(model: &'static str, name: &'static str, run: Run<H>) -> Self {
        Self { model, name, run }
    }

    /// The module of the case, such as `sessions`.
    #[must_use]
    pub const fn model(&self) -> &'static str {
        self.model
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
