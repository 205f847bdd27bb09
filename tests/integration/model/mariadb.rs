use authjs_tests::model::{Backend, Plan};
use authjs_tests::{MariadbDatabase, Standalone};

use super::holds_for;

/// A server that waits for the disk at each commit takes its time.
const SEQUENCES: u64 = 24;

fn plan() -> Plan {
    Plan {
        sequences: SEQUENCES,
        ..Plan::default()
    }
}

#[test]
fn a_shared_database_answers_as_the_specification() {
    let seen = holds_for::<Backend<MariadbDatabase>>(plan());

    assert!(seen.conflicts() > 0);
}

#[test]
fn a_standalone_database_answers_as_the_specification() {
    let seen = holds_for::<Backend<MariadbDatabase, Standalone>>(plan());

    assert!(seen.conflicts() > 0);
}
