//! What the contract says about the raw rows of a database without constraints.

use std::collections::BTreeMap;

use authjs_adapter::{Account, Session, SessionHandle, SessionToken, Snapshot, User, UserId};
use chrono::{DateTime, Utc};

/// When the database is read.
pub(super) const NOW: &str = "2026-11-01T00:00:00Z";

/// The raw rows, as the adapter has to see them.
pub(super) struct Expected<'a> {
    rows: &'a Snapshot,
    now: DateTime<Utc>,
}

impl<'a> Expected<'a> {
    pub(super) fn of(rows: &'a Snapshot) -> Self {
        let now = NOW.parse().expect("a time");
        Self { rows, now }
    }

    pub(super) fn user(&self, id: &UserId) -> Option<&'a User> {
        self.rows.users.iter().find(|user| user.id == *id)
    }

    /// Of twins the one with the lowest id: the rows are in the order of their ids.
    pub(super) fn user_by_email(&self, email: &str) -> Option<&'a User> {
        let is_it = |user: &&User| user.email.as_deref() == Some(email);
        self.rows.users.iter().find(is_it)
    }

    /// Of twins the one with the lowest id.
    pub(super) fn account(&self, like: &Account) -> Option<&'a Account> {
        let is_it = |account: &&Account| account.key() == like.key();
        self.rows.accounts.iter().find(is_it)
    }

    pub(super) fn accounts_of(&self, user: &User) -> Vec<&'a Account> {
        let is_theirs = |account: &&Account| account.user_id == user.id;
        self.rows.accounts.iter().filter(is_theirs).collect()
    }

    /// The live session with this token that ends last, if its user is there. In the fixture
    /// no token has live rows of two users.
    pub(super) fn session(&self, token: &SessionToken) -> Option<(&'a Session, &'a User)> {
        let live = self
            .live()
            .filter(|session| session.session_token == *token);
        let session = live.max_by_key(|session| session.expires)?;
        Some((session, self.user(&session.user_id)?))
    }

    /// When each live session of the user ends; a token that stands twice ends once, at the
    /// later time.
    pub(super) fn sessions_of(&self, user: &User) -> BTreeMap<SessionHandle, DateTime<Utc>> {
        let mut sessions = BTreeMap::new();
        for session in self.live().filter(|session| session.user_id == user.id) {
            let end = sessions
                .entry(session.session_token.handle())
                .or_insert(session.expires);
            *end = session.expires.max(*end);
        }
        sessions
    }

    fn live(&self) -> impl Iterator<Item = &'a Session> {
        let now = self.now;
        self.rows
            .sessions
            .iter()
            .filter(move |session| session.expires > now)
    }
}
