//! The search beside the tester of stateright, on short histories made at random.

use std::collections::HashMap;

use stateright::semantics::{ConsistencyTester as _, LinearizabilityTester, SequentialSpec};

use super::super::dice::Dice;
use super::super::{Answer, End, Event, History, Request, Row};
use super::{EXPIRED, Found, LIVE, MAX_DEAD_ENDS, of_key, row, search};

const HISTORIES: u64 = 3_000;
const CLIENTS: u64 = 3;
const EVENTS: u64 = 14;

impl SequentialSpec for Row {
    type Op = Request;
    type Ret = Answer;

    /// Only for calls without an answer, where any will do.
    fn invoke(&mut self, request: &Request) -> Answer {
        *self = self.after_any(*request);
        Answer::Nothing
    }

    fn is_valid_step(&mut self, request: &Request, answer: &Answer) -> bool {
        let after = self.after(*request, *answer);
        after.map(|after| *self = after).is_some()
    }
}

fn by_stateright(events: &[Event]) -> bool {
    let mut tester = LinearizabilityTester::new(row());
    // Who gave up a call makes others, so each call without an answer has a thread of its own.
    let mut threads = HashMap::new();
    for event in events {
        let recorded = match event {
            Event::Begin {
                call,
                client,
                request,
                ..
            } => {
                let is_end = |other: &Event| matches!(other, Event::End { call: ended, .. } if ended == call);
                let thread = if events.iter().any(is_end) {
                    (*client, 0)
                } else {
                    (CLIENTS, *call)
                };
                threads.insert(*call, thread);
                tester.on_invoke(thread, *request)
            }
            Event::End {
                call,
                end: End::Answered(answer),
            } => tester.on_return(threads[call], *answer),
            Event::End { .. } => Ok(&mut tester),
        };
        recorded.expect("a client has one call at a time");
    }
    tester.is_consistent()
}

/// Calls of a row that is right, of which some get a wrong answer and some get none.
fn some_history(seed: u64) -> Vec<Event> {
    let mut dice = Dice::of(&[seed]);
    let history = History::default();
    let mut truth = row();
    let mut under_way: HashMap<u64, (usize, Answer)> = HashMap::new();
    for _ in 0..EVENTS {
        let client = dice.below(CLIENTS);
        if let Some((call, answer)) = under_way.remove(&client) {
            if !dice.one_in(5) {
                history.end(call, End::Answered(answer));
            }
            continue;
        }
        let request = some_request(&mut dice);
        let call = history.begin(client, Some(1), request);
        let answers = some_answers().filter(|answer| truth.after(request, *answer).is_some());
        let right: Vec<_> = answers.collect();
        let answer = right[0];
        truth = truth.after(request, answer).expect("one of those that fit");
        let wrong = some_answers().nth(usize::try_from(dice.below(5)).expect("small"));
        let is_wrong = dice.one_in(8);
        let answer = wrong.filter(|_| is_wrong).unwrap_or(answer);
        under_way.insert(client, (call, answer));
    }
    of_key(&history.events(), 1)
}

fn some_request(dice: &mut Dice) -> Request {
    let end = [EXPIRED, LIVE, LIVE + 1][usize::try_from(dice.below(3)).expect("small")];
    match dice.below(7) {
        0 | 1 => Request::Create(end),
        2 => Request::Get,
        3 => Request::Update(end),
        4 => Request::Touch(end),
        5 => Request::Take,
        _ => Request::Purge,
    }
}

fn some_answers() -> impl Iterator<Item = Answer> {
    let rows = [EXPIRED, LIVE, LIVE + 1].map(Answer::Row);
    let others = [
        Answer::Created,
        Answer::Conflict,
        Answer::Nothing,
        Answer::Purged,
    ];
    others.into_iter().chain(rows)
}

#[test]
fn the_search_agrees_with_the_tester_of_stateright() {
    let histories = (0..HISTORIES).map(some_history);

    let verdicts: Vec<_> = histories
        .map(|events| {
            let found = search(&events, row(), MAX_DEAD_ENDS);
            (found == Found::Order, by_stateright(&events))
        })
        .collect();

    let count = |verdict| verdicts.iter().filter(|found| **found == verdict).count();
    let (right, wrong) = (count((true, true)), count((false, false)));
    assert_eq!(
        right + wrong,
        verdicts.len(),
        "{right} right, {wrong} wrong"
    );
    assert!(right > 500 && wrong > 500, "{right} right, {wrong} wrong");
}
