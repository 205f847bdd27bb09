pub(super) const HAS_TABLE: &str = "SELECT to_regclass($1) IS NOT NULL AS answer";

/// The note counts only for the table beside it: with several schemas on the `search_path`, a
/// note in one says nothing about a table in another.
pub(super) const IS_OURS: &str = "
SELECT EXISTS (
  SELECT 1
  FROM authjs_objects o
  JOIN pg_class t ON t.oid = to_regclass($1)
  JOIN pg_class n ON n.oid = to_regclass('authjs_objects')
  WHERE o.kind = 'table' AND o.name = $1 AND t.relnamespace = n.relnamespace
) AS answer";

/// Gives a row only where it changes something.
pub(super) const BOUND_LOCK_WAIT: &str = "
SELECT set_config('lock_timeout', '5s', true)
WHERE current_setting('lock_timeout') = '0'";

pub(super) const UNBOUND_LOCK_WAIT: &str = "SET LOCAL lock_timeout = 0";

pub(super) const REFERRING_TABLES: &str = "
SELECT DISTINCT c.conrelid::regclass::text AS name
FROM pg_constraint c
WHERE c.contype = 'f' AND c.confrelid = to_regclass($1) AND c.conrelid <> c.confrelid
ORDER BY name";

/// Plain, partitioned and foreign tables of all schemas but the system's.
pub(super) const TABLES: &str = "
SELECT c.oid::regclass::text AS name, pg_table_is_visible(c.oid) AS visible
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f')
  AND n.nspname <> 'information_schema'
  AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY name";

/// Key columns of the indices that hold for all rows and at once: not those being built, invalid,
/// partial or deferrable, which neither guard every insert nor serve `ON CONFLICT`.
pub(super) const INDEXES: &str = "
SELECT i.indexrelid::text AS index_name,
       i.indisunique AND i.indimmediate AS is_unique,
       a.attname::text AS column_name
FROM pg_index i
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
LEFT JOIN pg_attribute a
  ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
WHERE i.indrelid = to_regclass($1)
  AND i.indisvalid AND i.indisready AND i.indislive
  AND i.indpred IS NULL
  AND k.position <= i.indnkeyatts
ORDER BY i.indexrelid, k.position";

/// Foreign keys of one column; one that was added NOT VALID and never validated is left out.
pub(super) const FOREIGN_KEYS: &str = "
SELECT a.attname::text AS column_name,
       c.confrelid::regclass::text AS target,
       t.attname::text AS target_column,
       c.confdeltype = 'c' AS cascades
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attnum = c.confkey[1]
WHERE c.conrelid = to_regclass($1)
  AND c.contype = 'f' AND c.convalidated
  AND cardinality(c.conkey) = 1
ORDER BY c.oid";
