//! What is compared with the specification.

use authjs_adapter::{
    DynStore, EmailRule, ManualClock, NewUser, Session, SessionToken, Snapshot, Store, User,
    async_trait,
};
use authjs_conformance::{Harness, MemoryHarness, start};
use serde_json::Value;

use super::op::Op;
use super::perform::{Call, People};
use super::raw::Raw;
use crate::{Mode, SeaOrmHarness, Shared, Standalone, TestDatabase};

/// The rule for the addresses that `SignIn` is given.
pub trait Rule: 'static {
    /// The rule.
    const RULE: EmailRule;
}

impl Rule for Shared {
    const RULE: EmailRule = EmailRule::AuthJs;
}

impl Rule for Standalone {
    const RULE: EmailRule = EmailRule::Canonical;
}

/// A store that a sequence is tried on, and a look past it.
#[async_trait]
pub trait Subject: Send + Sync + Sized {
    /// Its rule for addresses, which the specification follows too.
    type Rule: Rule;

    /// A store without rows.
    async fn fresh() -> Self;
    /// Removes all rows, past the store, and sets its clock back.
    async fn clear(&mut self);
    /// The store.
    fn store(&self) -> &DynStore;
    /// The clock of the store.
    fn clock(&self) -> &ManualClock;
    /// All rows, read past the store.
    async fn snapshot(&self) -> Snapshot;
    /// What the store keeps of a session token.
    fn stored(&self, token: &SessionToken) -> String;

    /// Disturbs the store from outside, by force of the database itself. Nothing by default.
    async fn disturb(&self) {}

    /// Ends what [`disturb`](Self::disturb) left. Nothing by default.
    async fn calm(&self) {}

    /// Does what `op` says and returns the answer.
    async fn perform(&mut self, people: &mut People, op: &Op) -> Value {
        let call = Call {
            store: self.store(),
            clock: self.clock(),
            people,
        };
        call.perform(op).await
    }
}

#[async_trait]
impl Subject for MemoryHarness {
    type Rule = Shared;

    async fn fresh() -> Self {
        Self::default()
    }

    async fn clear(&mut self) {
        *self = Self::default();
    }

    fn store(&self) -> &DynStore {
        Harness::store(self)
    }

    fn clock(&self) -> &ManualClock {
        Harness::clock(self)
    }

    async fn snapshot(&self) -> Snapshot {
        Harness::snapshot(self).await
    }

    fn stored(&self, token: &SessionToken) -> String {
        self.stored_token(token)
    }
}

/// The store of a harness on a database of its own, which all sequences of a test share: making
/// one takes longer than a sequence.
#[derive(Debug)]
pub struct Backend<D, M = Shared> {
    harness: SeaOrmHarness<D, M>,
    raw: Raw,
}

#[async_trait]
impl<D, M> Subject for Backend<D, M>
where
    D: TestDatabase,
    M: Mode + Rule,
    SeaOrmHarness<D, M>: Harness<Store: Store<User = User, Session = Session, NewUser = NewUser>>,
{
    type Rule = M;

    async fn fresh() -> Self {
        let harness = SeaOrmHarness::fresh().await;
        let raw = Raw::connect(&harness.database().url()).await;
        Self { harness, raw }
    }

    async fn clear(&mut self) {
        self.raw.clear().await;
        Harness::clock(&self.harness).set(start());
    }

    fn store(&self) -> &DynStore {
        Harness::store(&self.harness)
    }

    fn clock(&self) -> &ManualClock {
        Harness::clock(&self.harness)
    }

    async fn snapshot(&self) -> Snapshot {
        // Over one connection where that is possible: a new one takes longer than an operation.
        match self.raw.snapshot().await {
            Some(snapshot) => snapshot,
            None => Harness::snapshot(&self.harness).await,
        }
    }

    async fn disturb(&self) {
        self.raw.disturb().await;
    }

    fn stored(&self, token: &SessionToken) -> String {
        self.harness.stored_token(token)
    }
}
