//! What PostgreSQL says of columns, indices and itself; a role that may only read can ask.

use super::expected::Shape;
use super::finding::FindingKind;

/// A column's type is that below its domain. A unique index may have another collation than its
/// column: it decides what is refused. An index serves a look-up by its first column if it is valid
/// and whole.
pub(super) const STATE: &str = r#"
WITH ours AS (
    SELECT name, to_regclass(name)::oid AS oid
    FROM unnest(ARRAY['users', 'accounts', 'sessions', 'verification_token', 'authenticators'])
        AS name
)
SELECT 'column' AS what, ours.name AS "table", a.attname::text AS name,
    CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
        ELSE format_type(a.atttypid, a.atttypmod) END AS detail
FROM ours
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
UNION ALL
SELECT 'inexact', ours.name, a.attname::text, ''
FROM ours
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation AND NOT c.collisdeterministic
UNION ALL
SELECT 'inexact', ours.name, a.attname::text, ''
FROM ours
JOIN pg_catalog.pg_index i ON i.indrelid = ours.oid AND i.indisunique
CROSS JOIN unnest(i.indkey::int2[], i.indcollation::oid[]) AS k (attnum, collated)
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum = k.attnum
JOIN pg_catalog.pg_collation c ON c.oid = k.collated AND NOT c.collisdeterministic
UNION ALL
SELECT 'index', ours.name, a.attname::text, ''
FROM ours
JOIN pg_catalog.pg_index i ON i.indrelid = ours.oid AND i.indisvalid AND i.indpred IS NULL
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum = i.indkey[0]
UNION ALL
SELECT 'hidden', ours.name, '', '' FROM ours WHERE row_security_active(ours.oid)
UNION ALL
SELECT 'not-utf8', '', '', '' WHERE current_setting('server_encoding') <> 'UTF8'
UNION ALL
SELECT 'read-only', '', '', ''
WHERE pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'
"#;

/// How to compare texts byte for byte.
pub(super) const EXACT: &str = "a deterministic collation, such as \"C\"";

/// What is wrong with a column of this type.
pub(super) fn check(shape: Shape, column: &str) -> Option<FindingKind> {
    let (name, length) = split(column);
    let fits = |least: u32| length.is_none_or(|length| length >= least);
    let (is_right, fits) = match shape {
        Shape::Id => (name == "integer", true),
        Shape::Number => (name == "bigint", true),
        Shape::Bool => (name == "boolean", true),
        Shape::Time => (name == "timestamp with time zone", fits(3)),
        Shape::Short => (is_text(&name), fits(255)),
        Shape::Long => (is_text(&name), fits(65_536)),
    };
    match (is_right, fits) {
        (false, _) => Some(FindingKind::WrongType),
        (true, false) => Some(FindingKind::TooNarrow),
        (true, true) => None,
    }
}

fn is_text(name: &str) -> bool {
    matches!(name, "text" | "character varying")
}

/// The name of a type and the number in it: `timestamp(3) with time zone`.
fn split(column: &str) -> (String, Option<u32>) {
    let Some((before, rest)) = column.split_once('(') else {
        return (column.to_owned(), None);
    };
    let (number, after) = rest.split_once(')').unwrap_or((rest, ""));
    (format!("{before}{after}"), number.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{Shape, check};
    use crate::verify::FindingKind;

    #[test]
    fn the_types_of_the_stock_schema_are_right() {
        for (shape, column) in [
            (Shape::Id, "integer"),
            (Shape::Number, "bigint"),
            (Shape::Bool, "boolean"),
            (Shape::Time, "timestamp with time zone"),
            (Shape::Time, "timestamp(3) with time zone"),
            (Shape::Short, "character varying(255)"),
            (Shape::Short, "text"),
            (Shape::Long, "text"),
            (Shape::Long, "character varying"),
        ] {
            assert_eq!(check(shape, column), None, "{column}");
        }
    }

    #[test]
    fn others_are_wrong_or_too_narrow() {
        let (wrong, narrow) = (FindingKind::WrongType, FindingKind::TooNarrow);
        for (shape, column, expected) in [
            (Shape::Id, "uuid", wrong),
            (Shape::Id, "text", wrong),
            (Shape::Id, "bigint", wrong),
            (Shape::Number, "integer", wrong),
            (Shape::Bool, "smallint", wrong),
            (Shape::Time, "timestamp without time zone", wrong),
            (Shape::Time, "timestamp(3) without time zone", wrong),
            (Shape::Time, "timestamp(0) with time zone", narrow),
            (Shape::Short, "character varying(254)", narrow),
            (Shape::Short, "character(255)", wrong),
            (Shape::Short, "citext", wrong),
            (Shape::Long, "character varying(255)", narrow),
        ] {
            assert_eq!(check(shape, column), Some(expected), "{column}");
        }
    }
}
