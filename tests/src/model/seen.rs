//! What happened in the sequences that were tried.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::op::Op;

/// How often each operation was answered how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The sequences that were tried.
    pub sequences: u64,
    answers: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Seen {
    pub(super) fn count(&mut self, op: &Op, answer: &Value) {
        let answers = self.answers.entry(op.name()).or_default();
        *answers.entry(class(answer)).or_default() += 1;
    }

    /// How many operations were tried.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.answers.values().flat_map(BTreeMap::values).sum()
    }

    /// How many operations were refused because something was taken.
    #[must_use]
    pub fn conflicts(&self) -> u64 {
        let all = self.answers.values().flatten();
        all.filter(|(answer, _)| answer.starts_with("Conflict"))
            .map(|(_, count)| count)
            .sum()
    }

    /// How often the operation was answered so.
    #[must_use]
    pub fn times(&self, operation: &str, answer: &str) -> u64 {
        let answers = self.answers.get(operation);
        answers
            .and_then(|answers| answers.get(answer))
            .copied()
            .unwrap_or(0)
    }

    /// The operations that were tried, each with its different answers.
    pub fn operations_seen(&self) -> impl Iterator<Item = (&str, usize)> {
        self.answers
            .iter()
            .map(|(name, answers)| (name.as_str(), answers.len()))
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} sequences, {} operations, {} conflicts",
            self.sequences,
            self.operations(),
            self.conflicts()
        )?;
        for (operation, answers) in &self.answers {
            let answers: Vec<_> = answers
                .iter()
                .map(|(what, count)| format!("{what} {count}"))
                .collect();
            writeln!(f, "  {operation}: {}", answers.join(", "))?;
        }
        Ok(())
    }
}

/// The kind of the error; else whether there was something to tell.
fn class(answer: &Value) -> String {
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => error.to_owned(),
        None if is_nothing(answer) => "nothing".to_owned(),
        None => "something".to_owned(),
    }
}

/// True if the operation went well and there was nothing to tell.
pub(super) fn is_nothing(answer: &Value) -> bool {
    match answer.get("ok") {
        None => answer.is_null(),
        Some(Value::Array(all)) => all.iter().all(|one| one.is_null() || *one == 0),
        Some(value) => value.is_null() || *value == 0,
    }
}
