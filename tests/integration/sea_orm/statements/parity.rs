//! The numbers that the documents give.

use std::collections::{BTreeMap, BTreeSet};

use super::{COSTS, Measured};

/// Read when the test runs, so that a missing document fails one test and not the build.
const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parity.md");

/// What stands in these columns of every table that has them all, row by row.
fn columns<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Vec<[&'a str; N]> {
    let mut rows = Vec::new();
    let mut places: Option<Option<[usize; N]>> = None;
    for line in text.lines() {
        let Some(row) = line.trim_start().strip_prefix('|') else {
            places = None;
            continue;
        };
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        match places {
            None => {
                let found = names.map(|name| cells.iter().position(|cell| *cell == name));
                let is_complete = found.iter().all(Option::is_some);
                places = Some(is_complete.then(|| found.map(Option::unwrap_or_default)));
            }
            Some(Some(places)) if !cell(0).starts_with("---") => rows.push(places.map(cell)),
            Some(_) => {}
        }
    }
    rows
}

/// The statements of each operation.
fn numbers_in(text: &str) -> BTreeMap<String, String> {
    let rows = columns(text, ["ours", "statements"]).into_iter();
    let owned =
        |[ours, numbers]: [&str; 2]| (ours.trim_matches('`').to_owned(), numbers.to_owned());
    rows.map(owned).collect()
}

/// Statements of an operation, its round trips, and the messages of one of these.
type RoundTrips = BTreeSet<[String; 3]>;

/// What the documents say of a backend.
pub(crate) fn documented_round_trips(backend: &str) -> RoundTrips {
    let parity = std::fs::read_to_string(PARITY).expect("docs/parity.md is there");
    let names = ["backend", "statements", "round trips", "messages of each"];
    let rows = columns(&parity, names).into_iter();
    let of_backend = rows.filter(|[name, ..]| *name == backend);
    of_backend
        .map(|[_, statements, round_trips, messages]| {
            [statements, round_trips, messages].map(|cell| cell.replace('`', ""))
        })
        .collect()
}

/// The same as it was measured.
pub(crate) fn measured_round_trips(measured: &[Measured]) -> RoundTrips {
    let of_one = |one: &Measured| {
        let distinct: BTreeSet<_> = one
            .seen
            .round_trips
            .iter()
            .map(|all| all.join(" "))
            .collect();
        [
            one.seen.statements.to_string(),
            one.seen.round_trips.len().to_string(),
            Vec::from_iter(distinct).join(", "),
        ]
    };
    measured.iter().map(of_one).collect()
}

#[test]
fn the_parity_table_gives_the_numbers_that_are_measured() {
    let parity = std::fs::read_to_string(PARITY).expect("docs/parity.md is there");
    let measured: BTreeMap<_, _> = COSTS
        .iter()
        .map(|cost| {
            let numbers = format!("{} / {} / {}", cost.postgres, cost.sqlite, cost.mariadb);
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
