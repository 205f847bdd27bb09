//! Rounds of calls at once.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use authjs_adapter::{Error, Outcome};
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};

use crate::polls::at_most;

use super::calls::Calls;
use super::check::{Found, MAX_DEAD_ENDS, search};
use super::dice::Dice;
use super::history::{End, Event, History, of_key};
use super::row::{Answer, Request};
use super::seen::Overlap;

/// A call that is dropped is dropped at one of its first polls: few calls need more.
const POLLS: u64 = 6;
/// How many late purges a round reckons with: more than one row can meet.
const LATE_PURGES: usize = 3;
/// The client that reads the rows when the others are done.
const LAST: u64 = u64::MAX;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What goes wrong during the calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// One in so many calls is dropped by its caller, at a random poll; 0 for none.
    pub dropped: u64,
    /// After how many events, at most, the database is disturbed from outside; 0 for never.
    pub disturbed: u64,
}

/// Which calls are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounds {
    /// Decides who calls what, but not how the calls meet.
    pub seed: u64,
    /// How many rounds, each about rows of its own.
    pub rounds: u64,
    /// How many clients at once.
    pub clients: u64,
    /// How many calls each of them makes, one after the other.
    pub calls: u64,
    /// How many rows these are about.
    pub keys: u64,
    /// What goes wrong meanwhile.
    pub faults: Faults,
    /// No round but the first begins after this time, if there is one.
    pub until: Option<Instant>,
}

impl Default for Rounds {
    /// What a run of the tests can afford on each store.
    fn default() -> Self {
        Self {
            seed: 20_200_101,
            rounds: 100,
            clients: 6,
            calls: 4,
            keys: 2,
            faults: Faults::default(),
            until: None,
        }
    }
}

/// A history that no order of its calls explains.
pub struct Violation {
    /// The number of the round.
    pub round: u64,
    /// What happened to one row.
    pub events: Vec<Event>,
}

impl fmt::Debug for Violation {
    /// As people read it, also in the message of a test that fails.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "round {}: no order of these calls explains the answers",
            self.round
        )?;
        self.events.iter().try_for_each(|event| match event {
            Event::Begin {
                call,
                client: LAST,
                request,
                ..
            } => write!(f, "\n  {call:3}: at the end {request:?}"),
            Event::Begin {
                call,
                client,
                request,
                ..
            } => write!(f, "\n  {call:3}: client {client} begins {request:?}"),
            Event::End { call, end } => write!(f, "\n  {call:3}: {end:?}"),
        })
    }
}

/// Makes the calls, and says how they met, or which history is wrong.
///
/// # Errors
/// The first history that no order of its calls explains.
pub async fn linearizable<C: Calls>(
    calls: Arc<C>,
    rounds: Rounds,
) -> Result<Overlap, Box<Violation>> {
    let mut seen = Overlap::default();
    // Purges without an answer may take rows of later rounds.
    let mut late_purges = 0;
    for round in 0..rounds.rounds {
        let is_over = rounds.until.is_some_and(|until| Instant::now() >= until);
        if is_over && round > 0 {
            break;
        }
        let history = Arc::new(History::default());
        for _ in 0..late_purges {
            history.begin(LAST, None, Request::Purge);
        }
        play(&calls, &history, rounds, round).await;
        let events = history.events();
        seen.count(&events);
        for key in keys(rounds, round) {
            let events = of_key(&events, key);
            match search(&events, calls.absent(), MAX_DEAD_ENDS) {
                Found::Order => {}
                Found::NoOrder => return Err(Box::new(Violation { round, events })),
                Found::Undecided => seen.undecided += 1,
            }
        }
        late_purges = unanswered_purges(&events).min(LATE_PURGES);
    }
    Ok(seen)
}

fn keys(rounds: Rounds, round: u64) -> impl Iterator<Item = u64> {
    (0..rounds.keys).map(move |key| round * rounds.keys + key)
}

fn unanswered_purges(events: &[Event]) -> usize {
    let is_answered = |number: usize| {
        events
            .iter()
            .any(|event| matches!(event, Event::End { call, .. } if *call == number))
    };
    let purges = events.iter().filter(|event| {
        matches!(event, Event::Begin { call, request: Request::Purge, .. } if !is_answered(*call))
    });
    purges.count()
}

