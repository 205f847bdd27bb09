//! What a race is made of.

use authjs_adapter::{DynStore, Error, ErrorKind, Snapshot, UserId, async_trait};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Tally;

/// A promise about simultaneous calls.
///
/// A caller whose call ended in an error that may be retried makes it again, as the contract
/// tells applications to. So `Busy`, with which a server refuses what it cannot serialize, is
/// never the end of a call, and the promise is stated for calls that came to their end.
#[async_trait]
pub trait Race: Send + Sync {
    /// Name, promise and size.
    fn facts(&self) -> Facts;

    /// Makes the rows of a round. `users` are as many as [`Facts::users`] says.
    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene;

    /// The call of one caller. It is made again if it was refused and may be retried.
    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply;

    /// Compares what the callers were told, by their numbers, with what is stored now.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict;

    /// What the rows contradict when all rounds are over, beyond what holds for every race.
    fn contradictions(&self, _rows: &Snapshot, _tally: &Tally) -> Vec<String> {
        Vec::new()
    }
}

/// Name, promise and size of a race.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The promise, by its name in `docs/reliability.md`.
    pub promise: &'static str,
    /// The race, in one word.
    pub name: &'static str,
    /// What may never happen, or what always does, in one sentence.
    pub what: &'static str,
    /// Simultaneous calls in the long form.
    pub callers: usize,
    /// Rounds in the long form.
    pub rounds: usize,
    /// Users that are made once, before the first round.
    pub users: usize,
}

/// What the callers of a round have to know; they may be in other processes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scene {
    /// A text that no other round has.
    pub key: String,
    /// The users of the round.
    pub users: Vec<UserId>,
}

impl Scene {
    /// The scene of a round of a race with these users.
    #[must_use]
    pub fn new(round: usize, users: &[UserId]) -> Self {
        Self {
            key: format!("round-{round}"),
            users: users.to_vec(),
        }
    }

    /// The user of a caller; those of the round are dealt out in turn.
    #[must_use]
    pub fn user(&self, caller: usize) -> UserId {
        let mut turn = self.users.iter().cycle().skip(caller);
        turn.next().expect("the race has users").clone()
    }

    /// The address that only this round has.
    #[must_use]
    pub fn email(&self) -> String {
        format!("{}@example.com", self.key)
    }
}

/// What a caller was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// A row, or another answer that says "done".
    Some(Value),
    /// That there is no such row.
    None,
    /// An error that is final: its kind.
    Refused(String),
    /// An error after which the call may be made again: its kind.
    Retry(String),
    /// Nothing: the call was cancelled.
    Cancelled,
}

impl Reply {
    /// The answer of a call that may find nothing.
    pub fn of<T: Serialize>(answer: Result<Option<T>, Error>) -> Self {
        match answer {
            Ok(None) => Self::None,
            Ok(Some(row)) => Self::Some(serde_json::to_value(row).expect("records are JSON")),
            Err(error) => Self::of_error(&error),
        }
    }

    /// The answer of a call that makes something or fails.
    pub fn of_row<T: Serialize>(answer: Result<T, Error>) -> Self {
        Self::of(answer.map(Some))
    }

    fn of_error(error: &Error) -> Self {
        let mut kind = format!("{:?}", error.kind());
        // Never expected, so the code of the driver helps whoever reads the report.
        if let (ErrorKind::Internal, Some(driver)) = (error.kind(), error.driver()) {
            kind = format!("{kind} ({driver})");
        }
        if error.is_retryable() {
            Self::Retry(kind)
        } else {
            Self::Refused(kind)
        }
    }

    /// True for an answer that says "done".
    #[must_use]
    pub const fn is_some(&self) -> bool {
        matches!(self, Self::Some(_))
    }

    /// True if the call ended with this error.
    #[must_use]
    pub fn is_refused(&self, kind: ErrorKind) -> bool {
        *self == Self::Refused(format!("{kind:?}"))
    }

    /// A field of the row, as text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        match self {
            Self::Some(row) => row.get(field)?.as_str(),
            _ => None,
        }
    }
}

/// The numbers of the callers that were told "done".
#[must_use]
pub fn winners(replies: &[Reply]) -> Vec<usize> {
    let of_winner = |(caller, reply): (usize, &Reply)| reply.is_some().then_some(caller);
    replies.iter().enumerate().filter_map(of_winner).collect()
}

/// Whether a round kept the promise.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub(super) winners: usize,
    pub(super) broken: Vec<String>,
}

impl Verdict {
    /// A round in which this many callers won.
    #[must_use]
    pub const fn new(winners: usize) -> Self {
        Self {
            winners,
            broken: Vec::new(),
        }
    }

    /// The same; broken if `holds` is not true.
    #[must_use]
    pub fn require(mut self, holds: bool, promise: &str) -> Self {
        if !holds {
            self.broken.push(promise.to_owned());
        }
        self
    }

    /// The same; broken if a caller that did not win was told anything but this error.
    #[must_use]
    pub fn losers_are(self, replies: &[Reply], kind: ErrorKind) -> Self {
        let other = replies
            .iter()
            .find(|reply| !reply.is_some() && !reply.is_refused(kind));
        let told = other.map(|reply| format!("a loser was told {reply:?}, not {kind:?}"));
        self.require(told.is_none(), &told.unwrap_or_default())
    }

    /// The same; broken if a caller was told anything but "done" or "there is none".
    #[must_use]
    pub fn nobody_is_refused(self, replies: &[Reply]) -> Self {
        let other = replies
            .iter()
            .find(|reply| !matches!(reply, Reply::Some(_) | Reply::None));
        let told = other.map(|reply| format!("a caller was told {reply:?}"));
        self.require(told.is_none(), &told.unwrap_or_default())
    }
}
