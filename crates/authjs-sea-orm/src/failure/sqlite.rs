//! What SQLite reports.

use super::Class;

/// Classifies an extended result code.
///
/// # Source
/// [SQLite result codes](https://www.sqlite.org/rescode.html)
pub(super) fn class(code: &str) -> Class {
    let Ok(code) = code.parse::<u32>() else {
        return Class::Other;
    };
    match code {
        2067 | 1555 => Class::Unique,
        787 => Class::ForeignKey,
        _ => match code & 0xff {
            // Locked by another connection.
            5 | 6 => Class::Contended,
            // Interrupted.
            9 => Class::Busy,
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
