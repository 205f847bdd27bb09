//! What the driver reports, in the terms of the contract and without its texts.

use authjs_adapter::{DriverError, Error, ErrorKind, Operation, Outcome, Unique};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;

/// A driver error, classified.
pub(crate) struct Failure {
    class: Class,
    driver: DriverError,
}

/// What a driver error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A unique constraint was violated.
    Unique,
    /// A foreign key was violated: the parent row is missing.
    ForeignKey,
    /// The server refused a value that we should have refused.
    Value,
    /// A lock, a deadlock, a time limit, too many connections: nothing was applied.
    Busy,
    /// The server is there and cannot serve writes: nothing was applied.
    Refused,
    /// No connection could be had: nothing was sent.
    Unreachable,
    /// The connection broke while a request was under way.
    Broken,
    /// The schema changed, or is not what the statement expects: nothing was applied.
    Schema,
    /// Anything else.
    Other,
}

impl Failure {
    pub(crate) fn of(error: &DbErr, dialect: Dialect) -> Self {
        let backend = dialect.name();
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => Self::new(
                Class::Unreachable,
                DriverError::new(backend, "pool-timeout"),
            ),
            DbErr::ConnectionAcquire(_) => {
                Self::new(Class::Unreachable, DriverError::new(backend, "pool-closed"))
            }
            DbErr::Conn(RuntimeErr::SqlxError(error)) => {
                let failure = Self::of_sqlx(error, dialect);
                // Whatever went wrong, it went wrong before a statement was sent.
                let class = match failure.class {
                    Class::Broken | Class::Other => Class::Unreachable,
                    class => class,
                };
                Self { class, ..failure }
            }
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::of_sqlx(error, dialect),
            DbErr::Type(_) | DbErr::TryIntoErr { .. } => {
                Self::new(Class::Other, DriverError::new(backend, "decode"))
            }
            _ => Self::new(Class::Other, DriverError::new(backend, "orm")),
        }
    }

    /// The deadline passed while the operation was under way.
    pub(crate) fn deadline(dialect: Dialect) -> Self {
        Self::new(Class::Broken, DriverError::new(dialect.name(), "deadline"))
    }

    const fn new(class: Class, driver: DriverError) -> Self {
        Self { class, driver }
    }

    fn of_sqlx(error: &sqlx::Error, dialect: Dialect) -> Self {
        let backend = dialect.name();
        let (class, code) = match error {
            sqlx::Error::Database(error) => return Self::of_database(&**error, dialect),
            sqlx::Error::PoolTimedOut => (Class::Unreachable, "pool-timeout"),
            sqlx::Error::PoolClosed => (Class::Unreachable, "pool-closed"),
            sqlx::Error::Io(_) => (Class::Broken, "io"),
            sqlx::Error::Tls(_) => (Class::Unreachable, "tls"),
            sqlx::Error::Protocol(_) => (Class::Broken, "protocol"),
            sqlx::Error::WorkerCrashed => (Class::Broken, "worker"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => (Class::Other, "decode"),
            sqlx::Error::Encode(_) => (Class::Other, "encode"),
            _ => (Class::Other, "driver"),
        };
        Self::new(class, DriverError::new(backend, code))
    }

    fn of_database(error: &dyn sqlx::error::DatabaseError, dialect: Dialect) -> Self {
        let code = error.code().unwrap_or_default().into_owned();
        let class = match dialect {
            Dialect::Postgres => postgres_class(&code),
            Dialect::Sqlite => sqlite_class(&code),
        };
        let mut driver = DriverError::new(dialect.name(), code);
        match dialect {
            Dialect::Postgres => {
                if let Some(table) = error.table() {
                    driver = driver.with_table(table);
                }
                if let Some(constraint) = error.constraint() {
                    driver = driver.with_constraint(constraint);
                }
            }
            Dialect::Sqlite => {
                // "UNIQUE constraint failed: table.column, table.column": names only.
                if class == Class::Unique
                    && let Some((_, columns)) = error.message().rsplit_once(": ")
                {
                    driver = driver.with_constraint(columns);
                }
            }
        }
        Self::new(class, driver)
    }

    /// True if the database is not what the facts say: a table, column or conflict target is
    /// missing, a plan is stale, or a constraint is not known.
    pub(crate) fn contradicts(&self, facts: Option<&SchemaFacts>) -> bool {
        match self.class {
            Class::Schema => true,
            // On SQLite the message itself names the columns.
            Class::Unique => self.driver.constraint().is_some_and(|constraint| {
                facts.is_some_and(|facts| {
                    facts.dialect() == Dialect::Postgres && facts.index(constraint).is_none()
                })
            }),
            _ => false,
        }
    }

    pub(crate) const fn is_unique(&self) -> bool {
        matches!(self.class, Class::Unique)
    }

    /// True if the statement was right for another schema and applied nothing.
    pub(crate) const fn is_schema(&self) -> bool {
        matches!(self.class, Class::Schema)
    }

    /// True if the connection that served the operation, or others of its pool, may be broken.
    pub(crate) const fn is_suspicious(&self) -> bool {
        matches!(
            self.class,
            Class::Broken | Class::Busy | Class::Unreachable | Class::Other
        )
    }

    /// The error of the contract.
    pub(crate) fn into_error(
        self,
        operation: Operation,
        effect: Effect,
        facts: Option<&SchemaFacts>,
    ) -> Error {
        let kind = match self.class {
            Class::Unique => {
                ErrorKind::Conflict(facts.map_or(Unique::Other, |facts| self.unique(facts)))
            }
            Class::ForeignKey if self.is_missing_user(operation) => ErrorKind::UserMissing,
            Class::Busy => ErrorKind::Busy,
            Class::Refused | Class::Unreachable | Class::Broken => ErrorKind::Unavailable,
            Class::ForeignKey | Class::Value | Class::Schema | Class::Other => ErrorKind::Internal,
        };
        let outcome = match (self.class, effect) {
            (Class::Broken, Effect::Write) => Outcome::Unknown,
            // The statement was applied; its answer could not be read.
            (Class::Other, Effect::Write) if self.driver.code() == "decode" => Outcome::Unknown,
            _ => Outcome::NotApplied,
        };
        Error::new(operation, kind)
            .with_outcome(outcome)
            .with_source(self.driver)
    }

    /// True if the missing row is the user of a new row; the application may have foreign keys
    /// of its own, which are violated by any operation.
    fn is_missing_user(&self, operation: Operation) -> bool {
        let table = match operation {
            Operation::LinkAccount | Operation::UpsertAccount => "accounts",
            Operation::CreateSession => "sessions",
            Operation::CreateAuthenticator => "authenticators",
            _ => return false,
        };
        self.driver.table().is_none_or(|reported| reported == table)
    }

    /// True if the connection's prepared statements do not fit the schema any more.
    pub(crate) fn is_stale_statement(&self) -> bool {
        matches!(self.driver.code(), "0A000" | "26000")
    }

    /// Which unique value was taken, by the columns of the violated constraint.
    pub(crate) fn unique(&self, facts: &SchemaFacts) -> Unique {
        let Some(constraint) = self.driver.constraint() else {
            return Unique::Other;
        };
        match facts.dialect() {
            Dialect::Postgres => facts
                .index(constraint)
                .map_or(Unique::Other, |(table, columns)| unique_of(table, columns)),
            Dialect::Sqlite => {
                let mut table = String::new();
                let mut columns = Vec::new();
                for name in constraint.split(", ") {
                    let Some((its_table, column)) = name.split_once('.') else {
                        return Unique::Other;
                    };
                    its_table.clone_into(&mut table);
                    columns.push(column.to_owned());
                }
                unique_of(&table.to_lowercase(), &columns)
            }
        }
    }
}

