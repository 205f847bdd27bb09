//! One error type for every adapter.

use std::fmt;

use crate::{DriverError, Field, InvalidInput, Operation, Reason};

#[cfg(test)]
mod tests;

/// The result of an adapter operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed, which one it was, and whether it may have been applied.
///
/// `Display` is one line without the [source](std::error::Error::source). Neither `Display`
/// nor `Debug` ever holds a token, an e-mail address, an SQL parameter or a connection string.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Error, ErrorKind, Operation, Outcome, Unique};
///
/// let error = Error::new(Operation::CreateUser, ErrorKind::Conflict(Unique::Email));
///
/// assert_eq!(error.to_string(), "create_user: the e-mail address is taken");
/// assert_eq!(error.outcome(), Outcome::NotApplied);
/// assert!(!error.is_retryable());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    operation: Operation,
    outcome: Outcome,
    reason: Option<Reason>,
    source: Option<Box<DriverError>>,
}

impl Error {
    /// An error that applied nothing.
    #[must_use]
    pub const fn new(operation: Operation, kind: ErrorKind) -> Self {
        Self {
            kind,
            operation,
            outcome: Outcome::NotApplied,
            reason: None,
            source: None,
        }
    }

    /// The error for an argument that can never be stored.
    #[must_use]
    pub const fn invalid(operation: Operation, invalid: InvalidInput) -> Self {
        Self {
            kind: ErrorKind::InvalidInput {
                field: invalid.field,
            },
            operation,
            outcome: Outcome::NotApplied,
            reason: Some(invalid.reason),
            source: None,
        }
    }

    /// The same error with another outcome.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same error with what the driver reported.
    #[must_use]
    pub fn with_source(mut self, source: DriverError) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What went wrong, in the caller's terms.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The operation that failed.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// Whether the operation may have changed the store.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What is wrong with the argument; `Some` only for [`ErrorKind::InvalidInput`].
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// What the driver reported, or why no statement was sent (codes such as `unreachable` and
    /// `pool-timeout`); `None` where an argument or a row says what is wrong.
    #[must_use]
    pub fn driver(&self) -> Option<&DriverError> {
        self.source.as_deref()
    }

    /// True if the same call may be made again without harm and with a chance of success:
    /// the store was busy or away, and nothing was applied.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Busy | ErrorKind::Unavailable)
            && matches!(self.outcome, Outcome::NotApplied)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.operation)?;
        match (self.kind, self.reason) {
            (ErrorKind::InvalidInput { field }, Some(reason)) => write!(f, "{field} {reason}")?,
            (kind, _) => write!(f, "{kind}")?,
        }
        match self.outcome {
            Outcome::NotApplied => Ok(()),
            Outcome::Unknown => f.write_str("; whether it was applied is unknown"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What went wrong, in the caller's terms.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, ErrorKind, Field, MemoryAdapter, NewUser, Reason};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let nobody = NewUser {
///     email: Some(String::new()),
///     ..NewUser::default()
/// };
/// let error = MemoryAdapter::default().create_user(nobody).await.unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::InvalidInput { field: Field::Email });
/// assert_eq!(error.reason(), Some(Reason::Empty));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A row with this unique value exists already; it was not changed. Do not retry: look
    /// the row up, or tell the person.
    Conflict(Unique),
    /// The user that the new row belongs to does not exist. Do not retry.
    UserMissing,
    /// The row to update does not exist. Do not retry.
    NotFound,
    /// An argument can never be stored. Do not retry; [`Error::reason`] says why.
    InvalidInput {
        /// The argument, by its Auth.js name.
        field: Field,
    },
    /// The store is there but could not serve the call in time: a lock, a deadlock, a full
    /// pool. Retry after a pause.
    Busy,
    /// The store could not be reached, went away, did not answer within the deadline, or takes
    /// no writes (it only reads, its disk is full). Retry after a pause if [`Error::outcome`] is
    /// [`Outcome::NotApplied`].
    Unavailable,
    /// Rows contradict each other: one session token with live rows of two users, or one
    /// credential of two, in a database without the unique constraint. Do not retry: somebody
    /// must mend the rows.
    Inconsistent,
    /// The store answered what this library does not understand: a missing table or column,
    /// a row that cannot be decoded. Do not retry: it is a defect or a wrong schema.
    Internal,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(unique) => unique.fmt(f),
            Self::UserMissing => f.write_str("the user does not exist"),
            Self::NotFound => f.write_str("the row does not exist"),
            Self::InvalidInput { field } => write!(f, "{field} is not valid"),
            Self::Busy => f.write_str("the store is busy"),
            Self::Unavailable => f.write_str("the store is not available"),
            Self::Inconsistent => f.write_str("the stored rows contradict each other"),
            Self::Internal => f.write_str("the store gave an unexpected answer"),
        }
    }
}

/// The unique value that a new row would have taken from another.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, ErrorKind, MemoryAdapter, NewUser, Unique};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let ada = NewUser {
///     email: Some("ada@example.com".to_owned()),
///     ..NewUser::default()
/// };
/// adapter.create_user(ada.clone()).await?;
/// let error = adapter.create_user(ada).await.unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Conflict(Unique::Email));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unique {
    /// `users.email`.
    Email,
    /// `accounts.provider` with `accounts.providerAccountId`.
    Account,
    /// `sessions.sessionToken`.
    SessionToken,
    /// `verification_token.identifier` with `verification_token.token`.
    VerificationToken,
    /// `authenticators.credentialID`.
    Credential,
    /// A unique constraint that this library does not know, such as one of the application.
    Other,
}

impl fmt::Display for Unique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "the e-mail address is taken",
            Self::Account => "the provider account is linked already",
            Self::SessionToken => "the session token is taken",
            Self::VerificationToken => "the verification token exists already",
            Self::Credential => "the credential is registered already",
            Self::Other => "a unique value is taken",
        })
    }
}

/// Whether a failed operation may have changed the store.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Error, ErrorKind, Operation, Outcome};
///
/// let lost = Error::new(Operation::CreateUser, ErrorKind::Unavailable)
///     .with_outcome(Outcome::Unknown);
///
/// assert!(!lost.is_retryable());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The store is as it was before the call.
    NotApplied,
    /// The request was sent and no answer came that can be read: all of it or nothing of it was
    /// applied. A purge may have removed the sessions and not the tokens.
    Unknown,
}
