//! What was seen in the rounds of a race.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use authjs_adapter::{Snapshot, UserId};
use serde::Serialize;

use super::Verdict;
use super::moment::{Flight, overlap};
use super::release::Call;

/// How many violations are kept word by word.
const EXAMPLES: usize = 5;

/// What was seen in the rounds of a race.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// The rounds that were run.
    pub rounds: u64,
    /// The rounds in which two calls were in flight at one moment.
    pub overlapped: u64,
    /// How many rounds had how many winners.
    pub winners: BTreeMap<usize, u64>,
    /// The calls that were made again after `Busy` or `Unavailable`.
    pub retried: u64,
    /// The calls that were cancelled.
    pub cancelled: u64,
    /// What broke the promise.
    pub violations: u64,
    /// The first violations.
    pub examples: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, calls: &[Call], verdict: Verdict) {
        let mut flights: Vec<Flight> = calls.iter().map(|call| call.flight).collect();
        self.rounds += 1;
        self.overlapped += u64::from(overlap(&mut flights));
        *self.winners.entry(verdict.winners).or_default() += 1;
        self.retried += calls
            .iter()
            .map(|call| u64::from(call.retries))
            .sum::<u64>();
        self.cancelled += calls
            .iter()
            .map(|call| u64::from(call.is_cancelled()))
            .sum::<u64>();
        for broken in verdict.broken {
            self.violate(broken);
        }
    }

    pub(super) fn violate(&mut self, what: String) {
        self.violations += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what);
        }
    }

    /// The callers that won, over all rounds.
    #[must_use]
    pub fn won(&self) -> u64 {
        let rounds = self.winners.iter();
        rounds
            .map(|(&winners, rounds)| winners as u64 * rounds)
            .sum()
    }

    /// Adds what was seen under another setting.
    pub fn merge(&mut self, other: Self) {
        self.rounds += other.rounds;
        self.overlapped += other.overlapped;
        for (winners, rounds) in other.winners {
            *self.winners.entry(winners).or_default() += rounds;
        }
        self.retried += other.retried;
        self.cancelled += other.cancelled;
        self.violations += other.violations;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} rounds overlapped; winners",
            self.overlapped, self.rounds
        )?;
        for (index, (winners, rounds)) in self.winners.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma} {winners} in {rounds}")?;
        }
        if self.retried > 0 {
            write!(f, "; {} calls retried", self.retried)?;
        }
        if self.cancelled > 0 {
            write!(f, "; {} calls cancelled", self.cancelled)?;
        }
        Ok(())
    }
}

/// What no race may ever leave behind: children without their user, and twins.
pub(super) fn contradictions(rows: &Snapshot) -> Vec<String> {
    let users: BTreeSet<&UserId> = rows.users.iter().map(|user| &user.id).collect();
    let orphans = |table: &str, owners: Vec<&UserId>| {
        let count = owners
            .iter()
            .filter(|owner| !users.contains(*owner))
            .count();
        vec![format!("a row of {table} without its user"); count]
    };
    let of = |owners: Vec<&UserId>, table| orphans(table, owners);
    [
        of(
            rows.accounts.iter().map(|row| &row.user_id).collect(),
            "accounts",
        ),
        of(
            rows.sessions.iter().map(|row| &row.user_id).collect(),
            "sessions",
        ),
        of(
            rows.authenticators.iter().map(|row| &row.user_id).collect(),
            "authenticators",
        ),
        twins(
            "users with one address",
            rows.users.iter().filter_map(|row| row.email.as_deref()),
        ),
        twins(
            "sessions with one token",
            rows.sessions.iter().map(|row| row.session_token.expose()),
        ),
        twins(
            "accounts with one key",
            rows.accounts
                .iter()
                .map(|row| (&row.provider, &row.provider_account_id)),
        ),
    ]
    .concat()
}

/// One text for each key that was there before.
fn twins<K: Ord>(what: &str, keys: impl Iterator<Item = K>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    keys.filter_map(|key| (!seen.insert(key)).then(|| format!("two {what}")))
        .collect()
}
