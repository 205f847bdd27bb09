//! The result of a long run: one table.

use std::fmt::Write as _;

use serde::Serialize;

/// One line of the table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// The promise or the fault, by its name in `docs/reliability.md`.
    pub promise: String,
    /// What was tried, in one word; the original's results are found by it.
    pub name: String,
    /// What may never happen, or what always does.
    pub what: String,
    /// Where.
    pub backend: String,
    /// How often it was tried.
    pub trials: u64,
    /// How often it went wrong.
    pub failures: u64,
    /// What else was seen.
    pub note: String,
    /// What the published `@auth/pg-adapter` did under the same conditions; `None` where it has
    /// nothing to compare.
    pub original: Option<String>,
    /// The first failures, in words.
    pub examples: Vec<String>,
    /// True if there was no time for it, which the table says.
    pub is_left_out: bool,
}

/// The rows of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How the run was made, in one sentence.
    pub run: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Report {
    /// True if anything went wrong, or nothing was tried.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        let wrong = |row: &Row| row.failures > 0 || (row.trials == 0 && !row.is_left_out);
        self.rows.iter().all(|row| row.is_left_out) || self.rows.iter().any(wrong)
    }

    /// The table, in Markdown, with a sentence before it and the first failures behind it.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{}\n\n| proof of | what | backend | trials | failures | seen | `@auth/pg-adapter` |\n\
             |---|---|---|--:|--:|---|---|\n",
            self.run
        );
        for row in &self.rows {
            let original = row.original.as_deref().unwrap_or("");
            let note = if row.is_left_out {
                "left out: no time"
            } else {
                &row.note
            };
            let cells = [
                &row.promise,
                &format!("`{}`: {}", row.name, row.what),
                &row.backend,
                &row.trials.to_string(),
                &row.failures.to_string(),
                note,
                original,
            ];
            let line = cells.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
            // Nothing is lost: a `String` takes everything.
            let _ = writeln!(text, "| {} |", line.join(" | "));
        }
        for row in self.rows.iter().filter(|row| !row.examples.is_empty()) {
            let _ = writeln!(text, "\n`{}` on {}:\n", row.name, row.backend);
            for example in &row.examples {
                let _ = writeln!(text, "- {example}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, Row};

    fn report(rows: &[(u64, u64)]) -> Report {
        let row = |&(trials, failures)| Row {
            trials,
            failures,
            ..Row::default()
        };
        Report {
            run: "One run.".to_owned(),
            rows: rows.iter().map(row).collect(),
        }
    }

    #[test]
    fn a_run_without_failures_passes() {
        assert!(!report(&[(1, 0), (7, 0)]).is_failed());
    }

    #[test]
    fn one_failure_fails_the_run() {
        assert!(report(&[(1, 0), (7, 1)]).is_failed());
    }

    #[test]
    fn a_row_that_tried_nothing_fails_the_run() {
        assert!(report(&[(1, 0), (0, 0)]).is_failed());
        assert!(report(&[]).is_failed());
    }

    #[test]
    fn what_there_was_no_time_for_is_no_failure_unless_it_is_everything() {
        let mut report = report(&[(1, 0), (0, 0)]);
        report.rows[1].is_left_out = true;

        assert!(!report.is_failed());
        assert!(report.markdown().contains("| left out: no time |"));
        report.rows.remove(0);
        assert!(report.is_failed());
    }

    #[test]
    fn a_cell_cannot_end_its_column() {
        let mut report = report(&[(1, 0)]);
        report.rows[0].note = "a | b".to_owned();

        assert!(report.markdown().contains("| a \\| b |"));
    }
}
