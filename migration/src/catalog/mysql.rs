//! Everything is about the database that the connection has selected.
//!
//! The names of tables are compared as the server does: by their bytes, or without regard to case
//! where `lower_case_table_names` says so.

/// The collation in our statements, as MariaDB names it, and as MySQL does since 8.0.17.
pub(super) const COLLATION: &str = "utf8mb4_nopad_bin";
pub(super) const COLLATION_OF_MYSQL: &str = "utf8mb4_0900_bin";

pub(super) const HAS_TABLE: &str = "
SELECT EXISTS (
  SELECT 1
  FROM information_schema.TABLES t
  WHERE t.TABLE_SCHEMA = DATABASE()
    AND CAST(IF(@@lower_case_table_names = 0, t.TABLE_NAME, LOWER(t.TABLE_NAME)) AS BINARY) = ?
) AS answer";

/// The note counts only for a table whose comment says the same: a run that was killed can leave a
/// note about a table that is gone, and somebody else may then have made one of that name.
pub(super) const IS_OURS: &str = "
SELECT EXISTS (
  SELECT 1
  FROM authjs_objects o
  JOIN information_schema.TABLES t
    ON t.TABLE_SCHEMA = DATABASE()
    AND CAST(IF(@@lower_case_table_names = 0, t.TABLE_NAME, LOWER(t.TABLE_NAME)) AS BINARY)
      = CAST(o.name AS BINARY)
  WHERE o.kind = 'table' AND o.name = ? AND t.TABLE_COMMENT = 'made by authjs-migration'
) AS answer";

/// Whether a migration created the table, noted or not. A statement that changes the schema commits
/// by itself: only what it says of the table is there from the first moment on.
pub(super) const IS_MARKED: &str = "
SELECT EXISTS (
  SELECT 1
  FROM information_schema.TABLES t
  WHERE t.TABLE_SCHEMA = DATABASE()
    AND CAST(IF(@@lower_case_table_names = 0, t.TABLE_NAME, LOWER(t.TABLE_NAME)) AS BINARY) = ?
    AND t.TABLE_COMMENT = 'made by authjs-migration'
) AS answer";

/// Gives a row only where it would change something.
pub(super) const LOCK_WAIT_IS_LONG: &str = "
SELECT 1 AS answer FROM DUAL WHERE @@SESSION.lock_wait_timeout > 5";

pub(super) const BOUND_LOCK_WAIT: &str = "
SET @authjs_lock_wait_timeout = @@SESSION.lock_wait_timeout, SESSION lock_wait_timeout = 5";

pub(super) const UNBOUND_LOCK_WAIT: &str = "
SET SESSION lock_wait_timeout = @authjs_lock_wait_timeout";

/// Those in the same database; the server itself keeps a table that one elsewhere refers to.
pub(super) const REFERRING_TABLES: &str = "
SELECT DISTINCT k.TABLE_NAME AS name
FROM information_schema.KEY_COLUMN_USAGE k
WHERE k.TABLE_SCHEMA = DATABASE()
  AND k.REFERENCED_TABLE_SCHEMA = k.TABLE_SCHEMA
  AND k.REFERENCED_TABLE_NAME <> k.TABLE_NAME
  AND CAST(LOWER(k.REFERENCED_TABLE_NAME) AS BINARY) = ?
ORDER BY name";

pub(super) const TABLES: &str = "
SELECT t.TABLE_NAME AS name, TRUE AS visible
FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW')
ORDER BY name";

/// An index over the first characters of a column is one over an expression.
pub(super) const INDEXES: &str = "
SELECT s.INDEX_NAME AS index_name,
       s.NON_UNIQUE = 0 AS is_unique,
       IF(s.SUB_PART IS NULL, s.COLUMN_NAME, NULL) AS column_name
FROM information_schema.STATISTICS s
WHERE s.TABLE_SCHEMA = DATABASE()
  AND CAST(IF(@@lower_case_table_names = 0, s.TABLE_NAME, LOWER(s.TABLE_NAME)) AS BINARY) = ?
  AND s.INDEX_TYPE IN ('BTREE', 'HASH')
ORDER BY s.INDEX_NAME, s.SEQ_IN_INDEX";

/// Foreign keys of one column.
pub(super) const FOREIGN_KEYS: &str = "
SELECT MIN(k.COLUMN_NAME) AS column_name,
       IF(
         MIN(k.REFERENCED_TABLE_SCHEMA) = MIN(k.TABLE_SCHEMA),
         LOWER(MIN(k.REFERENCED_TABLE_NAME)),
         CONCAT(MIN(k.REFERENCED_TABLE_SCHEMA), '.', MIN(k.REFERENCED_TABLE_NAME))
       ) AS target,
       MIN(k.REFERENCED_COLUMN_NAME) AS target_column,
       MIN(r.DELETE_RULE) = 'CASCADE' AS cascades
FROM information_schema.KEY_COLUMN_USAGE k
JOIN information_schema.REFERENTIAL_CONSTRAINTS r
  ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA
  AND r.TABLE_NAME = k.TABLE_NAME
  AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
WHERE k.TABLE_SCHEMA = DATABASE()
  AND r.CONSTRAINT_SCHEMA = DATABASE()
  AND k.REFERENCED_TABLE_NAME IS NOT NULL
  AND CAST(IF(@@lower_case_table_names = 0, k.TABLE_NAME, LOWER(k.TABLE_NAME)) AS BINARY) = ?
GROUP BY k.CONSTRAINT_NAME
HAVING COUNT(*) = 1
ORDER BY k.CONSTRAINT_NAME";
