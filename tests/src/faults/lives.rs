//! The lives of a session and of a magic link, each answer judged.

use std::collections::BTreeSet;

use authjs_adapter::{
    Adapter as _, HashedToken, NewSession, Patch, SessionPatch, SessionToken, User, UserPatch,
    VerificationToken,
};
use authjs_conformance::start;
use authjs_sea_orm::SeaOrmAdapter;
use chrono::{DateTime, TimeDelta, Utc};

use super::ledger::Fate;
use super::notes::{Notes, Told};

/// Somebody who uses the adapter all the time, with keys of their own.
pub(super) struct Worker {
    pub(super) store: SeaOrmAdapter,
    pub(super) notes: Notes,
    /// Stored before the fault, and never deleted.
    pub(super) user: User,
}

pub(super) fn in_days(days: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(days)
}

impl Worker {
    /// A session is created, read, extended, read, deleted and looked for.
    ///
    /// After an unknown outcome the key is left alone: what was sent may still be done later.
    pub(super) async fn session(&self, key: &str) {
        let token = SessionToken::new(key);
        let session = NewSession {
            session_token: token.clone(),
            user_id: self.user.id.clone(),
            expires: in_days(1),
        };
        self.fate_of(key, Fate::Either, in_days(1));
        match self.notes.call(self.store.create_session(session)).await {
            Told::Done(_) => self.fate_of(key, Fate::Stored, in_days(1)),
            Told::Not => return self.fate_of(key, Fate::Gone, in_days(1)),
            Told::Unknown => return,
        }
        self.read_session(&token, in_days(1)).await;
        let patch = SessionPatch {
            expires: Some(in_days(2)),
        };
        self.fate_of(key, Fate::Stored, in_days(2));
        let ends = match self
            .notes
            .call(self.store.update_session(&token, patch))
            .await
        {
            Told::Done(Some(_)) => in_days(2),
            Told::Done(None) => return self.lost(key, "update_session"),
            Told::Not => in_days(1),
            Told::Unknown => return,
        };
        self.read_session(&token, ends).await;
        self.fate_of(key, Fate::Either, ends);
        match self.notes.call(self.store.delete_session(&token)).await {
            Told::Done(Some(_)) => self.fate_of(key, Fate::Gone, ends),
            Told::Done(None) => return self.lost(key, "delete_session"),
            Told::Not => return self.fate_of(key, Fate::Stored, ends),
            Told::Unknown => return,
        }
        let looked = self.store.get_session_and_user(&token);
        if let Told::Done(Some(_)) = self.notes.call(looked).await {
            self.notes
                .wrong(format!("session {key} was deleted and found"));
        }
    }

    async fn read_session(&self, token: &SessionToken, ends: DateTime<Utc>) {
        let key = token.expose();
        match self
            .notes
            .call(self.store.get_session_and_user(token))
            .await
        {
            Told::Done(Some((session, user))) => {
                if session.expires != ends || user.id != self.user.id {
                    self.notes.wrong(format!("session {key} is another one"));
                }
            }
            Told::Done(None) => self.lost(key, "get_session_and_user"),
            Told::Not | Told::Unknown => {}
        }
    }

    /// A link is made and used twice.
    pub(super) async fn link(&self, key: &str) {
        let link = VerificationToken {
            identifier: key.to_owned(),
            expires: in_days(1),
            token: HashedToken::new("hash"),
        };
        let token = link.token.clone();
        self.fate_of_link(key, Fate::Either);
        match self
            .notes
            .call(self.store.create_verification_token(link))
            .await
        {
            Told::Done(_) => self.fate_of_link(key, Fate::Stored),
            Told::Not => return self.fate_of_link(key, Fate::Gone),
            Told::Unknown => return,
        }
        self.fate_of_link(key, Fate::Either);
        match self
            .notes
            .call(self.store.use_verification_token(key, &token))
            .await
        {
            Told::Done(Some(_)) => self.fate_of_link(key, Fate::Gone),
            Told::Done(None) => return self.lost(key, "use_verification_token"),
            Told::Not => return self.fate_of_link(key, Fate::Stored),
            Told::Unknown => return,
        }
        let again = self.store.use_verification_token(key, &token);
        if let Told::Done(Some(_)) = self.notes.call(again).await {
            self.notes.wrong(format!("link {key} worked twice"));
        }
    }

    /// The worker's own user gets another name and is read. A name whose outcome is unknown may
    /// come at any time.
    pub(super) async fn rename(&self, name: &str) {
        let id = &self.user.id;
        let patch = UserPatch {
            name: Patch::Set(name.to_owned()),
            ..UserPatch::default()
        };
        let possible = self.names(|names| names.insert(name.to_owned()));
        match self.notes.call(self.store.update_user(id, patch)).await {
            Told::Done(user) if user.name.as_deref() != Some(name) => {
                self.notes
                    .wrong(format!("user {} got another name", id.as_str()));
            }
            Told::Not => drop(self.names(|names| names.remove(name))),
            Told::Done(_) | Told::Unknown => {}
        }
        match self.notes.call(self.store.get_user(id)).await {
            Told::Done(Some(user)) => {
                let name = user.name.unwrap_or_default();
                if !possible.contains(&name) {
                    self.notes
                        .wrong(format!("{name} is a name that nobody gave"));
                }
            }
            Told::Done(None) => self.lost(id.as_str(), "get_user"),
            Told::Not | Told::Unknown => {}
        }
    }

    /// Changes the names that the user may have, and returns them.
    fn names<T>(&self, change: impl FnOnce(&mut BTreeSet<String>) -> T) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.notes.expect(|ledger| {
            let known = ledger.names.entry(self.user.id.clone()).or_default();
            known.extend(self.user.name.clone());
            change(known);
            names.clone_from(known);
        });
        names
    }

    fn fate_of(&self, key: &str, fate: Fate, ends: DateTime<Utc>) {
        self.notes.expect(|ledger| {
            let empty = || (fate, BTreeSet::new());
            let known = ledger.sessions.entry(key.to_owned()).or_insert_with(empty);
            known.0 = fate;
            known.1.insert(ends);
        });
    }

    pub(super) fn fate_of_link(&self, key: &str, fate: Fate) {
        self.notes.expect(|ledger| {
            ledger.links.insert(key.to_owned(), fate);
        });
    }

    pub(super) fn lost(&self, key: &str, operation: &str) {
        self.notes
            .wrong(format!("{operation} did not find {key}, which is stored"));
    }
}
