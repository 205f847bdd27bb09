//! Sequences tried on a store, and the shortest one that it gets wrong.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::Ordering::SeqCst;

use authjs_adapter::SessionToken;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;
use tokio::runtime::Runtime;

use super::answer::{Pairs, rows};
use super::op::Op;
use super::perform::People;
use super::seen::{Seen, is_nothing};
use super::specification::{Model, Specification};
use super::subject::{Rule, Subject};

/// How often a sequence that fails is tried to be made shorter.
const SHRINKS: u32 = 2_000;

/// Which sequences are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed of the first sequence; the others have those that follow.
    pub seed: u64,
    /// How many sequences.
    pub sequences: u64,
    /// The most operations in a sequence.
    pub steps: usize,
}

impl Default for Plan {
    /// What a run of the tests can afford on each store.
    fn default() -> Self {
        Self {
            seed: 20_200_101,
            sequences: 64,
            steps: 40,
        }
    }
}

/// A sequence that a store answers otherwise than the specification, as short as it was found.
pub struct Counterexample {
    /// The seed of the sequence that it was made from.
    pub seed: u64,
    /// What differs after the last operation.
    pub difference: String,
    /// The operations.
    pub ops: Vec<Op>,
}

impl fmt::Debug for Counterexample {
    /// As people read it, also in the message of a test that fails.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = serde_json::to_string(&self.ops).map_err(|_| fmt::Error)?;
        writeln!(f, "seed {}: {}", self.seed, self.difference)?;
        for (op, number) in self.ops.iter().zip(1..) {
            writeln!(f, "{number:4}. {op:?}")?;
        }
        write!(f, "as a line of regressions.jsonl: {line}")
    }
}

/// Tries the sequences of a plan on a store; says what was seen, or what it got wrong.
///
/// # Errors
/// The first sequence that fails, shrunk.
pub fn explore<S: Subject>(
    runtime: &Runtime,
    subject: &mut S,
    plan: Plan,
) -> Result<Seen, Box<Counterexample>> {
    let mut seen = Seen::default();
    for seed in (plan.seed..).take(usize::try_from(plan.sequences).unwrap_or(usize::MAX)) {
        explore_one(runtime, subject, seed, plan.steps, &mut seen)?;
    }
    Ok(seen)
}

fn explore_one<S: Subject>(
    runtime: &Runtime,
    subject: &mut S,
    seed: u64,
    steps: usize,
    counts: &mut Seen,
) -> Result<(), Box<Counterexample>> {
    let config = Config {
        cases: 1,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: SHRINKS,
        ..Config::default()
    };
    let strategy = Specification::<S::Rule>::sequential_strategy(steps.div_ceil(2)..=steps);
    let tried = {
        let cell = RefCell::new((&mut *subject, counts));
        TestRunner::new(config).run(&strategy, |(_, ops, applied)| {
            let (subject, counts) = &mut *cell.borrow_mut();
            let before_each = || {
                if let Some(applied) = &applied {
                    applied.fetch_add(1, SeqCst);
                }
            };
            let followed = runtime.block_on(follow_each(*subject, &ops, counts, before_each));
            followed.map_err(TestCaseError::fail)
        })
    };
    match tried {
        Ok(()) => Ok(()),
        Err(TestError::Fail(reason, (_, ops, _))) => {
            let found = Counterexample {
                seed,
                difference: reason.message().to_owned(),
                ops,
            };
            Err(Box::new(runtime.block_on(shorten(subject, found))))
        }
        Err(TestError::Abort(reason)) => panic!("no sequence can be generated: {reason}"),
    }
}

/// Leaves out what can be left out one by one. The shrinker of proptest takes the last operation
/// for the one that failed, and each only once.
async fn shorten<S: Subject>(subject: &mut S, mut found: Counterexample) -> Counterexample {
    let mut at = found.ops.len();
    while let Some(index) = at.checked_sub(1) {
        at = index;
        let mut fewer = found.ops.clone();
        fewer.remove(index);
        if let Err(difference) = follow(subject, &fewer, &mut Seen::default()).await {
            found.difference = difference;
            found.ops = fewer;
            at = found.ops.len();
        }
    }
    found
}

/// Tries one sequence on a store.
///
/// # Errors
/// What differs.
pub async fn follow<S: Subject>(
    subject: &mut S,
    ops: &[Op],
    seen: &mut Seen,
) -> Result<(), String> {
    follow_each(subject, ops, seen, || ()).await
}

async fn follow_each<S: Subject>(
    subject: &mut S,
    ops: &[Op],
    seen: &mut Seen,
    before_each: impl Fn(),
) -> Result<(), String> {
    subject.clear().await;
    let mut model = Model::new(S::Rule::RULE);
    let mut people = People::default();
    let mut pairs = Pairs::default();
    for (op, number) in ops.iter().zip(1..) {
        before_each();
        model.perform(op);
        let found = subject.perform(&mut people, op).await;
        pairs
            .compare(model.answer(), &found)
            .map_err(|difference| format!("the answer of {op:?}: {difference}"))?;
        seen.count(op, model.answer());
        // Reading all rows takes longer than most operations.
        if number == ops.len() || (op.writes() && !is_nothing(model.answer())) {
            let expected = model.rows(|token| subject.stored(token));
            pairs
                .compare(&expected, &rows(subject.snapshot().await, as_stored))
                .map_err(|difference| format!("the rows after {op:?}: {difference}"))?;
        }
    }
    seen.sequences += 1;
    Ok(())
}

fn as_stored(token: &SessionToken) -> String {
    token.expose().to_owned()
}
