//! What SQLite says of columns, indices and itself.

use super::expected::Shape;
use super::finding::FindingKind;

/// A column's own collation is not told, see [`folding`]; that of a unique index decides what is
/// refused, and that of any index whether it serves.
pub(super) const STATE: &str = r#"
WITH ours (name) AS (
    SELECT lower(name) FROM sqlite_master
    WHERE type = 'table'
        AND lower(name) IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
)
SELECT 'column' AS what, ours.name AS "table", c.name AS name, c.type AS detail
FROM ours JOIN pragma_table_info(ours.name) c
UNION ALL
SELECT 'inexact', ours.name, x.name, ''
FROM ours JOIN pragma_index_list(ours.name) l JOIN pragma_index_xinfo(l.name) x
WHERE x.key = 1 AND x.name IS NOT NULL AND upper(x.coll) <> 'BINARY'
UNION ALL
SELECT 'index', ours.name, x.name, ''
FROM ours JOIN pragma_index_list(ours.name) l JOIN pragma_index_xinfo(l.name) x
WHERE l.partial = 0 AND x.seqno = 0 AND x.name IS NOT NULL
UNION ALL
SELECT 'foreign-keys-off', '', '', '' FROM pragma_foreign_keys WHERE foreign_keys = 0
UNION ALL
SELECT 'read-only', '', '', '' FROM pragma_query_only WHERE query_only = 1
"#;

/// Tells which of these columns, of which table each, take texts for equal that differ: only a
/// comparison shows it. Of the collations that SQLite has, one folds case and one drops spaces.
pub(super) fn folding<'c>(columns: impl Iterator<Item = (&'c str, &'c str)>) -> Option<String> {
    let asked: Vec<String> = columns
        .map(|(table, column)| {
            format!(
                "SELECT 'inexact', '{table}', '{column}', '' WHERE EXISTS (SELECT 1 FROM \
                 (SELECT \"{column}\" AS key FROM {table} WHERE 0 UNION ALL SELECT 'a') \
                 WHERE key = 'A' OR key = 'a ')"
            )
        })
        .collect();
    (!asked.is_empty()).then(|| asked.join(" UNION ALL "))
}

/// How to compare texts byte for byte.
pub(super) const EXACT: &str = "the collation BINARY, also in its indices";

/// What is wrong with a column that was declared so. A declaration binds nobody to a type, but
/// its affinity changes what is stored: integers in a text column become texts.
pub(super) fn check(shape: Shape, column: &str) -> Option<FindingKind> {
    let column = column.to_uppercase();
    let is_integer = column.contains("INT");
    let is_text = ["CHAR", "CLOB", "TEXT"]
        .iter()
        .any(|text| column.contains(text));
    let is_wrong = match shape {
        Shape::Id | Shape::Number => !is_integer,
        Shape::Short | Shape::Long => !is_text,
        // Texts that are no numbers stay as they are.
        Shape::Time | Shape::Bool => false,
    };
    is_wrong.then_some(FindingKind::WrongType)
}
