//! What MariaDB and MySQL report.

use super::Class;

/// Classifies an error number: the SQLSTATE of these servers is too coarse.
///
/// # Source
/// [MariaDB error codes](https://mariadb.com/kb/en/mariadb-error-code-reference/),
/// [MySQL server errors](https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html)
pub(super) const fn class(number: u16) -> Class {
    match number {
        1022 | 1062 | 1169 | 1586 | 1859 => Class::Unique,
        1216 | 1217 | 1451 | 1452 => Class::ForeignKey,
        // Too long, out of range, of a wrong form, NULL, refused by a CHECK.
        1048 | 1264 | 1265 | 1292 | 1364 | 1366 | 1406 | 3819 | 4025 => Class::Value,
        // Lock timeout, deadlock, the row changed since the snapshot, NOWAIT, no number for a row
        // (which comes after a wait for the lock on them).
        1020 | 1205 | 1213 | 1467 | 3572 => Class::Contended,
        // Too many connections (of the server, of the user), lock table full, too many prepared
        // statements, too many transactions, cancelled, statement timeout (MariaDB, MySQL).
        1040 | 1203 | 1206 | 1226 | 1317 | 1461 | 1637 | 1969 | 3024 => Class::Busy,
        // Disk full, out of memory, table full, read-only (four ways), no binary log at this
        // isolation level, a cluster that is not ready.
        1021 | 1037 | 1038 | 1041 | 1047 | 1114 | 1290 | 1665 | 1792 | 1836 | 3100 => {
            Class::Refused
        }
        // Wrong user or password, no such host, blocked host, unknown or forbidden database.
        1044 | 1045 | 1049 | 1129 | 1130 | 1251 | 1524 | 1698 => Class::Unreachable,
        // Shutdown, network errors, a packet that is too large, killed.
        1053 | 1077 | 1152 | 1153 | 1156..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => Class::Broken,
        // Unknown column or table, lost or stale prepared statement, changed table.
        1051 | 1054 | 1146 | 1243 | 1412 | 1615 => Class::Schema,
        _ => Class::Other,
    }
}

/// True if there was no user for a new row: the insert asks for them in the place of the value. A
/// trigger of the application may say the same of a table of its own, so that it counts for such
/// an insert only. The message holds the name of the column and nothing else, in every language of the server.
pub(super) fn is_nobody(number: u16, message: &str) -> bool {
    number == 1048 && message.to_ascii_lowercase().contains("'userid'")
}

/// The key at the end of "Duplicate entry '...' for key 'name'". The value stands before it and
/// may hold anything. MySQL puts the table and a dot before the name.
///
/// In another language it may be a part of the value: it is a key if the catalog knows it.
pub(super) fn duplicate_key(message: &str) -> Option<&str> {
    let (_, rest) = message.rsplit_once(" for key '")?;
    rest.strip_suffix('\'')
}

/// The table and the foreign key of "... a foreign key constraint fails (`database`.`table`,
/// CONSTRAINT `name` FOREIGN KEY ...": names only.
pub(super) fn foreign_key(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once(" fails (`")?;
    let (qualified, rest) = rest.split_once("`, CONSTRAINT `")?;
    let (_, table) = qualified.split_once("`.`")?;
    let (constraint, _) = rest.split_once('`')?;
    Some((table, constraint))
}

#[cfg(test)]
mod tests {
    use super::{duplicate_key, foreign_key};

    #[test]
    fn the_key_is_the_one_at_the_end() {
        for (message, key) in [
            (
                "Duplicate entry 'ada@example.com' for key 'users_email_key'",
                Some("users_email_key"),
            ),
            (
                "Duplicate entry 'ada@example.com' for key 'users.users_email_key'",
                Some("users.users_email_key"),
            ),
            (
                "Duplicate entry 'a' for key 'other'' for key 'users_email_key'",
                Some("users_email_key"),
            ),
            (
                "Duplicate entry 'x' for key 'sessions.PRIMARY' y' for key 'PRIMARY'",
                Some("PRIMARY"),
            ),
            ("Duplicate entry 'a' for key 'who's'", Some("who's")),
            ("Duplicate entry 'ada' for key 'users_em", None),
            ("Duplicate entry", None),
        ] {
            assert_eq!(duplicate_key(message), key, "{message}");
        }
    }

    #[test]
    fn the_table_of_a_foreign_key_is_the_child() {
        let message = "Cannot add or update a child row: a foreign key constraint fails \
                       (`app`.`sessions`, CONSTRAINT `sessions_user` FOREIGN KEY (`userId`) \
                       REFERENCES `users` (`id`) ON DELETE CASCADE)";

        assert_eq!(foreign_key(message), Some(("sessions", "sessions_user")));
        assert_eq!(foreign_key("a foreign key constraint fails"), None);
    }
}
