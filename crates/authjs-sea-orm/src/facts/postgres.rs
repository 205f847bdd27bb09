//! The catalog of PostgreSQL.

/// Tables are resolved as the adapter's statements resolve them, through the search path.
///
/// An index can be relied on if it is valid (a failed concurrent build leaves an invalid
/// one behind), whole (no WHERE, no expressions) and immediate, and no table inherits from its own,
/// whose rows it would not hold. A unique index need not be a constraint, so `pg_index` is asked;
/// an error names that of the partition. A foreign key can be relied on if its trigger fires, and
/// no table inherits from either of its own. A column is exact if it has one of the two types whose
/// comparison is known, and no collation, its own or that of a unique index of its table, takes
/// two texts for equal.
pub(super) const CATALOG: &str = r#"
WITH ours AS (
    SELECT name, to_regclass(name)::oid AS oid
    FROM unnest(ARRAY['users', 'accounts', 'sessions', 'verification_token', 'authenticators'])
        AS name
), parents (oid) AS (
    SELECT p.oid FROM ours JOIN pg_catalog.pg_class p ON p.oid = ours.oid AND p.relkind <> 'p'
    WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhparent = p.oid)
)
SELECT 'server' AS what, '' AS "table", current_setting('server_version') AS name,
    '' AS columns, true AS verified
UNION ALL
SELECT 'search_path', '', current_setting('search_path'), '', true
UNION ALL
SELECT 'table', name, name, '', true FROM ours WHERE oid IS NOT NULL
UNION ALL
SELECT 'index', ours.name, c.relname::text,
    coalesce((SELECT string_agg(a.attname::text, ',' ORDER BY k.position)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE k.position <= i.indnkeyatts), ''),
    i.indisvalid AND i.indisready AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL
        AND c.oid = i.indexrelid AND ours.oid NOT IN (SELECT oid FROM parents)
FROM ours
JOIN pg_catalog.pg_index i ON i.indrelid = ours.oid AND i.indisunique
JOIN LATERAL (SELECT i.indexrelid AS oid
    UNION SELECT part.relid FROM pg_catalog.pg_partition_tree(i.indexrelid) part) every ON true
JOIN pg_catalog.pg_class c ON c.oid = every.oid
UNION ALL
SELECT 'exact', ours.name, a.attname::text, '', true
FROM ours
JOIN pg_catalog.pg_attribute a ON a.attrelid = ours.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation AND c.collisdeterministic
WHERE CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
        IN ('pg_catalog.text'::regtype, 'pg_catalog.varchar'::regtype)
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_collation o ON o.oid = ANY(i.indcollation::oid[])
        WHERE i.indrelid = ours.oid AND i.indisunique AND NOT o.collisdeterministic)
UNION ALL
SELECT 'foreign', ours.name, k.conname::text, '',
    k.confdeltype = 'c' AND k.conrelid NOT IN (SELECT oid FROM parents)
        AND k.confrelid NOT IN (SELECT oid FROM parents)
        AND EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t
            WHERE t.tgconstraint = k.oid AND t.tgrelid = k.confrelid
                AND t.tgtype & 8 <> 0 AND t.tgenabled IN ('O', 'A'))
FROM ours
JOIN pg_catalog.pg_constraint k ON k.conrelid = ours.oid
WHERE k.contype = 'f' AND k.confrelid = to_regclass('users')::oid
    AND k.conkey = ARRAY[(SELECT a.attnum FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = ours.oid AND a.attname = 'userId')]
"#;
