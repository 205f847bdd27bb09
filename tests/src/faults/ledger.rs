//! What may be stored when all is over.

use std::collections::{BTreeMap, BTreeSet};

use authjs_adapter::{Snapshot, UserId};
use chrono::{DateTime, Utc};

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It must be stored.
    Stored,
    /// It must not be.
    Gone,
    /// Nobody was told.
    Either,
}

/// What may be stored of each key. A key that is not here was never written.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// Sessions by token, with every end that they were ever given.
    pub(super) sessions: BTreeMap<String, (Fate, BTreeSet<DateTime<Utc>>)>,
    /// Verification tokens by identifier.
    pub(super) links: BTreeMap<String, Fate>,
    /// People by address. Who is stored has exactly one account or none, as `with_account`
    /// says, and exactly the session of that name.
    pub(super) people: BTreeMap<String, Person>,
    /// The names that the worker's own user may have, by id.
    pub(super) names: BTreeMap<UserId, BTreeSet<String>>,
}

/// Somebody who signed up.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) fate: Fate,
    pub(super) with_account: bool,
    pub(super) session: String,
}

impl Ledger {
    /// What is stored and must not be, or is not and must, in words.
    pub(super) fn violations(&self, stored: &Snapshot) -> Vec<String> {
        let mut violations = Vec::new();
        self.sessions_of(stored, &mut violations);
        self.links_of(stored, &mut violations);
        self.people_of(stored, &mut violations);
        orphans(stored, &mut violations);
        violations
    }

    fn sessions_of(&self, stored: &Snapshot, violations: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for session in &stored.sessions {
            let token = session.session_token.expose();
            if !seen.insert(token) {
                violations.push(format!("two sessions {token}"));
            }
            match self.sessions.get(token) {
                Some((Fate::Gone, _)) => violations.push(format!("session {token} is back")),
                Some((_, ends)) if !ends.contains(&session.expires) => {
                    violations.push(format!("session {token} ends when nobody said"));
                }
                Some(_) => {}
                None if self.is_of_a_person(token) => {}
                None => violations.push(format!("session {token} was never made")),
            }
        }
        for (token, (fate, _)) in &self.sessions {
            if *fate == Fate::Stored && !seen.contains(token.as_str()) {
                violations.push(format!("session {token} is lost"));
            }
        }
    }

    fn is_of_a_person(&self, token: &str) -> bool {
        self.people.values().any(|person| person.session == token)
    }

    fn links_of(&self, stored: &Snapshot, violations: &mut Vec<String>) {
        let seen: BTreeSet<_> = stored
            .verification_tokens
            .iter()
            .map(|link| link.identifier.as_str())
            .collect();
        for (identifier, fate) in &self.links {
            match (fate, seen.contains(identifier.as_str())) {
                (Fate::Stored, false) => violations.push(format!("link {identifier} is lost")),
                (Fate::Gone, true) => violations.push(format!("link {identifier} is back")),
                _ => {}
            }
        }
        for identifier in seen {
            if !self.links.contains_key(identifier) {
                violations.push(format!("link {identifier} was never made"));
            }
        }
    }

    fn people_of(&self, stored: &Snapshot, violations: &mut Vec<String>) {
        for user in &stored.users {
            let name = user.name.as_deref().unwrap_or_default();
            let names = self.names.get(&user.id);
            if names.is_some_and(|names| !names.contains(name)) {
                violations.push(format!("{name} is a name that nobody gave"));
            }
        }
        for (email, person) in &self.people {
            let users: Vec<_> = stored
                .users
                .iter()
                .filter(|user| user.email.as_deref() == Some(email))
                .collect();
            match (person.fate, users.as_slice()) {
                (_, [_, _, ..]) => violations.push(format!("{email} is there twice")),
                (Fate::Stored, []) => violations.push(format!("{email} is lost")),
                (Fate::Gone, [_]) => violations.push(format!("{email} was refused and is there")),
                (_, [user]) => person.is_whole(email, &user.id, stored, violations),
                (_, []) => person.is_nothing(email, stored, violations),
            }
        }
    }
}

impl Person {
    /// Somebody who is stored has their account and their session.
    fn is_whole(&self, email: &str, id: &UserId, stored: &Snapshot, violations: &mut Vec<String>) {
        let accounts = stored
            .accounts
            .iter()
            .filter(|account| account.user_id == *id);
        if accounts.count() != usize::from(self.with_account) {
            violations.push(format!("{email} is stored without their account"));
        }
        let has_session = stored.sessions.iter().any(|session| {
            session.user_id == *id && session.session_token.expose() == self.session
        });
        if !has_session {
            violations.push(format!("{email} is stored without their session"));
        }
    }

    /// Somebody who is not stored has no account and no session.
    fn is_nothing(&self, email: &str, stored: &Snapshot, violations: &mut Vec<String>) {
        let has_account = stored
            .accounts
            .iter()
            .any(|account| account.provider_account_id == email);
        let has_session = stored
            .sessions
            .iter()
            .any(|session| session.session_token.expose() == self.session);
        if has_account || has_session {
            violations.push(format!("{email} is half there"));
        }
    }
}

fn orphans(stored: &Snapshot, violations: &mut Vec<String>) {
    let users: BTreeSet<_> = stored.users.iter().map(|user| &user.id).collect();
    let sessions = stored.sessions.iter().map(|session| &session.user_id);
    let accounts = stored.accounts.iter().map(|account| &account.user_id);
    let orphans = sessions.chain(accounts).filter(|id| !users.contains(id));
    violations.extend(orphans.map(|id| format!("a row of user {}, who is not there", id.as_str())));
}
