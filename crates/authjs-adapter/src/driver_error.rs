//! What a database driver reported, without its texts.

use std::borrow::Cow;
use std::fmt;

/// What a database driver reported, reduced to what is safe to print.
///
/// Drivers put values, addresses and connection strings into their messages, so none of
/// their text is kept: only the class of the error and the names of schema objects.
///
/// # Examples
///
/// ```
/// use authjs_adapter::DriverError;
///
/// let error = DriverError::new("postgres", "23505").with_constraint("users_email_key");
///
/// assert_eq!(error.to_string(), "postgres 23505, constraint users_email_key");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverError {
    backend: Cow<'static, str>,
    code: Cow<'static, str>,
    constraint: Option<String>,
    table: Option<String>,
}

impl DriverError {
    /// A report of `backend` with its error code: an SQLSTATE, a result code, or a word for
    /// what happened to the connection (`timeout`, `io`, ...). Never a message.
    #[must_use]
    pub fn new(backend: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        Self {
            backend: backend.into(),
            code: code.into(),
            constraint: None,
            table: None,
        }
    }

    /// The same report with the name of the constraint or index that was violated.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<String>) -> Self {
        self.constraint = Some(constraint.into());
        self
    }

    /// The same report with the name of the table.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// `postgres`, `mysql`, `sqlite`, or the name that another adapter gives itself.
    #[must_use]
    pub fn backend(&self) -> &str {
        &self.backend
    }

    /// The SQLSTATE, result code, or word for what happened to the connection.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The constraint or index that was violated, if the driver named it.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The table, if the driver named it.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.backend, self.code)?;
        if let Some(table) = &self.table {
            write!(f, ", table {table}")?;
        }
        if let Some(constraint) = &self.constraint {
            write!(f, ", constraint {constraint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DriverError {}

#[cfg(test)]
mod tests {
    use super::DriverError;

    #[test]
    fn a_report_gives_back_what_it_was_made_of() {
        let bare = DriverError::new("sqlite", "2067");
        let full = bare
            .clone()
            .with_table("users")
            .with_constraint("users_email_key");

        assert_eq!((bare.backend(), bare.code()), ("sqlite", "2067"));
        assert_eq!((bare.table(), bare.constraint()), (None, None));
        assert_eq!(full.table(), Some("users"));
        assert_eq!(full.constraint(), Some("users_email_key"));
        assert_eq!(bare.to_string(), "sqlite 2067");
        assert_eq!(
            full.to_string(),
            "sqlite 2067, table users, constraint users_email_key"
        );
    }
}