/// Whether an operation changes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    Write,
}

fn unique_of(table: &str, columns: &[String]) -> Unique {
    let mut columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    columns.sort_unstable();
    match (table, columns.as_slice()) {
        ("users", ["email"]) => Unique::Email,
        ("accounts", ["provider", "providerAccountId"]) => Unique::Account,
        ("sessions", ["sessionToken"]) => Unique::SessionToken,
        ("verification_token", ["identifier", "token"] | ["token"]) => Unique::VerificationToken,
        ("authenticators", ["credentialID"] | ["credentialID", "userId"]) => Unique::Credential,
        _ => Unique::Other,
    }
}

/// Classifies an SQLSTATE.
///
/// # Source
/// [PostgreSQL error codes](https://www.postgresql.org/docs/15/errcodes-appendix.html)
fn postgres_class(code: &str) -> Class {
    match code {
        "23505" => Class::Unique,
        "23503" => Class::ForeignKey,
        "22001" | "22003" | "22007" | "22008" | "22021" | "22P02" | "54000" | "23502" | "23514" => {
            Class::Value
        }
        // Serialization failure, deadlock, lock timeout, cancelled, too many connections, starting.
        "40001" | "40P01" | "55P03" | "57014" | "53300" | "57P03" => Class::Busy,
        // Read-only server, disk full, out of memory.
        // The transaction idled or lasted for too long.
        "25006" | "53100" | "53200" | "25P03" | "25P04" => Class::Refused,
        // Shutdown and crash end the connection.
        "57P01" | "57P02" | "57P05" => Class::Broken,
        // No target for ON CONFLICT, stale plan, undefined object, lost prepared statement.
        "42P10" | "0A000" | "42704" | "26000" | "42P01" | "42703" => Class::Schema,
        _ if code.starts_with("08") => Class::Broken,
        _ if code.starts_with("28") || code.starts_with("3D") => Class::Unreachable,
        _ => Class::Other,
    }
}

/// Classifies an extended result code.
///
/// # Source
/// [SQLite result codes](https://www.sqlite.org/rescode.html)
fn sqlite_class(code: &str) -> Class {
    let Ok(code) = code.parse::<u32>() else {
        return Class::Other;
    };
    match code {
        2067 | 1555 => Class::Unique,
        787 => Class::ForeignKey,
        _ => match code & 0xff {
            // Locked by another connection, or interrupted.
            5 | 6 | 9 => Class::Busy,
            // Read-only, disk full, cannot open.
            8 | 13 | 14 => Class::Refused,
            // Disk I/O, corrupt, not a database.
            10 | 11 | 26 => Class::Broken,
            // SQL logic error: a table, a column or a conflict target is missing; schema changed.
            1 | 17 => Class::Schema,
            18..=20 => Class::Value,
            _ => Class::Other,
        },
    }
}
