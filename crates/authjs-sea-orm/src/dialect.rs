//! Where the SQL of the servers differs.

use sea_orm::DbBackend;

/// The form of a time in SQLite: what [`parse_time`](crate::row::parse_time) accepts begins
/// and ends so.
const FORM: &str = "????-??-??T??:??:??*+00:00";

/// A server whose SQL this crate speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    Sqlite,
    /// MariaDB: it returns what is inserted or deleted.
    MariaDb,
    /// MySQL, which returns nothing, or a server of the two that has not been asked yet.
    MySql,
}

impl Dialect {
    /// `None` for a server that is not supported. MariaDB looks like MySQL until it is asked.
    pub(crate) const fn of(backend: DbBackend) -> Option<Self> {
        match backend {
            DbBackend::Postgres => Some(Self::Postgres),
            DbBackend::Sqlite => Some(Self::Sqlite),
            DbBackend::MySql => Some(Self::MySql),
            _ => None,
        }
    }

    /// The name in errors.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
            Self::MariaDb | Self::MySql => "mysql",
        }
    }

    /// Reads a column that holds a time.
    ///
    /// PostgreSQL stores `infinity` and years that chrono panics on, so they are clamped to
    /// what can be written. The CASE keeps NULL: `LEAST` and `GREATEST` skip it, and would
    /// turn "never verified" into "verified in 1970". MariaDB and MySQL may store the zero
    /// date, which is no date.
    pub(crate) fn time(self, column: &str) -> String {
        match self {
            Self::Postgres => format!(
                "CASE WHEN {column} IS NOT NULL THEN LEAST(GREATEST({column}, \
                 '1970-01-01T00:00:00Z'::timestamptz), '9999-12-31T23:59:59.999Z'::timestamptz) END"
            ),
            Self::Sqlite => column.to_owned(),
            Self::MariaDb | Self::MySql => format!(
                "CASE WHEN {column} IS NOT NULL \
                 THEN GREATEST({column}, TIMESTAMP'1970-01-01 00:00:00') END"
            ),
        }
    }

    /// True while a time has not come.
    ///
    /// SQLite compares texts, and numbers as smaller than all of them. A table that we did not
    /// make may hold times in other forms; such a row counts as live here, and reading it
    /// fails, so that nobody takes a form for an expiry.
    pub(crate) fn is_after(self, column: &str, now: &str) -> String {
        match self {
            Self::Postgres | Self::MariaDb | Self::MySql => format!("{column} > {now}"),
            Self::Sqlite => format!("({column} > {now} OR {column} NOT GLOB '{FORM}')"),
        }
    }

    /// True when a time has come; never for a time in another form.
    pub(crate) fn is_over(self, column: &str, end: &str) -> String {
        match self {
            Self::Postgres | Self::MariaDb | Self::MySql => format!("{column} <= {end}"),
            Self::Sqlite => format!("{column} <= {end} AND {column} GLOB '{FORM}'"),
        }
    }

    /// The later of a stored time and another; a stored time in another form stays.
    pub(crate) fn later(self, column: &str, other: &str) -> String {
        match self {
            Self::Postgres => format!("GREATEST({column}, {other})"),
            // A parameter has no type there until the cast gives it one.
            Self::MariaDb | Self::MySql => {
                format!("GREATEST({column}, CAST({other} AS DATETIME(3)))")
            }
            Self::Sqlite => format!(
                "CASE WHEN {column} GLOB '{FORM}' THEN max({column}, {other}) ELSE {column} END"
            ),
        }
    }

    /// `a = b`, where NULL equals NULL.
    pub(crate) const fn is(self) -> &'static str {
        match self {
            Self::Postgres => "IS NOT DISTINCT FROM",
            Self::Sqlite => "IS",
            Self::MariaDb | Self::MySql => "<=>",
        }
    }

    /// Locks the user whom an insert refers to, so that nobody deletes them meanwhile. SQLite
    /// has one writer and needs no lock.
    pub(crate) const fn lock_parent(self) -> &'static str {
        match self {
            Self::Postgres => " FOR KEY SHARE",
            Self::Sqlite => "",
            Self::MariaDb | Self::MySql => " LOCK IN SHARE MODE",
        }
    }

    /// The rows of `sessions` that fulfil a condition, inside a statement that changes the table:
    /// MySQL refuses to read it there but through a copy, which DISTINCT makes it keep.
    pub(crate) fn sessions_of_token(self, condition: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite => "sessions".to_owned(),
            Self::MariaDb | Self::MySql => format!(
                "(SELECT DISTINCT \"sessionToken\", \"userId\", expires FROM sessions \
                 WHERE {condition})"
            ),
        }
    }
}
