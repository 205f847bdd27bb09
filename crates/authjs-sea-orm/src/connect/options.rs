//! What to connect to, and how.

use std::fmt;
use std::time::Duration;

use super::ConnectError;

/// The backends of this build, for a person who gave the URL of another.
const FEATURES: &str = match (
    cfg!(feature = "postgres"),
    cfg!(feature = "mysql"),
    cfg!(feature = "sqlite"),
) {
    (true, true, true) => "postgres, mysql, sqlite",
    (true, true, false) => "postgres, mysql",
    (true, false, true) => "postgres, sqlite",
    (false, true, true) => "mysql, sqlite",
    (true, false, false) => "postgres",
    (false, true, false) => "mysql",
    (false, false, true) => "sqlite",
    (false, false, false) => "none",
};

/// What Auth.js applications set.
const VARIABLES: [&str; 6] = [
    "DATABASE_URL",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATABASE_NAME",
    "DATABASE_USER",
    "DATABASE_PASSWORD",
];

/// What to connect to, and how: parsed by us, so that no driver prints the URL.
///
/// The defaults of the pool are those of Auth.js' documentation where it gives any: at most 20
/// connections (SQLite 4), closed after 30 s idle, 2 s to acquire one. `Debug` shows no
/// address, user or password.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "postgres")] {
/// use authjs_sea_orm::{ConnectError, ConnectOptions};
///
/// let options = ConnectOptions::from_url("postgres://me:secret@db.example/app")?.max_connections(5);
///
/// assert!(!format!("{options:?}").contains("secret"));
/// assert!(ConnectOptions::from_url("postgres://me:secret@db.example:port/app").is_err());
/// # }
/// # Ok::<(), authjs_sea_orm::ConnectError>(())
/// ```
#[derive(Clone)]
pub struct ConnectOptions {
    pub(super) target: Target,
    pub(super) max_connections: u32,
    pub(super) acquire_timeout: Duration,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) max_lifetime: Option<Duration>,
    pub(super) statement_timeout: Duration,
    pub(super) lock_timeout: Duration,
    pub(super) search_path: Option<String>,
}

/// The server or file, in the form that its driver takes.
#[derive(Clone)]
pub(super) enum Target {
    #[cfg(feature = "mysql")]
    MySql(Box<sqlx::mysql::MySqlConnectOptions>),
    #[cfg(feature = "postgres")]
    Postgres(Box<sqlx::postgres::PgConnectOptions>),
    #[cfg(feature = "sqlite")]
    Sqlite {
        file: Box<sqlx::sqlite::SqliteConnectOptions>,
        /// The database lives as long as its one connection.
        in_memory: bool,
    },
}

/// Of more connections the driver would reserve the memory at once, and of none it panics.
const MOST_CONNECTIONS: u32 = 10_000;
/// The driver adds times to the present moment, and panics where that has no end.
const LONGEST: Duration = Duration::from_hours(24);

impl ConnectOptions {
    /// How many connections there are at most: what was asked for, within what the driver takes.
    pub(super) fn connections(&self) -> u32 {
        self.max_connections.clamp(1, MOST_CONNECTIONS)
    }

    /// How long an operation waits for a connection, within what the driver takes.
    pub(super) fn patience(&self) -> Duration {
        self.acquire_timeout.min(LONGEST)
    }

    /// How long SQLite waits for a lock, within what the driver takes.
    #[cfg(feature = "sqlite")]
    pub(super) fn busy_timeout(&self) -> Duration {
        self.statement_timeout.min(LONGEST)
    }

    /// Takes a URL apart: `postgres://user:password@host:port/database?sslmode=verify-full`,
    /// `mysql://user:password@host:port/database?ssl-mode=VERIFY_IDENTITY` (or `mariadb://`),
    /// `sqlite://path?mode=rwc` or `sqlite::memory:`.
    ///
    /// PostgreSQL parameters: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`, `host` (a
    /// directory with the server's socket), `port`, `user`, `password`, `dbname`,
    /// `application_name`; as Prisma has them, `schema` (the search path), `connect_timeout`
    /// (seconds to acquire a connection) and `connection_limit`. `channel_binding=require` and
    /// `pgbouncer=true` are refused: the driver does the one not at all, and the other wrongly.
    /// No `.pgpass` is read. MariaDB and MySQL parameters: `ssl-mode`, `ssl-ca`, `ssl-cert`,
    /// `ssl-key`, `socket` (the server's socket), `charset` (only `utf8mb4`), `connect_timeout`
    /// and `connection_limit` as above; the database must be named. SQLite parameters: `mode` (`ro`, `rw`, `rwc`, `memory`).
    ///
    /// # Errors
    /// The URL is malformed, has a parameter that is not known, or a scheme that no backend of
    /// this build serves.
    pub fn from_url(url: &str) -> Result<Self, ConnectError> {
        let scheme = url.split(':').next().unwrap_or_default();
        match scheme {
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => Ok(Self::postgres_at(super::postgres::parse(url)?)),
            #[cfg(feature = "mysql")]
            "mysql" | "mariadb" => Ok(Self::mysql_at(super::mysql::parse(url)?)),
            #[cfg(feature = "sqlite")]
            "sqlite" => Ok(Self::sqlite(super::sqlite::parse(url)?)),
            _ => Err(ConnectError::UnsupportedScheme { features: FEATURES }),
        }
    }

