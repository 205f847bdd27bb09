use authjs_tests::model::Backend;
use authjs_tests::{PostgresDatabase, Standalone};

use super::holds;

#[test]
fn a_shared_database_answers_as_the_specification() {
    let seen = holds::<Backend<PostgresDatabase>>();

    assert!(seen.conflicts() > 0);
}

#[test]
fn a_standalone_database_answers_as_the_specification() {
    let seen = holds::<Backend<PostgresDatabase, Standalone>>();

    assert!(seen.conflicts() > 0);
}
