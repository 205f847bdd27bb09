//! What the documents promise is there.

use std::collections::BTreeSet;

use authjs_conformance::{MemoryHarness, cases};

/// Read when the test runs, so that a missing document fails one test and not the build.
const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parity.md");

/// The names in back-ticks that have the shape `model::case` of the suite.
fn names_in(text: &str) -> BTreeSet<String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| {
            name.split_once("::")
                .is_some_and(|(model, case)| is_word(model) && is_word(case))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_parity_table_names_the_cases_of_the_suite_and_no_others() {
    let cases: BTreeSet<_> = cases::<MemoryHarness>()
        .iter()
        .map(ToString::to_string)
        .collect();

    let parity = std::fs::read_to_string(PARITY).expect("docs/parity.md is there");
    let named = names_in(&parity);

    let (unknown, unnamed): (Vec<_>, Vec<_>) = named
        .symmetric_difference(&cases)
        .partition(|name| named.contains(*name));
    assert!(
        unknown.is_empty(),
        "docs/parity.md names {unknown:?}, which are no cases"
    );
    assert!(
        unnamed.is_empty(),
        "docs/parity.md does not name {unnamed:?}"
    );
}

#[test]
fn only_names_of_cases_are_read_from_a_text() {
    let text = "| `getUser` | `users::get_user` and `std::fmt::Display`, `a::B` | `x::y_1` |";

    let names: Vec<_> = names_in(text).into_iter().collect();

    assert_eq!(names, ["users::get_user", "x::y_1"]);
}
