//! What the documents promise is there.

use std::collections::{BTreeMap, BTreeSet};

use authjs_conformance::{Aspect, MemoryHarness, cases};

/// Read when the test runs, so that a missing document fails one test and not the build.
const PARITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/parity.md");

/// A cell of the matrix: the method and what of it the cases are about.
type Cell = (String, String);

/// The matrix as the page tells it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    /// What stands in each cell: a number or the letter of a reason.
    matrix: BTreeMap<Cell, String>,
    /// The letters of the reasons that are written out.
    reasons: BTreeSet<String>,
    /// The listed cases with the cell that they are listed for.
    cases: BTreeSet<(Cell, String)>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let (mut columns, mut model, mut method) = (Vec::new(), "", "");
        for line in joined(text).lines() {
            let quoted = line.split('`').nth(1).unwrap_or_default();
            if line.starts_with("### ") {
                (model, method) = (quoted, "");
            } else if line.starts_with("#### ") {
                method = quoted;
            } else if let Some(row) = line.strip_prefix("| method |") {
                columns = cells(row);
            } else if line.starts_with("| [`") && !columns.is_empty() {
                page.add_row(quoted, &columns, &cells(line));
            } else if let Some((letter, reason)) = reason(line) {
                assert!(!reason.is_empty(), "the reason {letter} says nothing");
                page.reasons.insert(letter.to_owned());
            } else if let Some(list) = line.strip_prefix("- ").filter(|_| !method.is_empty()) {
                page.add_cases(model, method, list);
            }
        }
        page
    }

    /// A row of the matrix, whose first cell is the method.
    fn add_row(&mut self, method: &str, columns: &[String], row: &[String]) {
        for (column, text) in columns.iter().zip(row.iter().skip(1)) {
            let cell = (method.to_owned(), column.clone());
            let before = self.matrix.insert(cell, text.clone());
            assert_eq!(before, None, "{method} has two rows");
        }
    }

    /// A list such as ``race: `one`, `two` ``.
    fn add_cases(&mut self, model: &str, method: &str, list: &str) {
        let (aspect, names) = list.split_once(':').expect("a list has a colon");
        for name in names.split('`').skip(1).step_by(2) {
            let cell = (method.to_owned(), aspect.to_owned());
            let is_new = self
                .cases
                .insert((cell, format!("{model}::{method}_{name}")));
            assert!(is_new, "{model}::{method}_{name} is listed twice");
        }
    }
}

/// The text with each continued list item on one line.
fn joined(text: &str) -> String {
    text.replace("\n  ", " ")
}

/// The cells of a row, without those beyond the outer bars.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_matches('|');
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// The letter and the text of ``- **a**: because``.
fn reason(line: &str) -> Option<(&str, &str)> {
    let (letter, reason) = line.strip_prefix("- **")?.split_once("**:")?;
    (letter.len() == 1).then(|| (letter, reason.trim()))
}

fn page() -> Page {
    Page::read(&std::fs::read_to_string(PARITY).expect("docs/parity.md is there"))
}

/// The cases of the suite, each with its cell.
fn suite() -> BTreeSet<(Cell, String)> {
    let cases = cases::<MemoryHarness>();
    let cases = cases.iter().map(|case| {
        let cell = (case.method().to_owned(), case.aspect().to_string());
        (cell, case.to_string())
    });
    cases.collect()
}

#[test]
fn the_parity_page_lists_the_cases_of_the_suite_and_no_others() {
    let suite = suite();

    let listed = page().cases;

    let (unknown, unlisted): (Vec<_>, Vec<_>) = listed
        .symmetric_difference(&suite)
        .partition(|case| listed.contains(*case));
    assert!(
        unknown.is_empty(),
        "docs/parity.md lists {unknown:#?}, which are no cases of that cell"
    );
    assert!(
        unlisted.is_empty(),
        "docs/parity.md does not list {unlisted:#?}"
    );
}

#[test]
fn each_cell_of_the_matrix_is_a_number_of_cases_or_a_reason() {
    let suite = suite();
    let methods: BTreeSet<_> = suite.iter().map(|((method, _), _)| method).collect();
    let all_cells = methods.iter().flat_map(|method| {
        let columns = Aspect::ALL.map(|aspect| ((*method).clone(), aspect.to_string()));
        columns.into_iter()
    });
    let all_cells: BTreeSet<Cell> = all_cells.collect();

    let page = page();

    let rows: BTreeSet<Cell> = page.matrix.keys().cloned().collect();
    assert_eq!(rows, all_cells, "the cells of the matrix");
    for (cell, text) in &page.matrix {
        let count = suite.iter().filter(|(of, _)| of == cell).count();
        let is_right = match count {
            0 => page.reasons.contains(text),
            _ => *text == count.to_string(),
        };
        assert!(
            is_right,
            "{cell:?} has {count} cases and says {text:?}, which is neither their number nor \
             one of the reasons {:?}",
            page.reasons
        );
    }
    let used: BTreeSet<_> = page.matrix.values().cloned().collect();
    let unused: Vec<_> = page.reasons.difference(&used).collect();
    assert!(unused.is_empty(), "no cell gives the reasons {unused:?}");
}

#[test]
fn cells_reasons_and_cases_are_read_from_a_page() {
    let text = "\
        | x | y |\n| `a` | 1 |\n\n\
        | method | found | race |\n|---|---|---|\n| [`get_it`](#get_it) | 2 | a |\n\n\
        - **found**: it is there.\n- **a**: It\n  cannot.\n\n\
        ### `things`\n\nText.\n\n#### `get_it`\n\n- found: `one`,\n  `two`\n";

    let page = Page::read(text);

    let cell = |aspect: &str| ("get_it".to_owned(), aspect.to_owned());
    let expected = Page {
        matrix: BTreeMap::from([
            (cell("found"), "2".to_owned()),
            (cell("race"), "a".to_owned()),
        ]),
        reasons: BTreeSet::from(["a".to_owned()]),
        cases: BTreeSet::from([
            (cell("found"), "things::get_it_one".to_owned()),
            (cell("found"), "things::get_it_two".to_owned()),
        ]),
    };
    assert_eq!(page, expected);
}
