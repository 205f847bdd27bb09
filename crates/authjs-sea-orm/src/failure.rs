//! What the driver reports, in the terms of the contract and without its texts.

#[cfg(feature = "mysql")]
mod mysql;
mod postgres;
mod sqlite;
mod unique;

use authjs_adapter::{DriverError, Error, ErrorKind, Operation, Outcome, Unique};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;

/// The code of an operation that its own deadline ended.
const DEADLINE: &str = "deadline";
/// The code of a wait for a connection of the pool that was in vain.
const POOL_TIMEOUT: &str = "pool-timeout";
/// The name of MariaDB and MySQL in errors.
const MYSQL: &str = Dialect::MySql.name();

/// The code of an operation that did not ask, since others had found no server.
const UNREACHABLE: &str = "unreachable";
/// The code of a row that has not the columns that were asked for.
const MISSHAPEN: &str = "columns";
/// The code of an operation in which something panicked.
const PANIC: &str = "panic";

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
    /// A new row has no user: there is none with the id.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(dead_code, reason = "others tell it by the foreign key")
    )]
    Nobody,
    /// The server refused a value that we should have refused.
    Value,
    /// Others were in the way, by a lock, a deadlock or a conflict of transactions: the server
    /// took everything back, and the same may succeed at once.
    Contended,
    /// A time limit, too many connections: nothing was applied.
    Busy,
    /// Others have all connections of the pool: nothing was sent.
    Exhausted,
    /// The server is there and cannot serve writes: nothing was applied.
    Refused,
    /// No connection could be had: nothing was sent.
    Unreachable,
    /// The connection broke while a request was under way.
    Broken,
    /// The connection broke before anything was sent that could be applied.
    Unsent,
    /// The schema changed, or is not what the statement expects: nothing was applied.
    Schema,
    /// Anything else.
    Other,
}

