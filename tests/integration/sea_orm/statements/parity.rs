//! The numbers that the documents give.

use std::collections::BTreeMap;

use super::COSTS;

/// Read when the test runs, so that a missing document fails one test and not the build.
const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parity.md");

/// What stands in the columns `ours` and `statements` of every table that has both.
fn numbers_in(text: &str) -> BTreeMap<String, String> {
    let mut numbers = BTreeMap::new();
    let mut columns = None;
    for line in text.lines() {
        let Some(row) = line.strip_prefix('|') else {
            columns = None;
            continue;
        };
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let position = |name| cells.iter().position(|cell| *cell == name);
        let cell = |position: usize| cells.get(position).copied().unwrap_or_default();
        match columns {
            None => columns = Some(position("ours").zip(position("statements"))),
            Some(Some((ours, statements))) if !cell(ours).starts_with("---") => {
                let operation = cell(ours).trim_matches('`').to_owned();
                numbers.insert(operation, cell(statements).to_owned());
            }
            Some(_) => {}
        }
    }
    numbers
}

#[test]
fn the_parity_table_gives_the_numbers_that_are_measured() {
    let parity = std::fs::read_to_string(PARITY).expect("docs/parity.md is there");
    let measured: BTreeMap<_, _> = COSTS
        .iter()
        .map(|cost| {
            let numbers = format!("{} / {}", cost.postgres, cost.sqlite);
            (cost.operation.to_owned(), numbers)
        })
        .collect();

    assert_eq!(numbers_in(&parity), measured);
}

#[test]
fn only_tables_with_both_columns_are_read() {
    let text = "\
        | ours | other |\n|---|---|\n| `a` | 1 / 1 |\n\n\
        | x | ours | statements |\n|---|---|---|\n| `y` | `b (new)` | 1 / 5 |\n";

    let numbers: Vec<_> = numbers_in(text).into_iter().collect();

    assert_eq!(numbers, [("b (new)".to_owned(), "1 / 5".to_owned())]);
}
