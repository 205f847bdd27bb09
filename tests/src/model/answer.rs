//! Answers as JSON, and answers of two stores that differ in their ids.

use std::collections::HashMap;

use authjs_adapter::{
    Account, Authenticator, Result, Session, SessionInfo, SessionToken, Snapshot, User,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The names under which [`user`], [`account`] and [`session`] write ids that a store chose.
const IDS: [&str; 3] = ["userId", "accountId", "sessionId"];

/// What an operation answered, errors with all that a caller can see of them.
pub(super) fn answer<T>(result: &Result<T>, show: impl FnOnce(&T) -> Value) -> Value {
    match result {
        Ok(value) => json!({ "ok": show(value) }),
        Err(error) => json!({
            "error": format!("{:?}", error.kind()),
            "reason": error.reason().map(|reason| format!("{reason:?}")),
            "outcome": format!("{:?}", error.outcome()),
            "operation": error.operation().as_str(),
        }),
    }
}

pub(super) fn optional<T>(show: impl FnOnce(&T) -> Value) -> impl FnOnce(&Option<T>) -> Value {
    |found| found.as_ref().map_or(Value::Null, show)
}

pub(super) fn list<T>(all: &[T], show: impl Fn(&T) -> Value) -> Value {
    all.iter().map(show).collect()
}

pub(super) fn user(user: &User) -> Value {
    renamed(user, "userId")
}

pub(super) fn account(account: &Account) -> Value {
    renamed(account, "accountId")
}

pub(super) fn accounts(all: &[Account]) -> Value {
    list(all, account)
}

pub(super) fn session(session: &Session) -> Value {
    renamed(session, "sessionId")
}

pub(super) fn session_and_user((found, whose): &(Session, User)) -> Value {
    json!([session(found), user(whose)])
}

pub(super) fn info(info: &SessionInfo) -> Value {
    json!(info)
}

pub(super) fn authenticator(authenticator: &Authenticator) -> Value {
    json!(authenticator)
}

/// All rows; session tokens of the specification become what the store keeps of them.
pub(super) fn rows(snapshot: Snapshot, stored: impl Fn(&SessionToken) -> String) -> Value {
    let sessions = snapshot.sessions.into_iter().map(|mut row| {
        row.session_token = stored(&row.session_token).into();
        session(&row)
    });
    json!({
        "users": list(&snapshot.users, user),
        "accounts": list(&snapshot.accounts, account),
        "sessions": sessions.collect::<Value>(),
        "verification_tokens": snapshot.verification_tokens,
        "authenticators": snapshot.authenticators,
    })
}

/// The id of a row under the name of its table, so that ids of different tables never mix.
fn renamed(record: &impl Serialize, name: &str) -> Value {
    let mut value = json!(record);
    if let Some(fields) = value.as_object_mut()
        && let Some(id) = fields.remove("id")
    {
        fields.insert(name.to_owned(), id);
    }
    value
}

/// Which id of one store is which of the other. Each store chooses its own, but two rows have
/// the same id in one exactly if they have it in the other.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    known: HashMap<(Side, &'static str, String), String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Specification,
    Store,
}

impl Pairs {
    /// Says where two answers differ.
    pub(super) fn compare(&mut self, expected: &Value, found: &Value) -> Result<(), String> {
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => self.objects(expected, found),
            (Value::Array(all), Value::Array(others)) if all.len() == others.len() => all
                .iter()
                .zip(others)
                .try_for_each(|(expected, found)| self.compare(expected, found)),
            _ if expected == found => Ok(()),
            _ => Err(format!("expected {expected}, found {found}")),
        }
    }

    fn objects(
        &mut self,
        expected: &Map<String, Value>,
        found: &Map<String, Value>,
    ) -> Result<(), String> {
        let names = |fields: &Map<String, Value>| fields.keys().cloned().collect::<Vec<_>>();
        if names(expected) != names(found) {
            return Err(format!("expected {expected:?}, found {found:?}"));
        }
        for ((name, expected), found) in expected.iter().zip(found.values()) {
            let kind = IDS.iter().find(|kind| *kind == name);
            let same = match (kind, expected.as_str(), found.as_str()) {
                (Some(kind), Some(expected), Some(found)) => self.meet(kind, expected, found),
                _ => self.compare(expected, found),
            };
            same.map_err(|difference| format!("{name}: {difference}"))?;
        }
        Ok(())
    }

    fn meet(&mut self, kind: &'static str, expected: &str, found: &str) -> Result<(), String> {
        for (side, from, to) in [
            (Side::Specification, expected, found),
            (Side::Store, found, expected),
        ] {
            let key = (side, kind, from.to_owned());
            let known = self.known.entry(key).or_insert_with(|| to.to_owned());
            if known != to {
                return Err(format!(
                    "{from} was {known} before and is {to} now ({side:?})"
                ));
            }
        }
        Ok(())
    }
}
