use std::{fmt, io};

use authjs_migration::sea_orm_migration::sea_orm::{DbErr, RuntimeErr};
use clap::error::ErrorKind;
use sqlx::mysql::MySqlDatabaseError;

/// Why the program ends with an error: one line that holds no value of the user's.
///
/// Texts of drivers are replaced: they repeat URLs, user names and rows.
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn usage(kind: ErrorKind) -> Self {
        let reason = kind.as_str().unwrap_or("the arguments are not valid");
        Self(format!("{reason}; see --help"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Ours are single lines; a ledger can name several unknown migrations.
        f.write_str(&self.0.replace('\n', "; "))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(format!("input or output failed: {}", error.kind()))
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        match error {
            // Written by this crate, and by SeaORM about the names in the ledger.
            DbErr::Migration(text) | DbErr::Custom(text) => Self(text),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => Self::from(&*error),
            DbErr::ConnectionAcquire(_) => Self::new("no connection to the database in time"),
            _ => Self::new("the database answered in a way that was not expected"),
        }
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&sqlx::Error> for Failure {
    fn from(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(error) => Self(format!(
                "the database server cannot be reached: {}",
                reason(error.kind())
            )),
            sqlx::Error::Tls(_) => Self::new("no encrypted connection to the server can be made"),
            sqlx::Error::PoolTimedOut => Self::new("no connection to the database in time"),
            sqlx::Error::Database(error) => {
                if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
                    return Self(refusal_of_mysql(error.number()));
                }
                match error.code() {
                    Some(code) => Self(refusal(&code)),
                    None => Self::new("the database refused a statement"),
                }
            }
            // An account of MySQL 8, over a connection in the clear: the driver has no RSA here.
            sqlx::Error::Configuration(error) if error.to_string().starts_with("RSA auth") => {
                Self::new("the password can only be sent over an encrypted connection")
            }
            _ => Self::new("the connection to the database failed"),
        }
    }
}

/// The kinds that connecting gives; the rest comes from looking names up.
fn reason(kind: io::ErrorKind) -> String {
    match kind {
        io::ErrorKind::NotFound => "there is no such socket".to_owned(),
        io::ErrorKind::ConnectionRefused
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::TimedOut
        | io::ErrorKind::UnexpectedEof => kind.to_string(),
        _ => "the host is unknown or the network is down".to_owned(),
    }
}

/// What the error codes of PostgreSQL (five characters) and SQLite (a number) mean.
fn refusal(code: &str) -> String {
    let text = match code {
        "28000" | "28P01" => "authentication failed",
        "3D000" => "the database does not exist",
        "3F000" => "the schema does not exist",
        // Only a foreign key to a table that was there before can fail so.
        "42804" | "42809" | "42830" => "the table users has no integer primary key id to refer to",
        "42501" => "the user may not do this in this database",
        "53300" => "the server takes no more connections",
        "55P03" => "a table is locked by somebody else",
        "57P03" => "the server is starting up or shutting down",
        "14" => "the database file cannot be opened (?mode=rwc creates it)",
        "5" | "6" | "261" | "517" => "the database file is locked by somebody else",
        "8" | "1032" => "the database file is read-only",
        "26" => "the file is not a SQLite database",
        _ => "the database refused a statement",
    };
    format!("{text} (code {code})")
}

/// What the error numbers of MariaDB and MySQL mean.
fn refusal_of_mysql(number: u16) -> String {
    let text = match number {
        1045 | 1698 => "authentication failed",
        1049 => "the database does not exist",
        1046 => "the URL names no database",
        // Only a foreign key to a table that was there before can fail so.
        1005 | 1215 | 1824 | 3780 | 6125 => {
            "the table users has no integer primary key id to refer to"
        }
        1044 | 1142 | 1227 => "the user may not do this in this database",
        1040 | 1203 | 1226 => "the server takes no more connections",
        1205 => "a table is locked by somebody else",
        1053 => "the server is shutting down",
        1836 | 1290 => "the server is read-only",
        1217 | 1451 | 3730 => "a table of another database refers to one of these",
        _ => "the database refused a statement",
    };
    format!("{text} (code {number})")
}