    /// Reads what Auth.js applications set: `DATABASE_URL`, or else `DATABASE_HOST`,
    /// `DATABASE_PORT` (5432), `DATABASE_NAME`, `DATABASE_USER` and `DATABASE_PASSWORD` of a
    /// PostgreSQL server. The parts are never joined into a URL, so a password may hold any
    /// character.
    ///
    /// # Errors
    /// As for [`from_url`](Self::from_url), or a variable is missing or not valid.
    pub fn from_env() -> Result<Self, ConnectError> {
        for name in VARIABLES {
            if matches!(std::env::var(name), Err(std::env::VarError::NotUnicode(_))) {
                return Err(ConnectError::InvalidVariable(name));
            }
        }
        Self::from_variables(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// The same with another source of variables.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_variables(
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ConnectError> {
        if let Some(url) = variable("DATABASE_URL") {
            return Self::from_url(&url);
        }
        #[cfg(feature = "postgres")]
        return Ok(Self::postgres(super::postgres::from_variables(variable)?));
        #[cfg(not(feature = "postgres"))]
        Err(ConnectError::MissingVariable(
            "build with the feature `postgres`",
        ))
    }

    /// At most this many connections: 1 to 10,000, where 0 counts as 1; for SQLite in memory 1,
    /// whatever is given.
    #[must_use]
    pub const fn max_connections(mut self, max: u32) -> Self {
        if !self.is_in_memory() {
            self.max_connections = max;
        }
        self
    }

    /// How long an operation waits for a connection; at most a day.
    #[must_use]
    pub const fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// When the server cancels a statement (default 2.5 s), and how long a statement waits for
    /// a lock (default 1 s). Together with the time to acquire a connection they should stay
    /// below the deadline of an operation: then a slow statement ends in a cancel by the
    /// server, of which is known that nothing was applied. MariaDB and MySQL count whole seconds
    /// for locks, at least one, and MySQL cancels only statements that read. For SQLite the
    /// first is the busy timeout.
    #[must_use]
    pub const fn timeouts(mut self, statement: Duration, lock: Duration) -> Self {
        self.statement_timeout = statement;
        self.lock_timeout = lock;
        self
    }

    /// The schemas in which PostgreSQL looks for the tables, such as `auth, public`. Set on
    /// each connection; ignored by the others.
    #[must_use]
    pub fn search_path(mut self, path: impl Into<String>) -> Self {
        self.search_path = Some(path.into());
        self
    }

    /// True if the connections lead to a server, which may fall silent.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(super) const fn is_of_server(&self) -> bool {
        match self.target {
            #[cfg(feature = "postgres")]
            Target::Postgres(_) => true,
            #[cfg(feature = "mysql")]
            Target::MySql(_) => true,
            #[cfg(feature = "sqlite")]
            Target::Sqlite { .. } => false,
        }
    }

    const fn is_in_memory(&self) -> bool {
        match self.target {
            #[cfg(feature = "mysql")]
            Target::MySql(_) => false,
            #[cfg(feature = "postgres")]
            Target::Postgres(_) => false,
            #[cfg(feature = "sqlite")]
            Target::Sqlite { in_memory, .. } => in_memory,
        }
    }

    const fn new(target: Target, max_connections: u32) -> Self {
        Self {
            target,
            max_connections,
            acquire_timeout: Duration::from_secs(2),
            idle_timeout: Some(Duration::from_secs(30)),
            max_lifetime: Some(Duration::from_mins(30)),
            statement_timeout: Duration::from_millis(2500),
            lock_timeout: Duration::from_secs(1),
            search_path: None,
        }
    }

    #[cfg(feature = "mysql")]
    fn mysql_at(address: super::mysql::Address) -> Self {
        let options = Self::new(Target::MySql(Box::new(address.server)), 20);
        Self {
            acquire_timeout: address.acquire_timeout.unwrap_or(options.acquire_timeout),
            max_connections: address.max_connections.unwrap_or(options.max_connections),
            ..options
        }
    }

    #[cfg(feature = "postgres")]
    fn postgres_at(address: super::postgres::Address) -> Self {
        let options = Self::postgres(address.server);
        Self {
            search_path: address.search_path,
            acquire_timeout: address.acquire_timeout.unwrap_or(options.acquire_timeout),
            max_connections: address.max_connections.unwrap_or(options.max_connections),
            ..options
        }
    }

    #[cfg(feature = "postgres")]
    fn postgres(server: sqlx::postgres::PgConnectOptions) -> Self {
        Self::new(Target::Postgres(Box::new(server)), 20)
    }

    #[cfg(feature = "sqlite")]
    fn sqlite((file, in_memory): (sqlx::sqlite::SqliteConnectOptions, bool)) -> Self {
        let target = Target::Sqlite {
            file: Box::new(file),
            in_memory,
        };
        if !in_memory {
            return Self::new(target, 4);
        }
        // A second connection would see an empty database, and a closed one takes its own along.
        Self {
            idle_timeout: None,
            max_lifetime: None,
            ..Self::new(target, 1)
        }
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_lifetime", &self.max_lifetime)
            .field("statement_timeout", &self.statement_timeout)
            .field("lock_timeout", &self.lock_timeout)
            .field("search_path", &self.search_path)
            .finish_non_exhaustive()
    }
}
