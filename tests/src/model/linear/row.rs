//! What one row may answer: a verification token or a session, by its key.

use std::collections::BTreeSet;

use authjs_adapter::ErrorKind;

/// A call about one row. Times are milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Stores it, if it is not there.
    Create(i64),
    /// Finds it, if it is not expired.
    Get,
    /// Sets its end, whenever it ends.
    Update(i64),
    /// Moves its end back, if it is not expired.
    Touch(i64),
    /// Takes it out of the store, expired or not.
    Take,
    /// Removes it, if it is expired; may leave it to the next purge.
    Purge,
    /// Reads it past the store, expired or not.
    Look,
}

/// What a call was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was stored.
    Created,
    /// The key is taken.
    Conflict,
    /// It is there, or was until now, and ends then.
    Row(i64),
    /// It is not there.
    Nothing,
    /// Nothing is known of the single row.
    Purged,
    /// An error that no order of calls explains.
    Odd(ErrorKind),
}

/// All states that a row may be in, since a purge may leave it or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    ends: BTreeSet<Option<i64>>,
    now: i64,
    purged_until: i64,
}

impl Row {
    /// A row that is not there.
    #[must_use]
    pub fn absent(now: i64, purged_until: i64) -> Self {
        Self {
            ends: BTreeSet::from([None]),
            now,
            purged_until,
        }
    }

    /// What a row that ends then may become by a call, with the answers.
    fn steps(&self, end: Option<i64>, request: Request) -> Vec<(Option<i64>, Answer)> {
        let found = end.map_or(Answer::Nothing, Answer::Row);
        let live = end.filter(|end| *end > self.now);
        match (request, end) {
            (Request::Create(new), None) => vec![(Some(new), Answer::Created)],
            (Request::Create(_), Some(_)) => vec![(end, Answer::Conflict)],
            (Request::Get, _) => vec![(end, live.map_or(Answer::Nothing, Answer::Row))],
            (Request::Update(new), Some(_)) => vec![(Some(new), Answer::Row(new))],
            (Request::Touch(new), _) => match live.map(|end| end.max(new)) {
                Some(later) => vec![(Some(later), Answer::Row(later))],
                None => vec![(end, Answer::Nothing)],
            },
            (Request::Take, _) => vec![(None, found)],
            (Request::Purge, Some(old)) if old <= self.purged_until => {
                vec![(None, Answer::Purged), (end, Answer::Purged)]
            }
            (Request::Purge, _) => vec![(end, Answer::Purged)],
            (Request::Look | Request::Update(_), _) => vec![(end, found)],
        }
    }

    /// The row after a call with this answer; `None` if no row could have given it.
    pub(super) fn after(&self, request: Request, answer: Answer) -> Option<Self> {
        let after = self.step(request, |possible| possible == answer);
        Some(after).filter(|row| !row.ends.is_empty())
    }

    /// The row after a call whose answer nobody knows.
    pub(super) fn after_any(&self, request: Request) -> Self {
        self.step(request, |_| true)
    }

    fn step(&self, request: Request, fits: impl Fn(Answer) -> bool) -> Self {
        let all = self.ends.iter().flat_map(|end| self.steps(*end, request));
        let fitting = all.filter(|(_, answer)| fits(*answer));
        Self {
            ends: fitting.map(|(end, _)| end).collect(),
            ..*self
        }
    }
}
