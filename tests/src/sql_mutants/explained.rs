//! The mutants that no case sees, and why that is right: one entry per text and change.
//!
//! An entry that fits no mutant, or a text that fits none or several, fails the run, so that the
//! list cannot excuse more than was looked at.

use std::collections::BTreeSet;

use super::mutate::Mutant;

/// What the words in the lists mean.
const REASONS: [(&str, &str); 15] = [
    (
        "unique",
        "a unique key lets at most one row match: order and limit are for tables without it",
    ),
    (
        "lock",
        "a lock is for what others do meanwhile: the races of the long run meet it, a lone caller does not",
    ),
    (
        "race",
        "it looks again at what was read before, or at what appears between two parts of one statement: a lone caller finds it as it was",
    ),
    (
        "whole-row",
        "the same statement compares the whole row with the one that was read by the key, and the key is part of it",
    ),
    (
        "never-null",
        "the column is never NULL, so that the condition always holds",
    ),
    ("null-of-null", "what stands behind THEN is NULL for NULL"),
    (
        "only-null",
        "the condition asks only whether the value is NULL, which is the same of both",
    ),
    ("same", "it means the same"),
    (
        "one-side",
        "one of the two sides is always empty, and the other has one row",
    ),
    (
        "matched",
        "each row on the left has its match, or a condition on the right leaves out those without",
    ),
    (
        "index-order",
        "the rows come from the index of `expires`, in its order, also where no order is asked for",
    ),
    (
        "unread",
        "the value is not used here: it is read on MySQL 8 only, or only to see that it is a time",
    ),
    (
        "twice",
        "the same condition stands at a second place and holds there; both are changed at once too",
    ),
    (
        "nobody",
        "asked only if the user is missing, who owns nothing",
    ),
    (
        "collation",
        "for adopted tables whose collation takes two keys for one: on ours the unique key has compared the bytes",
    ),
];

/// What is explained of a backend.
pub(super) struct Explained(Vec<Entry>);

struct Entry {
    /// The beginning and the end of the text.
    text: (&'static str, &'static str),
    change: &'static str,
    place: usize,
    why: &'static str,
}

impl Explained {
    /// The list of a backend, by its name.
    pub(super) fn of(backend: &str) -> Self {
        Self::parse(match backend {
            "postgres" => include_str!("explained/postgres.txt"),
            "mariadb" => include_str!("explained/mariadb.txt"),
            _ => "",
        })
    }

    /// A text stands on a line of its own, with `…` for its middle. Below it stands a line per
    /// change: the reason, the place if it is not the first, and the change.
    fn parse(list: &'static str) -> Self {
        let mut entries = Vec::new();
        let mut text = ("", "");
        for line in list.lines().filter(|line| !line.is_empty()) {
            let Some(entry) = line.strip_prefix("    ") else {
                text = line.split_once('…').unwrap_or((line, ""));
                continue;
            };
            let (reason, change) = entry.split_once(": ").expect("a reason and a change");
            let (reason, place) = reason.split_once(" #").unwrap_or((reason, "1"));
            let why = REASONS.iter().find(|(name, _)| *name == reason);
            entries.push(Entry {
                text,
                change,
                place: place.parse().expect("the number of the place"),
                why: why.unwrap_or_else(|| panic!("{reason} is no reason")).1,
            });
        }
        Self(entries)
    }

    /// Why this mutant may survive.
    pub(super) fn reason(&self, text: &str, mutant: &Mutant) -> Option<&'static str> {
        let found = self.0.iter().find(|entry| entry.is_of(text, mutant));
        found.map(|entry| entry.why)
    }

    /// Entries that fit no mutant of these texts, or mutants of several texts.
    pub(super) fn loose(&self, mutants: &[(String, Mutant)]) -> Vec<String> {
        let mut loose = Vec::new();
        for entry in &self.0 {
            let fitting = mutants.iter().filter(|(text, one)| entry.is_of(text, one));
            let texts: BTreeSet<_> = fitting.map(|(text, _)| text).collect();
            if texts.len() != 1 {
                let (begin, end) = entry.text;
                loose.push(format!(
                    "the explained `{}` (#{}) in `{begin}…{end}` is in {} texts",
                    entry.change,
                    entry.place,
                    texts.len()
                ));
            }
        }
        loose
    }
}

impl Entry {
    fn is_of(&self, text: &str, mutant: &Mutant) -> bool {
        let (begin, end) = self.text;
        let is_text =
            text.len() >= begin.len() + end.len() && text.starts_with(begin) && text.ends_with(end);
        is_text && self.change == mutant.change && self.place == mutant.place
    }
}

#[cfg(test)]
mod tests {
    use super::super::mutate::mutants;
    use super::{Explained, REASONS};

    const LIST: &str = "\
SELECT a … WHERE b = 1 AND c = 1
    unique: b = 1 -> (b = 1 OR TRUE)
    race #2: = -> <>
";

    fn of(text: &str) -> Vec<(String, super::Mutant)> {
        let mutants = mutants(text).into_iter();
        mutants.map(|one| (text.to_owned(), one)).collect()
    }

    #[test]
    fn an_entry_explains_one_change_at_one_place_of_one_text() {
        let list = Explained::parse(LIST);
        let explained = |text| {
            let mutants = of(text).into_iter();
            let explained = mutants.filter(|(text, one)| list.reason(text, one).is_some());
            let explained = explained.map(|(_, one)| (one.change, one.place));
            explained.collect::<Vec<_>>()
        };

        assert_eq!(
            explained("SELECT a FROM t WHERE b = 1 AND c = 1"),
            [
                ("b = 1 -> (b = 1 OR TRUE)".to_owned(), 1),
                ("= -> <>".to_owned(), 2)
            ]
        );
        assert!(explained("SELECT a FROM t WHERE b = 1 AND d = 1").is_empty());
    }

    #[test]
    fn an_entry_of_no_text_or_of_several_is_loose() {
        let list = Explained::parse(LIST);
        let one = of("SELECT a FROM t WHERE b = 1 AND c = 1");
        let other = of("SELECT a FROM u WHERE b = 1 AND c = 1");

        assert_eq!(list.loose(&one).len(), 0);
        assert_eq!(list.loose(&[]).len(), 2);
        assert_eq!(list.loose(&[one, other].concat()).len(), 2);
    }

    #[test]
    fn the_lists_can_be_read_and_use_every_reason() {
        let lists = ["postgres", "mariadb"].map(Explained::of);

        for (name, why) in REASONS {
            let is_used = lists
                .iter()
                .any(|list| list.0.iter().any(|one| one.why == why));
            assert!(is_used, "{name} explains nothing");
        }
    }

    #[test]
    fn every_reason_stands_in_the_document() {
        let document = include_str!("../../../docs/mutants.md");

        for (name, why) in REASONS {
            let row = format!("| {name} | {why} |");
            assert!(document.contains(&row), "{row}");
        }
    }
}
