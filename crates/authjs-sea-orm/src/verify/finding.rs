//! What is wrong with a database, and what to do about it.

use std::fmt;

use authjs_adapter::Error;

/// One thing that is missing or wrong in a database.
///
/// `Display` is one sentence that says what to do. It holds names of tables and columns and
/// nothing that is stored.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// use authjs_sea_orm::{ConnectOptions, FindingKind, Pool, verify};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pool = Pool::connect(ConnectOptions::from_url("sqlite::memory:")?).await?;
///
/// let findings = verify(&pool).await?;
///
/// assert_eq!(findings[0].kind(), FindingKind::MissingTable);
/// assert_eq!(findings[0].table(), Some("users"));
/// assert!(findings[0].to_string().contains("run the migrations"));
/// # Ok(())
/// # }
/// # main();
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    kind: FindingKind,
    table: Option<&'static str>,
    columns: Vec<&'static str>,
    expected: Option<&'static str>,
    promise: Option<&'static str>,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A table does not exist, or the search path does not reach it.
    MissingTable,
    /// A column does not exist.
    MissingColumn,
    /// A column has a type that the adapter does not read or write, such as ids that are UUIDs.
    WrongType,
    /// A column is too short, or too coarse, for what the contract allows.
    TooNarrow,
    /// Nothing refuses a second row with these values.
    MissingUnique,
    /// Rows are not deleted with their user.
    MissingCascade,
    /// Whether rows are deleted with their user is not told to this role.
    UnknownCascade,
    /// Row-level security hides rows from this role, which look as if they were not there.
    HiddenRows,
    /// A look-up reads the whole table.
    MissingIndex,
    /// A key column takes texts for equal that differ.
    InexactCollation,
    /// The database does not store every text.
    NotUtf8,
    /// The server cuts values that do not fit, in place of refusing them.
    NotStrict,
    /// The table's engine has no transactions and no foreign keys.
    NotTransactional,
    /// The server takes no writes: a replica, or one that was set so.
    ReadOnly,
    /// Foreign keys are not enforced on this connection.
    ForeignKeysOff,
    /// Connections share those of the server, which mixes up prepared statements.
    TransactionPooler,
}

impl Finding {
    pub(super) const fn new(kind: FindingKind) -> Self {
        Self {
            kind,
            table: None,
            columns: Vec::new(),
            expected: None,
            promise: None,
        }
    }

    pub(super) fn of(self, table: &'static str, columns: &[&'static str]) -> Self {
        Self {
            table: Some(table),
            columns: columns.to_vec(),
            ..self
        }
    }

    pub(super) fn expects(self, expected: &'static str) -> Self {
        Self {
            expected: Some(expected),
            ..self
        }
    }

    pub(super) fn breaks(self, promise: &'static str) -> Self {
        Self {
            promise: Some(promise),
            ..self
        }
    }

    /// What kind of thing is wrong.
    #[must_use]
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// The table; `None` if it is about the whole database.
    #[must_use]
    pub const fn table(&self) -> Option<&'static str> {
        self.table
    }

    /// The columns; empty if it is about the whole table or database.
    #[must_use]
    pub fn columns(&self) -> &[&'static str] {
        &self.columns
    }

    /// The promise that does not hold here, such as `P4`; `None` for a notice, which costs time
    /// or a capability that Auth.js applications rarely use.
    #[must_use]
    pub const fn promise(&self) -> Option<&'static str> {
        self.promise
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table.unwrap_or_default();
        let columns = self.columns.join(", ");
        let expected = self.expected.unwrap_or_default();
        match self.kind {
            FindingKind::MissingTable => write!(
                f,
                "the table {table} does not exist or the search path does not reach it: run the migrations"
            ),
            FindingKind::MissingColumn => {
                write!(f, "{table} has no column {columns}: add it as {expected}")
            }
            FindingKind::WrongType => write!(
                f,
                "{table} ({columns}) has a type that the adapter does not serve: it has to be {expected}"
            ),
            FindingKind::TooNarrow => write!(
                f,
                "{table} ({columns}) does not hold every value that can be stored: it has to be {expected}"
            ),
            FindingKind::MissingUnique => write!(
                f,
                "nothing refuses a second row with the same {table} ({columns}): add a unique constraint"
            ),
            FindingKind::MissingCascade => write!(
                f,
                "rows of {table} may outlive their user: add a foreign key on {columns} with ON DELETE CASCADE"
            ),
            FindingKind::UnknownCascade => write!(
                f,
                "this role is not told whether rows of {table} go with their user: \
                 ask again as a role that may write"
            ),
            FindingKind::HiddenRows => write!(
                f,
                "row-level security hides rows of {table} from this role: \
                 connect as the owner of the table, or as a role with BYPASSRLS"
            ),
            FindingKind::MissingIndex => write!(
                f,
                "look-ups by {table} ({columns}) read the whole table: add an index"
            ),
            FindingKind::InexactCollation => write!(
                f,
                "{table} ({columns}) takes texts for equal that differ: give it {expected}"
            ),
            FindingKind::NotUtf8 => f.write_str(
                "the database does not store every text: make it anew with the encoding UTF8",
            ),
            FindingKind::NotStrict => f.write_str(
                "the server cuts values that do not fit: add STRICT_TRANS_TABLES to sql_mode",
            ),
            FindingKind::NotTransactional => {
                write!(
                    f,
                    "the engine of {table} has no transactions: make it InnoDB"
                )
            }
            FindingKind::ReadOnly => {
                f.write_str("the server takes no writes: connect to the primary server")
            }
            FindingKind::ForeignKeysOff => f.write_str(
                "foreign keys are not enforced: switch them on for each connection \
                 (PRAGMA foreign_keys = ON, foreign_key_checks = 1)",
            ),
            FindingKind::TransactionPooler => f.write_str(
                "a pooler in transaction mode mixes up the statements of its clients: \
                 give the address of the server itself, or of a pool in session mode",
            ),
        }
    }
}

/// Why [`strict`](crate::SeaOrmAdapter::strict) refused a database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// The database could not be examined.
    NotExamined(Error),
    /// Promises do not hold there.
    Breaks {
        /// What is wrong, in the order of [`verify`](crate::verify); without notices.
        findings: Vec<Finding>,
    },
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotExamined(_) => f.write_str("the database could not be examined"),
            Self::Breaks { findings } => {
                f.write_str("the database does not keep what the adapter promises")?;
                for (number, finding) in findings.iter().enumerate() {
                    let separator = if number == 0 { ": " } else { "; " };
                    write!(f, "{separator}{finding}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Unfit {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotExamined(error) => Some(error),
            Self::Breaks { .. } => None,
        }
    }
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self::NotExamined(error)
    }
}
