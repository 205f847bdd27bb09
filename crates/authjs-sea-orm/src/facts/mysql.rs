//! The catalog of MariaDB and MySQL.

/// The collations that compare bytes and pad nothing, in a character set that holds every text.
pub(super) const EXACT: [&str; 2] = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"];

/// Only tables of the connected database, under the names that the statements use: where the
/// file system tells `Users` from `users`, so does the server.
///
/// A unique index can be relied on if it is whole: it covers no expression and no mere
/// beginning of a column. Foreign keys count only where the connection enforces them, and only
/// `InnoDB` has them. Where `userId` is one column of several in a foreign key, or the key leads
/// to another database, it is not the one that is meant. Columns with times are told where they
/// are coarser than ours.
pub(super) const CATALOG: &str = r"
SELECT 'server' AS what, '' AS table_name, VERSION() AS name, '' AS columns, 1 AS verified
UNION ALL
SELECT 'table', IF(@@lower_case_table_names = 0, t.TABLE_NAME, LOWER(t.TABLE_NAME)), '',
    coalesce(t.ENGINE, ''), 1
FROM information_schema.TABLES t
WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
    AND t.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT 'collation', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)),
    c.COLUMN_NAME, c.COLLATION_NAME, 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.COLLATION_NAME IS NOT NULL
    AND c.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
UNION ALL
SELECT 'digits', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)),
    c.COLUMN_NAME, CAST(c.DATETIME_PRECISION AS CHAR), 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.DATETIME_PRECISION < 3
    AND c.COLUMN_NAME IN ('expires', 'emailVerified')
    AND c.TABLE_NAME IN ('users', 'sessions', 'verification_token')
UNION ALL
SELECT 'required', IF(@@lower_case_table_names = 0, c.TABLE_NAME, LOWER(c.TABLE_NAME)), '', '', 1
FROM information_schema.COLUMNS c
WHERE c.TABLE_SCHEMA = DATABASE() AND c.COLUMN_NAME = 'userId' AND c.IS_NULLABLE = 'NO'
    AND c.TABLE_NAME IN ('accounts', 'sessions', 'authenticators')
UNION ALL
SELECT 'index', IF(@@lower_case_table_names = 0, s.TABLE_NAME, LOWER(s.TABLE_NAME)),
    s.INDEX_NAME, coalesce(GROUP_CONCAT(s.COLUMN_NAME ORDER BY s.SEQ_IN_INDEX SEPARATOR ','), ''),
    MIN(s.COLUMN_NAME IS NOT NULL AND s.SUB_PART IS NULL)
FROM information_schema.STATISTICS s
WHERE s.TABLE_SCHEMA = DATABASE() AND s.NON_UNIQUE = 0
    AND s.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
GROUP BY s.TABLE_NAME, s.INDEX_NAME
UNION ALL
SELECT 'foreign', IF(@@lower_case_table_names = 0, r.TABLE_NAME, LOWER(r.TABLE_NAME)),
    r.CONSTRAINT_NAME, '', r.DELETE_RULE = 'CASCADE' AND @@foreign_key_checks = 1
FROM information_schema.REFERENTIAL_CONSTRAINTS r
JOIN information_schema.KEY_COLUMN_USAGE k
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
    AND k.TABLE_NAME = r.TABLE_NAME
WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND r.UNIQUE_CONSTRAINT_SCHEMA = DATABASE()
    AND r.REFERENCED_TABLE_NAME = 'users'
    AND r.TABLE_NAME IN ('users', 'accounts', 'sessions', 'verification_token', 'authenticators')
    AND k.TABLE_SCHEMA = DATABASE()
GROUP BY r.TABLE_NAME, r.CONSTRAINT_NAME, r.DELETE_RULE
HAVING COUNT(*) = 1 AND MIN(k.COLUMN_NAME) = 'userId' AND MIN(k.REFERENCED_COLUMN_NAME) = 'id'
";