impl Failure {
    pub(crate) fn of(error: &DbErr, dialect: Dialect) -> Self {
        let backend = dialect.name();
        match error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
                Self::new(Class::Unreachable, DriverError::new(backend, POOL_TIMEOUT))
            }
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
            | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                let failure = Self::of_sqlx(error, dialect);
                // It came in the place of the answer: the statement may have been applied.
                let class = if postgres::ends_connection(error) {
                    Class::Broken
                } else if failure.is_stale_statement() && postgres::is_raised_elsewhere(error) {
                    Class::Other
                } else {
                    failure.class
                };
                Self { class, ..failure }
            }
            DbErr::Type(_) | DbErr::TryIntoErr { .. } => {
                Self::new(Class::Other, DriverError::new(backend, "decode"))
            }
            _ => Self::new(Class::Other, DriverError::new(backend, "orm")),
        }
    }

    /// The deadline passed while the operation was under way.
    pub(crate) fn deadline(dialect: Dialect) -> Self {
        Self::new(Class::Broken, DriverError::new(dialect.name(), DEADLINE))
    }

    /// Something panicked while the operation was under way.
    pub(crate) fn panic(dialect: Dialect) -> Self {
        Self::new(Class::Other, DriverError::new(dialect.name(), PANIC))
    }

    /// The server was out of reach a moment ago, and was not asked again.
    pub(crate) fn out_of_reach(dialect: Dialect) -> Self {
        let driver = DriverError::new(dialect.name(), UNREACHABLE);
        Self::new(Class::Unreachable, driver)
    }

    const fn new(class: Class, driver: DriverError) -> Self {
        Self { class, driver }
    }

    fn of_sqlx(error: &sqlx::Error, dialect: Dialect) -> Self {
        let backend = dialect.name();
        let (class, code) = match error {
            sqlx::Error::Database(error) => return Self::of_database(&**error, dialect),
            sqlx::Error::PoolTimedOut => (Class::Unreachable, POOL_TIMEOUT),
            sqlx::Error::PoolClosed => (Class::Unreachable, "pool-closed"),
            sqlx::Error::Io(_) => (Class::Broken, "io"),
            sqlx::Error::Tls(_) => (Class::Unreachable, "tls"),
            sqlx::Error::Protocol(_) => (Class::Broken, "protocol"),
            sqlx::Error::WorkerCrashed => (Class::Broken, "worker"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => (Class::Other, "decode"),
            sqlx::Error::ColumnIndexOutOfBounds { .. } | sqlx::Error::ColumnNotFound(_) => {
                (Class::Other, MISSHAPEN)
            }
            sqlx::Error::Encode(_) => (Class::Other, "encode"),
            _ => (Class::Other, "driver"),
        };
        Self::new(class, DriverError::new(backend, code))
    }

    fn of_database(error: &dyn sqlx::error::DatabaseError, dialect: Dialect) -> Self {
        #[cfg(feature = "mysql")]
        if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            return Self::of_mysql(error.number(), error.message());
        }
        let code = error.code().unwrap_or_default().into_owned();
        let class = match dialect {
            Dialect::Postgres => postgres::class(&code),
            Dialect::Sqlite => sqlite::class(&code),
            Dialect::MariaDb | Dialect::MySql => Class::Other,
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
            Dialect::MariaDb | Dialect::MySql => {}
        }
        Self::new(class, driver)
    }

    /// Of the message only the names at known places are kept: it holds values.
    #[cfg(feature = "mysql")]
    fn of_mysql(number: u16, message: &str) -> Self {
        let class = if mysql::is_nobody(number, message) {
            Class::Nobody
        } else {
            mysql::class(number)
        };
        let mut driver = DriverError::new(MYSQL, number.to_string());
        let (table, constraint) = match class {
            Class::Unique => (None, mysql::duplicate_key(message)),
            Class::ForeignKey => mysql::foreign_key(message)
                .map_or((None, None), |(table, key)| (Some(table), Some(key))),
            _ => (None, None),
        };
        if let Some(table) = table {
            driver = driver.with_table(table);
        }
        if let Some(constraint) = constraint {
            driver = driver.with_constraint(constraint);
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
                // What was known may have been forgotten by somebody else.
                facts.is_none_or(|facts| match facts.dialect() {
                    Dialect::Sqlite => false,
                    Dialect::MySql => {
                        let key = constraint.split_once('.').map(|(_, key)| key);
                        facts.indexes(key.unwrap_or(constraint)).is_empty()
                    }
                    Dialect::Postgres | Dialect::MariaDb => facts.indexes(constraint).is_empty(),
                })
            }),
            _ => false,
        }
    }

    /// True if a new row was refused since its user does not exist.
    pub(crate) const fn is_nobody(&self) -> bool {
        matches!(self.class, Class::Nobody)
    }

    pub(crate) const fn is_unique(&self) -> bool {
        matches!(self.class, Class::Unique)
    }

    /// True if the statement was right for another schema and applied nothing.
    pub(crate) const fn is_schema(&self) -> bool {
        matches!(self.class, Class::Schema)
    }

    /// True if the connection that served the operation, or others of its pool, may be broken.
    pub(crate) fn is_suspicious(&self) -> bool {
        let was_used = self.driver.code() != UNREACHABLE;
        was_used
            && matches!(
                self.class,
                Class::Broken
                    | Class::Unsent
                    | Class::Contended
                    | Class::Busy
                    | Class::Exhausted
                    | Class::Unreachable
                    | Class::Other
            )
    }

    /// Others had all connections of the pool for as long as the operation could wait.
    pub(crate) fn exhausted(dialect: Dialect) -> Self {
        Self::new(
            Class::Exhausted,
            DriverError::new(dialect.name(), POOL_TIMEOUT),
        )
    }

    /// True if no connection came in time, for whatever reason.
    pub(crate) fn is_pool_timeout(&self) -> bool {
        self.driver.code() == POOL_TIMEOUT
    }

    /// True if something panicked.
    pub(crate) fn is_panic(&self) -> bool {
        self.driver.code() == PANIC
    }

    /// True if there was an answer that could not be read: a value, or a row of another shape than
    /// the driver was told.
    pub(crate) fn is_misread(&self) -> bool {
        matches!(self.driver.code(), "decode" | MISSHAPEN)
    }

    /// True if the driver holds a wrong description of a prepared statement.
    pub(crate) fn is_misshapen(&self) -> bool {
        self.driver.code() == MISSHAPEN
    }

    /// True if the server itself said so.
    pub(crate) const fn is_answer(&self) -> bool {
        !matches!(
            self.class,
            Class::Broken | Class::Unsent | Class::Exhausted | Class::Unreachable | Class::Other
        )
    }

    /// True if no connection to the server could be made.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        // A code that begins with a digit is an answer, such as that of a wrong password.
        self.class == Class::Unreachable
            && matches!(self.driver.code(), "io" | "protocol" | "tls" | POOL_TIMEOUT)
    }

    /// True if the connection broke, or stayed silent.
    pub(crate) const fn is_broken(&self) -> bool {
        matches!(self.class, Class::Broken | Class::Unsent)
    }

    /// The same failure, where it came before anything that could be applied.
    pub(crate) fn before_anything(self) -> Self {
        let class = match self.class {
            Class::Broken => Class::Unsent,
            class => class,
        };
        Self { class, ..self }
    }

    /// True if nothing was applied, for certain, and another attempt may well succeed.
    ///
    /// A wait for a place in the pool is not repeated: who waited in vain would wait again.
    pub(crate) fn is_worth_another_attempt(&self, effect: Effect) -> bool {
        match self.class {
            Class::Contended | Class::Unsent => true,
            Class::Schema => self.is_stale_statement(),
            // Nothing was sent.
            Class::Unreachable => matches!(self.driver.code(), "io" | "protocol" | "pool-closed"),
            // A read leaves nothing behind; another connection may be whole.
            Class::Broken => effect == Effect::Read && self.driver.code() != DEADLINE,
            _ => false,
        }
    }

    /// The error of the contract.
    pub(crate) fn into_error(
        self,
        operation: Operation,
        effect: Effect,
        facts: Option<&SchemaFacts>,
    ) -> Error {
        let kind = match self.class {
            Class::Unique => ErrorKind::Conflict(
                facts.map_or(Unique::Other, |facts| self.unique(operation, facts)),
            ),
            Class::Nobody if inserts_of_user(operation) => ErrorKind::UserMissing,
            Class::ForeignKey if inserts_of_user(operation) && self.leads_to_user(facts) => {
                ErrorKind::UserMissing
            }
            Class::Contended | Class::Busy | Class::Exhausted => ErrorKind::Busy,
            Class::Refused | Class::Unreachable | Class::Broken | Class::Unsent => {
                ErrorKind::Unavailable
            }
            Class::ForeignKey | Class::Nobody | Class::Value | Class::Schema | Class::Other => {
                ErrorKind::Internal
            }
        };
        let outcome = match (self.class, effect) {
            (Class::Broken, Effect::Write) => Outcome::Unknown,
            // The statement was applied; its answer could not be read. Where something panics
            // nobody knows.
            (Class::Other, Effect::Write) if self.is_misread() || self.is_panic() => {
                Outcome::Unknown
            }
            _ => Outcome::NotApplied,
        };
        Error::new(operation, kind)
            .with_outcome(outcome)
            .with_source(self.named(facts))
    }

    /// What the driver reported, with the name of a key of MariaDB or MySQL only if the catalog
    /// knows it: it was cut out of a message with values.
    fn named(self, facts: Option<&SchemaFacts>) -> DriverError {
        let is_cut_out = self.class == Class::Unique && self.driver.backend() == MYSQL;
        if is_cut_out && self.contradicts(facts) {
            return DriverError::new(MYSQL, self.driver.code().to_owned());
        }
        self.driver
    }

    /// True if the violated foreign key is that of a row to its user. The application may have
    /// others, also on our tables. SQLite does not say which one it is; there the statement has
    /// looked for the user, and nobody else writes meanwhile.
    fn leads_to_user(&self, facts: Option<&SchemaFacts>) -> bool {
        let key = self.driver.constraint();
        key.is_some_and(|key| facts.is_none_or(|facts| facts.leads_to_user(key)))
    }

    /// True if the connection's prepared statements do not fit the schema any more.
    pub(crate) fn is_stale_statement(&self) -> bool {
        self.class == Class::Schema
            && matches!(self.driver.code(), "0A000" | "26000" | "1243" | "1615")
    }
}

/// True if the operation is an insert for a user who may be missing.
const fn inserts_of_user(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::LinkAccount
            | Operation::UpsertAccount
            | Operation::CreateSession
            | Operation::CreateAuthenticator
    )
}

/// Whether an operation changes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Read,
    Write,
}
