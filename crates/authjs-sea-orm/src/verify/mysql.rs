//! What MariaDB and MySQL say of columns, indices and themselves.

use super::expected::Shape;
use super::finding::FindingKind;

/// Only collations without padding compare byte for byte: others take a text and the same text
/// with spaces after it for equal. A role that may only read is told that there is a foreign
/// key, and not what it does.
pub(super) const STATE: &str = r"
SELECT 'column' AS what, IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME))
    AS table_name, c.COLUMN_NAME AS name, CAST(c.COLUMN_TYPE AS CHAR(255)) AS detail
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE()
    AND c.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT 'inexact', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)),
    c.COLUMN_NAME, ''
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE()
    AND c.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
    AND c.COLLATION_NAME NOT IN ('utf8mb4_nopad_bin', 'utf8mb4_0900_bin')
UNION ALL
SELECT 'index', IF(@@lower_case_table_names = 0, s.TABLE_NAME, LOWER(s.TABLE_NAME)),
    s.COLUMN_NAME, ''
FROM information_schema.STATISTICS s
WHERE s.TABLE_SCHEMA = DATABASE() AND s.SEQ_IN_INDEX = 1 AND s.COLUMN_NAME IS NOT NULL
    AND s.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT DISTINCT 'unseen', IF(@@lower_case_table_names = 0, k.TABLE_NAME, LOWER(k.TABLE_NAME)),
    '', ''
FROM information_schema.KEY_COLUMN_USAGE k
WHERE k.TABLE_SCHEMA = DATABASE() AND k.COLUMN_NAME = 'userId'
    AND k.REFERENCED_TABLE_NAME IS NOT NULL AND k.CONSTRAINT_NAME NOT IN (
        SELECT c.CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS c
        WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = k.TABLE_NAME)
    AND k.TABLE_NAME IN ('accounts', 'sessions', 'authenticators')
UNION ALL
SELECT 'not-strict', '', '', '' FROM DUAL
WHERE @@sql_mode NOT LIKE '%STRICT_TRANS_TABLES%' AND @@sql_mode NOT LIKE '%STRICT_ALL_TABLES%'
UNION ALL
SELECT 'foreign-keys-off', '', '', '' FROM DUAL WHERE @@foreign_key_checks = 0
UNION ALL
SELECT 'read-only', '', '', '' FROM DUAL WHERE @@read_only = 1
";

/// How to compare texts byte for byte.
pub(super) const EXACT: &str = "utf8mb4_nopad_bin (MariaDB) or utf8mb4_0900_bin (MySQL)";

/// What is wrong with a column of this type.
pub(super) fn check(shape: Shape, column: &str) -> Option<FindingKind> {
    let column = column.to_lowercase();
    let (name, rest) = column.split_once('(').unwrap_or((&column, ""));
    let length: Option<u32> = rest
        .split_once(')')
        .and_then(|(length, _)| length.parse().ok());
    let is_long = matches!(name, "mediumtext" | "longtext");
    let (is_right, fits) = match shape {
        // A display width may stand behind, and nothing else.
        Shape::Id => (name == "int" && !column.contains("unsigned"), true),
        Shape::Number => (name == "bigint" && !column.contains("unsigned"), true),
        Shape::Bool => (name == "tinyint", true),
        Shape::Time => (name == "datetime", length.unwrap_or(0) >= 3),
        Shape::Short => (
            is_long || matches!(name, "varchar" | "text"),
            length.is_none_or(|length| length >= 255),
        ),
        // TEXT ends one byte short of what can be stored.
        Shape::Long => (is_long || matches!(name, "varchar" | "text"), is_long),
    };
    match (is_right, fits) {
        (false, _) => Some(FindingKind::WrongType),
        (true, false) => Some(FindingKind::TooNarrow),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, check};
    use crate::verify::FindingKind;

    #[test]
    fn the_types_that_the_migrations_give_are_right() {
        for (shape, column) in [
            (Shape::Id, "int(11)"),
            (Shape::Id, "int"),
            (Shape::Number, "bigint(20)"),
            (Shape::Bool, "tinyint(1)"),
            (Shape::Time, "datetime(3)"),
            (Shape::Short, "varchar(255)"),
            (Shape::Long, "mediumtext"),
        ] {
            assert_eq!(check(shape, column), None, "{column}");
        }
    }

    #[test]
    fn others_are_wrong_or_too_narrow() {
        let (wrong, narrow) = (FindingKind::WrongType, FindingKind::TooNarrow);
        for (shape, column, expected) in [
            (Shape::Id, "varchar(36)", wrong),
            (Shape::Id, "int(10) unsigned", wrong),
            (Shape::Time, "timestamp(3)", wrong),
            (Shape::Time, "datetime", narrow),
            (Shape::Short, "varchar(191)", narrow),
            (Shape::Long, "text", narrow),
        ] {
            assert_eq!(check(shape, column), Some(expected), "{column}");
        }
    }
}
