//! Shows that the suite has teeth: each case is failed by an adapter with a bug that it is
//! there to find.
//!
//! A mutant differs from `MemoryAdapter` in one rule. The matrix of mutants and cases is
//! written to the directory for temporary files of the build, and printed by
//! `cargo test -p authjs-conformance --test kill_matrix -- --nocapture`.

#![expect(clippy::unwrap_used, reason = "a test reports by panicking")]

mod account_tokens;
mod accounts;
mod aims;
mod authenticators;
mod batch_lookup;
mod bend;
mod housekeeping;
mod matrix;
mod mutant;
mod read;
mod rule;
mod session_admin;
mod sessions;
mod sign_in;
mod users;
mod verification_tokens;

use matrix::Matrix;

#[test]
fn each_case_is_killed_by_a_mutant_that_passes_the_others() {
    let matrix = Matrix::run();
    matrix.write();

    matrix.assert_the_specification_passes();
    matrix.assert_mutants_fail_the_cases_they_are_made_for();
    matrix.assert_each_case_has_a_mutant_that_is_made_for_it();
    matrix.assert_mutants_pass_four_fifths_of_the_others();
    matrix.assert_no_two_mutants_are_one();
    matrix.assert_each_case_is_killed();
}
