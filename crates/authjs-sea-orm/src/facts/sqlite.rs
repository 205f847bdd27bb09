//! The catalog of SQLite.

/// A table that resolves conflicts by itself (`UNIQUE ... ON CONFLICT REPLACE`) refuses nothing.
/// Foreign keys count only on a connection that enforces them, which our pools do, and if `userId`
/// is all of them: one of several columns is not enforced where another is NULL. Nothing but its
/// definition tells the collation of a column: those of a table that names any are not exact, nor
/// is one with an index of another collation, nor one whose affinity makes numbers of texts.
pub(super) const CATALOG: &str = r#"
WITH ours (name, sql) AS (
    SELECT lower(name), sql FROM sqlite_master
    WHERE type = 'table'
        AND lower(name) IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
)
SELECT 'server' AS what, '' AS "table", sqlite_version() AS name, '' AS columns, 1 AS verified
UNION ALL
SELECT 'table', name, name, '', 1 FROM ours
UNION ALL
SELECT 'index', ours.name, l.name,
    (SELECT group_concat(coalesce(i.name, ''), ',') FROM pragma_index_info(l.name) i),
    l.partial = 0 AND lower(ours.sql) NOT LIKE '%on conflict %'
        AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) i WHERE i.name IS NULL)
FROM ours JOIN pragma_index_list(ours.name) l
WHERE l."unique" = 1
UNION ALL
SELECT 'exact', ours.name, c.name, '', 1
FROM ours JOIN pragma_table_info(ours.name) c
WHERE instr(lower(ours.sql), 'collate') = 0
    AND instr(upper(c.type), 'INT') = 0
    AND (c.type = '' OR instr(upper(c.type), 'CHAR') + instr(upper(c.type), 'CLOB')
        + instr(upper(c.type), 'TEXT') + instr(upper(c.type), 'BLOB') > 0)
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(ours.name) l
        JOIN pragma_index_xinfo(l.name) x
        WHERE x.key = 1 AND lower(x.name) = lower(c.name) AND upper(x.coll) <> 'BINARY')
UNION ALL
SELECT 'foreign', ours.name, '', '',
    f.on_delete = 'CASCADE' AND (SELECT foreign_keys FROM pragma_foreign_keys) = 1
FROM ours JOIN pragma_foreign_key_list(ours.name) f
WHERE lower(f."table") = 'users' AND lower(f."from") = 'userid'
    AND coalesce(lower(f."to"), 'id') = 'id'
    AND (SELECT count(*) FROM pragma_foreign_key_list(ours.name) g WHERE g.id = f.id) = 1
"#;
