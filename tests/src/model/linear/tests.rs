mod stateright;

use super::check::{Found, MAX_DEAD_ENDS, search};
use super::history::of_key;
use super::{Answer, End, History, Request, Row};

const NOW: i64 = 1000;
const EXPIRED: i64 = 900;
const LIVE: i64 = 2000;

fn row() -> Row {
    Row::absent(NOW, NOW)
}

/// A call that ends before another begins.
fn alone(history: &History, client: u64, request: Request, answer: Answer) {
    let call = history.begin(client, Some(1), request);
    history.end(call, End::Answered(answer));
}

fn is_right(history: &History) -> bool {
    let found = search(&of_key(&history.events(), 1), row(), MAX_DEAD_ENDS);
    assert_ne!(found, Found::Undecided, "a short history");
    found == Found::Order
}

#[test]
fn answers_one_after_the_other_are_right() {
    let history = History::default();
    alone(&history, 1, Request::Create(LIVE), Answer::Created);
    alone(&history, 2, Request::Create(LIVE), Answer::Conflict);
    alone(&history, 2, Request::Touch(LIVE + 1), Answer::Row(LIVE + 1));
    alone(&history, 1, Request::Take, Answer::Row(LIVE + 1));
    alone(&history, 2, Request::Get, Answer::Nothing);

    assert!(is_right(&history));
}

#[test]
fn a_token_that_is_taken_twice_is_wrong() {
    let history = History::default();
    alone(&history, 1, Request::Create(LIVE), Answer::Created);
    let one = history.begin(1, Some(1), Request::Take);
    let other = history.begin(2, Some(1), Request::Take);
    history.end(one, End::Answered(Answer::Row(LIVE)));
    history.end(other, End::Answered(Answer::Row(LIVE)));

    assert!(!is_right(&history));
}

#[test]
fn a_read_that_began_after_a_write_had_ended_must_see_it() {
    let history = History::default();
    alone(&history, 1, Request::Create(LIVE), Answer::Created);
    alone(&history, 2, Request::Get, Answer::Nothing);

    assert!(!is_right(&history));
}

#[test]
fn a_read_beside_a_write_may_see_it_or_not() {
    let seen = |answer| {
        let history = History::default();
        let write = history.begin(1, Some(1), Request::Create(LIVE));
        alone(&history, 2, Request::Get, answer);
        history.end(write, End::Answered(Answer::Created));
        is_right(&history)
    };

    assert!(seen(Answer::Nothing));
    assert!(seen(Answer::Row(LIVE)));
}

#[test]
fn a_call_without_an_answer_takes_effect_later_or_never() {
    let seen = |answers: &[Answer]| {
        let history = History::default();
        alone(&history, 1, Request::Create(LIVE), Answer::Created);
        history.begin(1, Some(1), Request::Take);
        for answer in answers {
            alone(&history, 1, Request::Get, *answer);
        }
        is_right(&history)
    };

    assert!(seen(&[Answer::Row(LIVE), Answer::Row(LIVE)]));
    assert!(seen(&[Answer::Row(LIVE), Answer::Nothing]));
    assert!(!seen(&[Answer::Nothing, Answer::Row(LIVE)]));
}

#[test]
fn a_call_that_says_it_was_not_applied_must_not_show() {
    let history = History::default();
    let call = history.begin(1, Some(1), Request::Create(LIVE));
    history.end(call, End::NotApplied);
    alone(&history, 2, Request::Get, Answer::Row(LIVE));

    assert!(!is_right(&history));
}

#[test]
fn an_expired_row_is_there_but_not_found() {
    let history = History::default();
    alone(&history, 1, Request::Create(EXPIRED), Answer::Created);
    alone(&history, 1, Request::Get, Answer::Nothing);
    alone(&history, 1, Request::Touch(LIVE), Answer::Nothing);
    alone(&history, 1, Request::Look, Answer::Row(EXPIRED));
    alone(&history, 1, Request::Update(LIVE), Answer::Row(LIVE));

    assert!(is_right(&history));
}

#[test]
fn a_purge_takes_or_leaves_what_is_expired_and_never_what_is_live() {
    let after = |end, answer| {
        let history = History::default();
        alone(&history, 1, Request::Create(end), Answer::Created);
        let purge = history.begin(2, None, Request::Purge);
        history.end(purge, End::Answered(Answer::Purged));
        alone(&history, 1, Request::Look, answer);
        is_right(&history)
    };

    assert!(after(EXPIRED, Answer::Nothing));
    assert!(after(EXPIRED, Answer::Row(EXPIRED)));
    assert!(!after(LIVE, Answer::Nothing));
}

#[test]
fn an_extension_that_got_lost_is_wrong() {
    let history = History::default();
    alone(&history, 1, Request::Create(LIVE), Answer::Created);
    let one = history.begin(1, Some(1), Request::Touch(LIVE + 5));
    let other = history.begin(2, Some(1), Request::Touch(LIVE + 3));
    history.end(one, End::Answered(Answer::Row(LIVE + 5)));
    history.end(other, End::Answered(Answer::Row(LIVE + 3)));
    alone(&history, 3, Request::Look, Answer::Row(LIVE + 3));

    assert!(!is_right(&history));
}

#[test]
fn calls_about_another_row_do_not_count() {
    let history = History::default();
    let call = history.begin(1, Some(2), Request::Create(LIVE));
    history.end(call, End::Answered(Answer::Created));
    alone(&history, 2, Request::Get, Answer::Nothing);

    assert!(is_right(&history));
}

/// So many calls that nobody knows the outcome of, and an answer that none of them explains.
fn lost(calls: i64) -> History {
    let history = History::default();
    alone(&history, 1, Request::Create(LIVE), Answer::Created);
    for number in 0..calls {
        history.begin(1, Some(1), Request::Update(LIVE + 1 + number));
    }
    alone(&history, 2, Request::Look, Answer::Row(LIVE - 1));
    history
}

#[test]
fn a_search_that_takes_too_long_is_undecided() {
    let few = of_key(&lost(3).events(), 1);
    let many = of_key(&lost(40).events(), 1);

    assert_eq!(search(&few, row(), 1000), Found::NoOrder);
    assert_eq!(search(&few, row(), 3), Found::Undecided);
    assert_eq!(search(&many, row(), 1000), Found::Undecided);
}
