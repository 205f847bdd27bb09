//! The executable specification as the reference of a state machine.

use std::fmt;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use authjs_adapter::{EmailRule, ManualClock, MemoryAdapter, SessionToken};
use authjs_conformance::start;
use chrono::TimeDelta;
use proptest::prelude::{BoxedStrategy, Just, Strategy as _};
use proptest_state_machine::ReferenceStateMachine;
use serde_json::Value;

use super::answer::rows;
use super::generate::Known;
use super::op::Op;
use super::perform::{Call, People};
use super::subject::Rule;

/// How far the clock of the "database" is ahead, as that of a real one is.
const DATABASE_LEAD: TimeDelta = TimeDelta::days(5 * 365);

/// A [`MemoryAdapter`], what it was asked, and its last answer.
pub struct Model {
    clock: ManualClock,
    database_clock: ManualClock,
    rule: EmailRule,
    store: MemoryAdapter,
    people: People,
    done: Vec<Op>,
    answer: Value,
}

impl Model {
    /// An empty store.
    #[must_use]
    pub fn new(rule: EmailRule) -> Self {
        let clock = ManualClock::new(start());
        let database_clock = ManualClock::new(start() + DATABASE_LEAD);
        let store = MemoryAdapter::new(clock.clone())
            .with_database_clock(database_clock.clone())
            .with_email_rule(rule);
        Self {
            clock,
            database_clock,
            rule,
            store,
            people: People::default(),
            done: Vec::new(),
            answer: Value::Null,
        }
    }

    pub(super) fn perform(&mut self, op: &Op) {
        let call = Call {
            store: &self.store,
            clock: &self.clock,
            people: &mut self.people,
        };
        self.answer = at_once(call.perform(op));
        if let Op::Advance(millis) = op {
            self.database_clock
                .advance(TimeDelta::milliseconds(*millis));
        }
        self.done.push(op.clone());
    }

    /// What the last operation answered.
    pub(super) const fn answer(&self) -> &Value {
        &self.answer
    }

    /// All rows, with session tokens as another store keeps them.
    pub(super) fn rows(&self, stored: impl Fn(&SessionToken) -> String) -> Value {
        rows(self.store.snapshot(), stored)
    }
}

impl Clone for Model {
    /// Does everything again: clones of a [`MemoryAdapter`] share their rows.
    fn clone(&self) -> Self {
        let mut model = Self::new(self.rule);
        for op in &self.done {
            model.perform(op);
        }
        model
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the specification after {} operations", self.done.len())
    }
}

/// The state machine that sequences are generated from.
#[derive(Debug)]
pub struct Specification<R>(PhantomData<R>);

impl<R: Rule> ReferenceStateMachine for Specification<R> {
    type State = Model;
    type Transition = Op;

    fn init_state() -> BoxedStrategy<Model> {
        Just(Model::new(R::RULE)).boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Op> {
        Known::of(&model.people, model.store.snapshot()).next_op()
    }

    fn apply(mut model: Model, op: &Op) -> Model {
        model.perform(op);
        model
    }
}

/// The output of a future that never waits, as those of a [`MemoryAdapter`].
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the specification waits for nothing"),
    }
}
