//! Why there is no connection, in one sentence and without the URL.

/// Why a pool could not be opened.
///
/// `Display` is one sentence for a person. It never holds the URL, a user name, a password
/// or a driver's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL cannot be taken apart.
    #[error("the database URL is malformed: {0}")]
    MalformedUrl(&'static str),
    /// The URL has a parameter that is not known; sqlx would ignore it or print it.
    #[error("the database URL has an unknown parameter or value: {0}")]
    UnknownParameter(String),
    /// The URL asks for what is not there, and doing without would not be safe.
    #[error("the database URL asks for {0}")]
    Unsupported(&'static str),
    /// The scheme of the URL is not that of a backend of this build.
    #[error("no backend of this build serves the scheme of the database URL; features: {features}")]
    UnsupportedScheme {
        /// The backends of this build.
        features: &'static str,
    },
    /// Neither `DATABASE_URL` nor the variable is set.
    #[error("set DATABASE_URL, or {0}")]
    MissingVariable(&'static str),
    /// A variable is set to what cannot be meant.
    #[error("{0} is not valid")]
    InvalidVariable(&'static str),
    /// Nobody listens at the address, or it cannot be reached.
    #[error("the database server cannot be reached")]
    Unreachable,
    /// No connection within the time to acquire one.
    #[error("the database server did not answer in time")]
    Timeout,
    /// The server refused the user or the password.
    #[error("the database server refused the user name or password")]
    Authentication,
    /// The server has no database of this name; for SQLite, there is no such file.
    #[error("the database does not exist")]
    NoSuchDatabase,
    /// The server and the client could not agree on TLS.
    #[error("no TLS connection could be made with the database server")]
    Tls,
    /// A pooler stands before the server and gives each transaction another connection of it, so
    /// that one client runs what another one has prepared.
    #[error(
        "a pooler in transaction mode mixes up the statements of its clients; \
         give the address of the server itself, or of a pool in session mode"
    )]
    TransactionPooler,
    /// A parameter that every connection of the driver begins with is refused, as poolers do.
    #[error(
        "a pooler refuses how connections begin; give the address of the server itself, or of \
         a pool in session mode that ignores extra_float_digits (pgbouncer: ignore_startup_parameters)"
    )]
    PoolerRefuses,
    /// The server reported something else.
    #[error("the database server refused the connection with code {0}")]
    Refused(String),
    /// Something else went wrong in the driver.
    #[error("the connection to the database failed")]
    Other,
}

impl From<sqlx::Error> for ConnectError {
    /// Keeps the class of a driver's error and nothing of its text.
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(_) => Self::Unreachable,
            sqlx::Error::PoolTimedOut => Self::Timeout,
            sqlx::Error::Tls(_) => Self::Tls,
            sqlx::Error::Database(error) => match code(&*error).as_deref() {
                Some(code) if code.starts_with("28") => Self::Authentication,
                // MySQL: wrong password, no right to the database, no right from this host.
                Some("1045" | "1044" | "1130" | "1698") => Self::Authentication,
                // PostgreSQL: no such database. SQLite: the file cannot be opened. MySQL.
                Some("3D000" | "14" | "1049") => Self::NoSuchDatabase,
                // Of a PostgreSQL server it would be a defect of the driver.
                Some("08P01") => Self::PoolerRefuses,
                Some(code) => Self::Refused(code.to_owned()),
                None => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// The code of the server; of MySQL its error number, since its SQLSTATE says too little.
fn code(error: &dyn sqlx::error::DatabaseError) -> Option<String> {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return Some(error.number().to_string());
    }
    error.code().map(std::borrow::Cow::into_owned)
}
