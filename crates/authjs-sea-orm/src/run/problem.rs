//! Why an operation stopped.

use authjs_adapter::Error;
use sea_orm::DbErr;

/// What one attempt at an operation returns; `Outcome` is what the contract says of its effect.
pub(crate) type Attempt<T> = Result<T, Problem>;

/// Why an operation stopped, before it is told in the terms of the contract.
pub(crate) enum Problem {
    /// The driver reported it.
    Driver(DbErr),
    /// The driver reported it when a transaction was to begin: nothing was sent before.
    Begin(DbErr),
    /// The driver reported it after a change was made, when its rows were to be read.
    Afterwards(DbErr),
    /// The deadline passed.
    Deadline,
    /// Nothing was sent, since the server was out of reach a moment ago.
    OutOfReach,
    /// Nothing was sent: so many writes were under way that it did not become one of them.
    Crowd,
    /// Code of the driver, or of the application, panicked.
    Panic,
    /// The operation itself decided.
    Decided(Error),
}

impl Problem {
    /// The same, where the change was made already.
    pub(crate) fn afterwards(self) -> Self {
        match self {
            Self::Driver(error) => Self::Afterwards(error),
            other => other,
        }
    }

    /// The same, where the change was taken back since.
    pub(super) fn undone(self) -> Self {
        match self {
            Self::Afterwards(error) => Self::Driver(error),
            other => other,
        }
    }
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Self {
        Self::Driver(error)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Decided(error)
    }
}
