//! The tables, and what all of them share.

use super::Snapshot;
use crate::{
    Account, Authenticator, Error, ErrorKind, InvalidInput, Operation, Session, User, UserId,
    VerificationToken,
};

/// The five tables. Every stored time is cut to milliseconds and every stored text is within
/// its limits, so that a look-up with an impossible key finds nothing by mere comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) users: Table<User>,
    pub(super) accounts: Table<Account>,
    pub(super) sessions: Table<Session>,
    pub(super) verification_tokens: Vec<VerificationToken>,
    pub(super) authenticators: Vec<Authenticator>,
}

/// A table with serial ids. Rows stand in the order of their ids, which are never used twice.
#[derive(Clone, Debug)]
pub(super) struct Table<Row> {
    pub(super) rows: Vec<Row>,
    last_id: i32,
}

/// Why an operation does nothing; [`Error`] without the operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    Invalid(InvalidInput),
    Kind(ErrorKind),
}

impl Rows {
    /// Does all of `act` or, where it is refused, nothing of it.
    pub(super) fn all_or_nothing<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut changed = self.clone();
        let done = act(&mut changed)?;
        *self = changed;
        Ok(done)
    }

    /// What a foreign key to `users` demands.
    pub(super) fn require_user(&self, id: &UserId) -> Result<(), Refusal> {
        if self.users.rows.iter().any(|user| user.id == *id) {
            Ok(())
        } else {
            Err(ErrorKind::UserMissing.into())
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot {
            users: self.users.rows.clone(),
            accounts: self.accounts.rows.clone(),
            sessions: self.sessions.rows.clone(),
            verification_tokens: self.verification_tokens.clone(),
            authenticators: self.authenticators.clone(),
        };
        snapshot.verification_tokens.sort_by(|a, b| {
            (&a.identifier, a.token.expose()).cmp(&(&b.identifier, b.token.expose()))
        });
        snapshot
            .authenticators
            .sort_by(|a, b| a.credential_id.cmp(&b.credential_id));
        snapshot
    }
}

impl<Row: Clone> Table<Row> {
    /// Adds the row that `make` builds for the next id.
    pub(super) fn insert(&mut self, make: impl FnOnce(i32) -> Row) -> Result<Row, Refusal> {
        let id = self.last_id.checked_add(1).ok_or(ErrorKind::Internal)?;
        let row = make(id);
        self.last_id = id;
        self.rows.push(row.clone());
        Ok(row)
    }
}

impl<Row> Default for Table<Row> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            last_id: 0,
        }
    }
}

/// Removes the first row for which `is_it` holds, and returns it.
pub(super) fn take<Row>(rows: &mut Vec<Row>, is_it: impl Fn(&Row) -> bool) -> Option<Row> {
    let index = rows.iter().position(is_it)?;
    Some(rows.remove(index))
}

impl Refusal {
    pub(super) fn of(self, operation: Operation) -> Error {
        match self {
            Self::Invalid(invalid) => Error::invalid(operation, invalid),
            Self::Kind(kind) => Error::new(operation, kind),
        }
    }
}

impl From<InvalidInput> for Refusal {
    fn from(invalid: InvalidInput) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ErrorKind> for Refusal {
    fn from(kind: ErrorKind) -> Self {
        Self::Kind(kind)
    }
}
