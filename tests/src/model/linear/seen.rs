//! How much the calls of a run met.

use std::collections::BTreeMap;
use std::fmt;

use super::history::{End, Event};
use super::row::Answer;

/// Rounds and calls, and how many of them met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// The rounds.
    pub rounds: u64,
    /// Those in which two calls about one row were under way at one time.
    pub overlapped: u64,
    /// The calls.
    pub calls: u64,
    /// Those without an answer.
    pub unknown: u64,
    /// Those that failed and changed nothing.
    pub not_applied: u64,
    /// Histories of one row that took too long to search: neither right nor wrong.
    pub undecided: u64,
    /// How often each kind of answer was given.
    pub answers: BTreeMap<&'static str, u64>,
}

impl Overlap {
    pub(super) fn count(&mut self, events: &[Event]) {
        let begun = events
            .iter()
            .filter(|event| matches!(event, Event::Begin { .. }));
        let begun = u64::try_from(begun.count()).unwrap_or(u64::MAX);
        let mut ended = 0;
        for event in events {
            match event {
                Event::End {
                    end: End::Answered(answer),
                    ..
                } => *self.answers.entry(name(*answer)).or_default() += 1,
                Event::End { .. } => self.not_applied += 1,
                Event::Begin { .. } => continue,
            }
            ended += 1;
        }
        self.rounds += 1;
        self.calls += begun;
        self.unknown += begun.saturating_sub(ended);
        self.overlapped += u64::from(overlaps(events));
    }
}

const fn name(answer: Answer) -> &'static str {
    match answer {
        Answer::Created => "created",
        Answer::Conflict => "conflict",
        Answer::Row(_) => "row",
        Answer::Nothing => "nothing",
        Answer::Purged => "purged",
        Answer::Odd(_) => "odd",
    }
}

/// True if a call about a row began while another one about the same row was under way.
fn overlaps(events: &[Event]) -> bool {
    let mut under_way: Vec<(usize, Option<u64>)> = Vec::new();
    for event in events {
        match event {
            Event::Begin { call, key, .. } => {
                if key.is_some() && under_way.iter().any(|(_, other)| other == key) {
                    return true;
                }
                under_way.push((*call, *key));
            }
            Event::End { call, .. } => under_way.retain(|(other, _)| other != call),
        }
    }
    false
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rounds, {} with overlap; {} calls, {} without an answer, {} not applied; \
             {} histories undecided; {:?}",
            self.rounds,
            self.overlapped,
            self.calls,
            self.unknown,
            self.not_applied,
            self.undecided,
            self.answers
        )
    }
}
