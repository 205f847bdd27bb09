//! The texts of errors, and what may be retried.

use std::error::Error as _;

use super::{Error, ErrorKind, Outcome, Unique};
use crate::{DriverError, Field, InvalidInput, Operation, Reason};

const KINDS: [ErrorKind; 13] = [
    ErrorKind::Conflict(Unique::Email),
    ErrorKind::Conflict(Unique::Account),
    ErrorKind::Conflict(Unique::SessionToken),
    ErrorKind::Conflict(Unique::VerificationToken),
    ErrorKind::Conflict(Unique::Credential),
    ErrorKind::Conflict(Unique::Other),
    ErrorKind::UserMissing,
    ErrorKind::NotFound,
    ErrorKind::InvalidInput {
        field: Field::CredentialId,
    },
    ErrorKind::Busy,
    ErrorKind::Unavailable,
    ErrorKind::Inconsistent,
    ErrorKind::Internal,
];

#[test]
fn each_kind_has_its_line() {
    let lines = KINDS.map(|kind| Error::new(Operation::SignUp, kind).to_string());

    assert_eq!(
        lines,
        [
            "sign_up: the e-mail address is taken",
            "sign_up: the provider account is linked already",
            "sign_up: the session token is taken",
            "sign_up: the verification token exists already",
            "sign_up: the credential is registered already",
            "sign_up: a unique value is taken",
            "sign_up: the user does not exist",
            "sign_up: the row does not exist",
            "sign_up: credentialID is not valid",
            "sign_up: the store is busy",
            "sign_up: the store is not available",
            "sign_up: the stored rows contradict each other",
            "sign_up: the store gave an unexpected answer",
        ]
    );
}

#[test]
fn invalid_input_says_why() {
    let lines = [
        Reason::Empty,
        Reason::Nul,
        Reason::TooLong,
        Reason::OutOfRange,
        Reason::Malformed,
    ]
    .map(|reason| {
        let invalid = InvalidInput {
            field: Field::Email,
            reason,
        };
        Error::invalid(Operation::CreateUser, invalid).to_string()
    });

    assert_eq!(
        lines,
        [
            "create_user: email is empty",
            "create_user: email holds a NUL character",
            "create_user: email is too long",
            "create_user: email is out of range",
            "create_user: email is malformed",
        ]
    );
}

#[test]
fn the_source_is_told_once() {
    let driver = DriverError::new("postgres", "57014").with_table("sessions");
    let error = Error::new(Operation::DeleteUser, ErrorKind::Unavailable)
        .with_outcome(Outcome::Unknown)
        .with_source(driver.clone());

    assert_eq!(
        error.to_string(),
        "delete_user: the store is not available; whether it was applied is unknown"
    );
    assert_eq!(
        error.source().map(ToString::to_string).as_deref(),
        Some("postgres 57014, table sessions")
    );
    assert_eq!(error.driver(), Some(&driver));
}

#[test]
fn only_busy_and_unavailable_may_be_retried() {
    let retryable: Vec<_> = KINDS
        .into_iter()
        .filter(|kind| Error::new(Operation::GetUser, *kind).is_retryable())
        .collect();

    assert_eq!(retryable, [ErrorKind::Busy, ErrorKind::Unavailable]);
}

#[test]
fn what_may_have_been_applied_is_not_retried() {
    let error =
        Error::new(Operation::CreateUser, ErrorKind::Unavailable).with_outcome(Outcome::Unknown);

    assert!(!error.is_retryable());
}
