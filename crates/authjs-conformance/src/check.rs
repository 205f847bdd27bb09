//! What is compared, and what a failure says.

use authjs_adapter::{
    Error, ErrorKind, Field, Operation, Outcome, Result, Session, SessionRow, Snapshot, User,
    UserRow,
};
use serde::Serialize;

/// What a user row of any type tells, as the contract's record.
pub(crate) fn user(row: &impl UserRow) -> User {
    User {
        id: row.id(),
        name: row.name().map(str::to_owned),
        email: row.email().map(str::to_owned),
        email_verified: row.email_verified(),
        image: row.image().map(str::to_owned),
    }
}

/// What a session row of any type tells, as the contract's record.
pub(crate) fn session(row: &impl SessionRow) -> Session {
    Session {
        id: None,
        session_token: row.token(),
        user_id: row.user_id(),
        expires: row.expires(),
    }
}

/// Fails unless the two values are equal. Shows them as JSON: `Debug` of the records hides
/// text.
#[track_caller]
pub(crate) fn same<T: PartialEq + Serialize>(what: &str, actual: &T, expected: &T) {
    assert!(
        actual == expected,
        "{what} is not as expected\nexpected: {}\n  actual: {}",
        json(expected),
        json(actual),
    );
}

/// Fails unless each row of the store is as it was.
#[track_caller]
pub(crate) fn unchanged(before: &Snapshot, after: &Snapshot) {
    same("users after the call", &after.users, &before.users);
    same("accounts after the call", &after.accounts, &before.accounts);
    same("sessions after the call", &after.sessions, &before.sessions);
    same(
        "verification_token after the call",
        &after.verification_tokens,
        &before.verification_tokens,
    );
    same(
        "authenticators after the call",
        &after.authenticators,
        &before.authenticators,
    );
}

/// Fails unless the operation was refused for this reason, and says that it changed nothing.
#[track_caller]
pub(crate) fn refused<T>(operation: Operation, kind: ErrorKind, result: Result<T>) -> Error {
    let Err(error) = result else {
        panic!("{operation} succeeded; it had to fail with {kind:?}");
    };
    assert_eq!(error.kind(), kind, "the kind of {error:?}");
    assert_eq!(error.operation(), operation, "the operation of {error:?}");
    assert_eq!(
        error.outcome(),
        Outcome::NotApplied,
        "the outcome of {error:?}"
    );
    error
}

/// Fails unless the operation refused the value of this field.
#[track_caller]
pub(crate) fn invalid<T>(operation: Operation, field: Field, result: Result<T>) {
    let error = refused(operation, ErrorKind::InvalidInput { field }, result);
    assert!(
        error.reason().is_some(),
        "{error:?} does not say what is wrong with {field}"
    );
}

/// The row that was inserted; `None` if it was refused, for no other reason than this.
#[track_caller]
pub(crate) fn inserted<T>(operation: Operation, kind: ErrorKind, result: Result<T>) -> Option<T> {
    if result.is_ok() {
        return result.ok();
    }
    refused(operation, kind, result);
    None
}

/// Fails if something was found.
#[track_caller]
pub(crate) fn nothing<T>(what: &str, found: Result<Option<T>>) {
    assert!(found.unwrap().is_none(), "{what} was found");
}

/// Fails unless each call that did not succeed was refused for this reason.
#[track_caller]
pub(crate) fn losers<T>(operation: Operation, kind: ErrorKind, answers: Vec<Result<T>>) {
    for answer in answers.into_iter().filter(Result::is_err) {
        refused(operation, kind, answer);
    }
}

/// The number of calls that succeeded.
pub(crate) fn successes<T>(answers: &[Result<T>]) -> usize {
    answers.iter().filter(|answer| answer.is_ok()).count()
}

/// What a call did to the number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Added,
    Removed,
    Nothing,
}

impl Change {
    /// What an insert did, which was refused for no other reason than this.
    #[track_caller]
    pub(crate) fn of_insert<T>(operation: Operation, kind: ErrorKind, result: Result<T>) -> Self {
        if result.is_ok() {
            return Self::Added;
        }
        refused(operation, kind, result);
        Self::Nothing
    }

    /// What a delete did, which never fails.
    #[track_caller]
    pub(crate) fn of_delete<T>(result: Result<Option<T>>) -> Self {
        match result.unwrap() {
            Some(_) => Self::Removed,
            None => Self::Nothing,
        }
    }
}

/// Fails unless the rows are those that were there and were added, without those removed.
#[track_caller]
pub(crate) fn balance(before: usize, changes: &[Change], after: usize) {
    let count = |change| changes.iter().filter(|other| **other == change).count();
    let (added, removed) = (count(Change::Added), count(Change::Removed));
    assert_eq!(
        before + added,
        after + removed,
        "{before} rows and {added} added are not {after} rows and {removed} removed"
    );
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
