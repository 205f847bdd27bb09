//! What the comparison itself can see.

mod linear;
mod mutants;

use authjs_conformance::MemoryHarness;
use authjs_tests::model::{Counterexample, Op, Person, Regressions, Seen};

use super::holds;

/// The operations that never found anything, or always did.
fn one_sided(seen: &Seen) -> Vec<&str> {
    let operations = seen.operations_seen();
    operations
        .filter(|(name, answers)| seen.times(name, "something") == 0 || *answers == 1)
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn the_sequences_find_something_and_nothing_by_each_operation() {
    let seen = holds::<MemoryHarness>();

    assert_eq!(seen.operations_seen().count(), 31);
    assert_eq!(one_sided(&seen), ["Advance"]);
}

#[test]
fn a_sequence_that_failed_is_kept_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let regressions = Regressions::at(folder.path().join("regressions.jsonl"));
    let found = Counterexample {
        seed: 1,
        difference: String::new(),
        ops: vec![Op::GetUser(Person::Malformed(3)), Op::Advance(1)],
    };

    regressions.keep(&found);
    regressions.keep(&found);

    assert_eq!(regressions.read(), [found.ops]);
}
