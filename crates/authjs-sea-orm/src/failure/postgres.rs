//! What PostgreSQL reports.

use super::Class;

/// The transaction idled for too long: the server has ended it and the connection.
const IDLED: &str = "25P03";

/// Classifies an SQLSTATE.
///
/// # Source
/// [PostgreSQL error codes](https://www.postgresql.org/docs/15/errcodes-appendix.html)
pub(super) fn class(code: &str) -> Class {
    match code {
        "23505" => Class::Unique,
        "23503" => Class::ForeignKey,
        "22001" | "22003" | "22007" | "22008" | "22021" | "22P02" | "54000" | "23502" | "23514" => {
            Class::Value
        }
        // Serialization failure, deadlock, lock timeout.
        "40001" | "40P01" | "55P03" => Class::Contended,
        // Cancelled, too many connections, starting.
        "57014" | "53300" | "57P03" => Class::Busy,
        // Read-only server, disk full, out of memory, a transaction that idled for too long.
        "25006" | "53100" | "53200" | IDLED => Class::Refused,
        // Shutdown, a crash and the limit of a transaction end the connection.
        "57P01" | "57P02" | "57P05" | "25P04" => Class::Broken,
        // No target for ON CONFLICT, stale plan, undefined object, lost prepared statement.
        "42P10" | "0A000" | "42704" | "26000" | "42P01" | "42703" => Class::Schema,
        _ if code.starts_with("08") => Class::Broken,
        _ if code.starts_with("28") || code.starts_with("3D") => Class::Unreachable,
        _ => Class::Other,
    }
}

/// True if the server, or a proxy before it, ended the connection with this error, and may have
/// done the statement before.
#[cfg_attr(
    not(feature = "postgres"),
    expect(clippy::missing_const_for_fn, reason = "it is none with PostgreSQL")
)]
pub(super) fn ends_connection(error: &sqlx::Error) -> bool {
    #[cfg(feature = "postgres")]
    if let Some(error) = postgres_error(error) {
        use sqlx::postgres::PgSeverity;
        // Who idled for too long was sent away before their statement was read, and the
        // transaction was taken back.
        return matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic)
            && error.code() != IDLED;
    }
    #[cfg(not(feature = "postgres"))]
    let _ = error;
    false
}

/// True if PostgreSQL says that it does not support something, and not that the plan of a
/// prepared statement is stale, for which it has the same code.
#[cfg_attr(
    not(feature = "postgres"),
    expect(clippy::missing_const_for_fn, reason = "it is none with PostgreSQL")
)]
pub(super) fn is_raised_elsewhere(error: &sqlx::Error) -> bool {
    #[cfg(feature = "postgres")]
    if let Some(error) = postgres_error(error) {
        return error.code() == "0A000" && error.routine() != Some("RevalidateCachedQuery");
    }
    #[cfg(not(feature = "postgres"))]
    let _ = error;
    false
}

#[cfg(feature = "postgres")]
fn postgres_error(error: &sqlx::Error) -> Option<&sqlx::postgres::PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}
