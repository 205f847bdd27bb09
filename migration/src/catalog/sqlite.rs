//! Names are compared without regard to ASCII case, as SQLite itself does.

pub(super) const HAS_TABLE: &str = "
SELECT EXISTS (
  SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND lower(name) = $1
) AS answer";

pub(super) const IS_OURS: &str = "
SELECT EXISTS (
  SELECT 1
  FROM authjs_objects o
  JOIN sqlite_master t ON t.type = 'table' AND lower(t.name) = o.name
  WHERE o.kind = 'table' AND o.name = $1
) AS answer";

pub(super) const REFERRING_TABLES: &str = "
SELECT DISTINCT t.name AS name
FROM sqlite_master t
JOIN pragma_foreign_key_list(t.name) k
WHERE t.type = 'table' AND lower(k.\"table\") = $1 AND lower(t.name) <> $1
ORDER BY name";

pub(super) const TABLES: &str = "
SELECT name, TRUE AS visible
FROM sqlite_master
WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY name";

pub(super) const INDEXES: &str = "
SELECT l.name AS index_name, l.\"unique\" AS is_unique, x.name AS column_name
FROM pragma_index_list($1) l
JOIN pragma_index_xinfo(l.name) x
WHERE l.partial = 0 AND x.key = 1
ORDER BY l.name, x.seqno";

/// Foreign keys of one column. A key that names no target column means the primary key of the
/// target.
pub(super) const FOREIGN_KEYS: &str = "
SELECT k.\"from\" AS column_name,
       lower(k.\"table\") AS target,
       coalesce(
         k.\"to\",
         (SELECT p.name FROM pragma_table_info(k.\"table\") p WHERE p.pk = 1)
       ) AS target_column,
       k.on_delete = 'CASCADE' AS cascades
FROM pragma_foreign_key_list($1) k
GROUP BY k.id
HAVING count(*) = 1
ORDER BY k.id";