/// One round: all clients at once, and a look at the rows when they are done.
async fn play<C: Calls>(calls: &Arc<C>, history: &Arc<History>, rounds: Rounds, round: u64) {
    let start = Arc::new(Barrier::new(usize::try_from(rounds.clients).unwrap_or(1)));
    let mut clients = JoinSet::new();
    for number in 0..rounds.clients {
        let client = Client {
            calls: Arc::clone(calls),
            history: Arc::clone(history),
            rounds,
            round,
            number,
            dice: Dice::of(&[rounds.seed, round, number]),
        };
        let start = Arc::clone(&start);
        clients.spawn(async move {
            start.wait().await;
            client.run().await;
        });
    }
    let dice = Dice::of(&[rounds.seed, round, LAST]);
    let disturbing = tokio::spawn(disturb(
        Arc::clone(calls),
        Arc::clone(history),
        rounds.faults.disturbed,
        dice,
    ));
    while let Some(ended) = clients.join_next().await {
        ended.expect("no client panics");
    }
    history.finish();
    disturbing.await.expect("nothing disturbs the disturbance");
    calls.calm().await;
    let keys: Vec<_> = keys(rounds, round).collect();
    let looks: Vec<_> = keys
        .iter()
        .map(|key| {
            (
                *key,
                history.begin(LAST - 1 - key, Some(*key), Request::Look),
            )
        })
        .collect();
    let found = calls.look(&keys).await;
    for ((_, call), answer) in looks.into_iter().zip(found) {
        history.end(call, End::Answered(answer));
    }
}

/// Disturbs the store again and again, until all clients are done.
async fn disturb<C: Calls>(calls: Arc<C>, history: Arc<History>, every: u64, mut dice: Dice) {
    if every == 0 {
        return;
    }
    let some = |dice: &mut Dice| usize::try_from(1 + dice.below(every)).unwrap_or(1);
    let mut events = some(&mut dice);
    while history.reaches(events).await {
        calls.disturb().await;
        events += some(&mut dice);
    }
}

/// One caller, who makes one call after the other.
struct Client<C> {
    calls: Arc<C>,
    history: Arc<History>,
    rounds: Rounds,
    round: u64,
    number: u64,
    dice: Dice,
}

impl<C: Calls> Client<C> {
    async fn run(mut self) {
        for _ in 0..self.rounds.calls {
            let (key, request) = self.choose();
            let about = (request != Request::Purge).then_some(key);
            let dropped = self.rounds.faults.dropped;
            // A purge that nobody waits for would make every later history harder to read.
            let polls = if dropped > 0 && about.is_some() && self.dice.one_in(dropped) {
                1 + usize::try_from(self.dice.below(POLLS)).unwrap_or(0)
            } else {
                usize::MAX
            };
            let call = self.history.begin(self.number, about, request);
            // Lets others begin: a store that never waits would answer before they do.
            if self.dice.one_in(2) {
                yield_now().await;
            }
            let answered = at_most(polls, self.calls.call(key, request)).await;
            if let Some(end) = end(request, answered) {
                self.history.end(call, end);
            }
        }
    }

    fn choose(&mut self) -> (u64, Request) {
        let key = self.round * self.rounds.keys + self.dice.below(self.rounds.keys);
        if self.dice.one_in(12) {
            return (key, Request::Purge);
        }
        let number = u64::try_from(C::REQUESTS.len()).unwrap_or(0);
        let choice = usize::try_from(self.dice.below(number)).unwrap_or(0);
        let request = C::REQUESTS.get(choice).expect("below their number");
        (key, request(self.some_end()))
    }

    /// An end that no other call of the round is likely to set: live, or expired since hours,
    /// or so long that the purge takes tokens too.
    fn some_end(&mut self) -> i64 {
        let fine = i64::try_from(self.dice.below(1000)).unwrap_or(0);
        let end = match self.dice.below(6) {
            0 => -2 * DAY,
            1 => -DAY / 2,
            _ => DAY,
        };
        self.calls.now() + end + fine
    }
}

/// How a call ended; `None` if it may yet take effect.
fn end(request: Request, answered: Option<Result<Answer, Error>>) -> Option<End> {
    match answered {
        Some(Ok(answer)) => Some(End::Answered(answer)),
        // What only reads changes nothing, whatever became of it.
        _ if request == Request::Get => Some(End::NotApplied),
        None => None,
        Some(Err(error)) if error.outcome() == Outcome::Unknown => None,
        Some(Err(error)) if error.is_retryable() => Some(End::NotApplied),
        Some(Err(error)) => Some(End::Answered(Answer::Odd(error.kind()))),
    }
}
