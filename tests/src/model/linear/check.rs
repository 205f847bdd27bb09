//! The search for an order of calls that explains their answers.
//!
//! This is the search of Wing and Gong with the memory of Lowe: what follows from some calls
//! depends on which calls these were and what the row became, not on their order, so that each
//! such point is searched once. The tester of stateright remembers nothing and takes longer than
//! a test may with eight calls that have no answer; a test compares the two where it is quick.

use std::collections::{HashMap, HashSet};

use super::history::{End, Event};
use super::row::{Answer, Request, Row};

/// A call about one row, with its place in the history.
#[derive(Clone, Copy, Debug)]
struct Call {
    request: Request,
    begin: usize,
    /// Without one the call takes effect at any later time, or never.
    end: Option<(usize, Answer)>,
}

/// Where a search that has met so many dead ends gives up: after a few seconds. Calls without an
/// answer double their number each, and a history in which all calls are lost would take hours.
pub(super) const MAX_DEAD_ENDS: usize = 100_000;

/// What came of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Some order of the calls explains the answers.
    Order,
    /// None does.
    NoOrder,
    /// The search was given up.
    Undecided,
}

/// Looks for an order of the calls that explains the answers, until there are so many dead ends.
pub(super) fn search(events: &[Event], row: Row, max_dead_ends: usize) -> Found {
    let calls = calls(events);
    assert!(
        calls.len() <= 128,
        "more calls about one row than a search can take"
    );
    let search = Search {
        all_answered: set(&calls, |call| call.end.is_some()),
        calls,
        max_dead_ends,
    };
    let mut dead_ends = HashSet::new();
    search.from(0, row, &mut dead_ends)
}

struct Search {
    calls: Vec<Call>,
    /// The calls that must have a place in the order, one bit each.
    all_answered: u128,
    max_dead_ends: usize,
}

impl Search {
    /// Whether the calls that are not in `done` can follow those that are.
    fn from(&self, done: u128, row: Row, dead_ends: &mut HashSet<(u128, Row)>) -> Found {
        if done & self.all_answered == self.all_answered {
            return Found::Order;
        }
        let here = (done, row);
        if dead_ends.contains(&here) {
            return Found::NoOrder;
        }
        if dead_ends.len() >= self.max_dead_ends {
            return Found::Undecided;
        }
        for number in self.next(done) {
            let after = self.calls.get(number).and_then(|call| call.after(&here.1));
            let Some(row) = after else { continue };
            match self.from(done | bit(number), row, dead_ends) {
                Found::NoOrder => {}
                found => return found,
            }
        }
        dead_ends.insert(here);
        Found::NoOrder
    }

    /// The calls that may come next: those that began before any other one had ended.
    fn next(&self, done: u128) -> impl Iterator<Item = usize> {
        let left = move |(number, _): &(usize, &Call)| done & bit(*number) == 0;
        let calls = || self.calls.iter().enumerate().filter(left);
        let first_end = calls()
            .filter_map(|(_, call)| call.end)
            .map(|(end, _)| end)
            .min();
        calls()
            .filter(move |(_, call)| first_end.is_none_or(|end| call.begin < end))
            .map(|(number, _)| number)
    }
}

impl Call {
    /// The row after the call; `None` if it cannot come here, or need not.
    fn after(&self, row: &Row) -> Option<Row> {
        match self.end {
            Some((_, answer)) => row.after(self.request, answer),
            // Without an answer and without effect it is as if it had not been made.
            None => Some(row.after_any(self.request)).filter(|after| after != row),
        }
    }
}

const fn bit(number: usize) -> u128 {
    1 << number
}

fn set(calls: &[Call], is_in: impl Fn(&Call) -> bool) -> u128 {
    let numbers = calls.iter().enumerate().filter(|(_, call)| is_in(call));
    numbers.fold(0, |set, (number, _)| set | bit(number))
}

fn calls(events: &[Event]) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut places = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Begin { call, request, .. } => {
                places.insert(*call, calls.len());
                calls.push(Call {
                    request: *request,
                    begin: at,
                    end: None,
                });
            }
            Event::End {
                call,
                end: End::Answered(answer),
            } => {
                let place = places.get(call).and_then(|place| calls.get_mut(*place));
                place.expect("a call begins before it ends").end = Some((at, *answer));
            }
            Event::End { .. } => {}
        }
    }
    calls
}
