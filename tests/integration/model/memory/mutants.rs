//! Stores with one wrong rule, to show that the comparison finds each, and how short it makes
//! the sequence that shows it.

use std::marker::PhantomData;

use authjs_adapter::{
    Adapter as _, Clock as _, DynStore, ManualClock, SessionToken, Snapshot, async_trait,
};
use authjs_conformance::{Harness, MemoryHarness};
use authjs_tests::Shared;
use authjs_tests::model::{Change, Letter, NewToken, Op, People, Plan, Subject, explore};
use chrono::{DateTime, TimeDelta};
use serde_json::Value;
use tokio::runtime::Runtime;

/// A wrong rule.
#[async_trait]
trait Wrong: Send + Sync + 'static {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value;
}

/// The specification, but for one rule.
struct Mutant<W>(MemoryHarness, PhantomData<W>);

#[async_trait]
impl<W: Wrong> Subject for Mutant<W> {
    type Rule = Shared;

    async fn fresh() -> Self {
        Self(MemoryHarness::default(), PhantomData)
    }

    async fn clear(&mut self) {
        self.0.clear().await;
    }

    fn store(&self) -> &DynStore {
        Harness::store(&self.0)
    }

    fn clock(&self) -> &ManualClock {
        Harness::clock(&self.0)
    }

    async fn snapshot(&self) -> Snapshot {
        Harness::snapshot(&self.0).await
    }

    fn stored(&self, token: &SessionToken) -> String {
        self.0.stored(token)
    }

    async fn perform(&mut self, people: &mut People, op: &Op) -> Value {
        W::perform(&mut self.0, people, op).await
    }
}

/// The shortest sequence that shows the wrong rule.
fn shortest<W: Wrong>() -> Vec<Op> {
    let runtime = Runtime::new().expect("a runtime can be made");
    let mut mutant = Mutant::<W>(MemoryHarness::default(), PhantomData);
    let found = explore(&runtime, &mut mutant, Plan::default());
    found.expect_err("the wrong rule shows").ops
}

fn names(ops: &[Op]) -> Vec<String> {
    ops.iter().map(Op::name).collect()
}

struct ForgetsExpiry;

#[async_trait]
impl Wrong for ForgetsExpiry {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value {
        let clock = Harness::clock(memory).clone();
        let now = clock.now();
        if matches!(op, Op::GetSessionAndUser(_)) {
            clock.set(DateTime::UNIX_EPOCH);
        }
        let answer = memory.perform(people, op).await;
        if matches!(op, Op::GetSessionAndUser(_)) {
            clock.set(now);
        }
        answer
    }
}

#[test]
fn a_store_that_forgets_expiry_is_found_by_few_operations() {
    let ops = shortest::<ForgetsExpiry>();

    assert_eq!(
        names(&ops).last().map(String::as_str),
        Some("GetSessionAndUser")
    );
    assert!(ops.len() <= 4, "{ops:?}");
}

struct ReplacesATakenToken;

#[async_trait]
impl Wrong for ReplacesATakenToken {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value {
        if let Op::CreateSession(_, NewToken(token, _)) = op {
            let token = token.as_str().into();
            let old = Harness::store(memory).delete_session(&token).await;
            old.expect("the specification deletes");
        }
        memory.perform(people, op).await
    }
}

#[test]
fn a_store_that_replaces_a_taken_token_is_found_by_three_operations() {
    let ops = shortest::<ReplacesATakenToken>();

    assert_eq!(
        names(&ops).last().map(String::as_str),
        Some("CreateSession")
    );
    assert!(ops.len() <= 3, "{ops:?}");
}

struct WritesTheWholeRow;

#[async_trait]
impl Wrong for WritesTheWholeRow {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value {
        let mut op = op.clone();
        if let Op::UpdateUser(_, patch) = &mut op
            && patch.image == Change::Keep
        {
            patch.image = Change::Clear;
        }
        memory.perform(people, &op).await
    }
}

#[test]
fn a_store_that_writes_columns_that_are_not_given_is_found_by_few_operations() {
    let ops = shortest::<WritesTheWholeRow>();

    assert_eq!(names(&ops).last().map(String::as_str), Some("UpdateUser"));
    assert!(ops.len() <= 3, "{ops:?}");
}

struct PurgesTooEarly;

#[async_trait]
impl Wrong for PurgesTooEarly {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value {
        let clock = Harness::clock(memory).clone();
        let now = clock.now();
        if matches!(op, Op::PurgeExpired(_)) {
            clock.set(now + TimeDelta::milliseconds(1));
        }
        let answer = memory.perform(people, op).await;
        if matches!(op, Op::PurgeExpired(_)) {
            clock.set(now);
        }
        answer
    }
}

#[test]
fn a_store_that_purges_one_millisecond_early_is_found() {
    let ops = shortest::<PurgesTooEarly>();

    assert_eq!(names(&ops).last().map(String::as_str), Some("PurgeExpired"));
    assert!(ops.len() <= 3, "{ops:?}");
}

struct LosesTheTokenOfARefusedSignIn;

#[async_trait]
impl Wrong for LosesTheTokenOfARefusedSignIn {
    async fn perform(memory: &mut MemoryHarness, people: &mut People, op: &Op) -> Value {
        let answer = memory.perform(people, op).await;
        if let (Op::SignInWithEmail(Letter(identifier, token), ..), Some(_)) =
            (op, answer.get("error"))
        {
            let token = token.as_str().into();
            let used = Harness::store(memory).use_verification_token(identifier, &token);
            used.await.expect("the specification consumes");
        }
        answer
    }
}

#[test]
fn a_store_that_loses_the_token_of_a_refused_sign_in_is_found_by_two_operations() {
    let ops = shortest::<LosesTheTokenOfARefusedSignIn>();

    assert_eq!(names(&ops), ["CreateVerificationToken", "SignInWithEmail"]);
}
