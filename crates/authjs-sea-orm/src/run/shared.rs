//! What the runs of an adapter have in common.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use authjs_adapter::{Clock, EmailRule};

use super::plan_cell::PlanCell;
use crate::connect::Pool;

/// What all clones of an adapter, and those bound to transactions, have in common.
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) deadline: Duration,
    pub(crate) tokens: TokenStorage,
    pub(crate) email_rule: EmailRule,
    pub(crate) email_lookup: EmailLookup,
    pub(crate) pool: Pool,
    pub(crate) plan: Arc<PlanCell>,
    pub(super) statements: Arc<AtomicU64>,
}

/// How session tokens are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenStorage {
    /// As they are, since an Auth.js application looks raw values up.
    Raw,
    /// As their hex SHA-256.
    Hashed,
}

/// How [`get_user_by_email`](authjs_adapter::Adapter::get_user_by_email) compares addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailLookup {
    /// Byte for byte, as Auth.js' contract says.
    #[default]
    Exact,
    /// Byte for byte, and where nobody has the address so, without regard to ASCII and
    /// simple Unicode case as the database's `lower` sees it: the lowest id. For databases
    /// with addresses from before they were normalised. Two statements on a miss; the second
    /// has no index unless the application made one on `lower(email)`.
    ExactThenLower,
}

impl Shared {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        tokens: TokenStorage,
        email_rule: EmailRule,
        pool: Pool,
    ) -> Self {
        Self {
            clock,
            deadline: Duration::from_secs(5),
            tokens,
            email_rule,
            email_lookup: EmailLookup::default(),
            pool,
            plan: Arc::default(),
            statements: Arc::default(),
        }
    }

    /// The same settings, to be changed: what is known about the database stays shared.
    pub(crate) fn fork(&self) -> Self {
        Self {
            clock: Arc::clone(&self.clock),
            deadline: self.deadline,
            tokens: self.tokens,
            email_rule: self.email_rule,
            email_lookup: self.email_lookup,
            pool: self.pool.clone(),
            plan: Arc::clone(&self.plan),
            statements: Arc::clone(&self.statements),
        }
    }

    pub(crate) fn statements_sent(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("clock", &self.clock)
            .field("deadline", &self.deadline)
            .field("tokens", &self.tokens)
            .field("email_rule", &self.email_rule)
            .finish_non_exhaustive()
    }
}
