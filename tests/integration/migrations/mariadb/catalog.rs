use authjs_tests::MariadbDatabase;

/// What MariaDB knows about the tables of a database, one line for each thing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Catalog {
    /// Position, name, type, nullability, default, what is automatic, and collation.
    pub(super) columns: Vec<String>,
    /// Primary keys, uniques, indices.
    pub(super) indexes: Vec<String>,
    pub(super) foreign_keys: Vec<String>,
    pub(super) checks: Vec<String>,
    /// Tables and views, with engine, row format, collation and comment.
    pub(super) tables: Vec<String>,
    pub(super) triggers: Vec<String>,
}

const COLUMNS: &str = "
SELECT CONCAT_WS(' ', TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE,
         IF(IS_NULLABLE = 'NO', 'NOT NULL', NULL), CONCAT('DEFAULT ', COLUMN_DEFAULT),
         NULLIF(EXTRA, ''), COLLATION_NAME)
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME, ORDINAL_POSITION";

const INDEXES: &str = "
SELECT CONCAT(TABLE_NAME, ' ', INDEX_NAME, IF(MIN(NON_UNIQUE) = 0, ' UNIQUE ', ' '),
         MIN(INDEX_TYPE), ' (', GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ')')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE()
GROUP BY TABLE_NAME, INDEX_NAME
ORDER BY 1";

const FOREIGN_KEYS: &str = "
SELECT CONCAT(k.TABLE_NAME, ' ', k.CONSTRAINT_NAME, ' (', k.COLUMN_NAME, ') REFERENCES ',
         k.REFERENCED_TABLE_NAME, ' (', k.REFERENCED_COLUMN_NAME, ') ON UPDATE ', r.UPDATE_RULE,
         ' ON DELETE ', r.DELETE_RULE)
FROM information_schema.KEY_COLUMN_USAGE k
JOIN information_schema.REFERENTIAL_CONSTRAINTS r
  ON r.CONSTRAINT_SCHEMA = DATABASE() AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
  AND r.TABLE_NAME = k.TABLE_NAME
WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY 1";

const CHECKS: &str = "
SELECT CONCAT_WS(' ', TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE)
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
ORDER BY 1";

const TABLES: &str = "
SELECT CONCAT_WS(' ', TABLE_TYPE, TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION,
         NULLIF(TABLE_COMMENT, ''))
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME";

const TRIGGERS: &str = "
SELECT CONCAT_WS(' ', EVENT_OBJECT_TABLE, TRIGGER_NAME)
FROM information_schema.TRIGGERS
WHERE TRIGGER_SCHEMA = DATABASE()
ORDER BY 1";

impl Catalog {
    pub(super) async fn read(database: &MariadbDatabase) -> Self {
        Self {
            columns: lines(database, COLUMNS).await,
            indexes: lines(database, INDEXES).await,
            foreign_keys: lines(database, FOREIGN_KEYS).await,
            checks: lines(database, CHECKS).await,
            tables: lines(database, TABLES).await,
            triggers: lines(database, TRIGGERS).await,
        }
    }

    /// The same without what it says about our own tables beside those of Auth.js, and about the
    /// one that the plain tables lack.
    pub(super) fn of_plain_tables(self) -> Self {
        Self {
            columns: of_plain_tables(self.columns),
            indexes: of_plain_tables(self.indexes),
            foreign_keys: of_plain_tables(self.foreign_keys),
            checks: of_plain_tables(self.checks),
            tables: of_plain_tables(self.tables),
            triggers: of_plain_tables(self.triggers),
        }
    }
}

fn of_plain_tables(lines: Vec<String>) -> Vec<String> {
    let ours = ["authenticators", "authjs_objects", "authjs_migrations"];
    let of_ours = |line: &String| ours.iter().any(|table| line.contains(table));
    lines.into_iter().filter(|line| !of_ours(line)).collect()
}

async fn lines(database: &MariadbDatabase, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql)
        .fetch_all(&mut database.connect().await)
        .await
        .expect("the catalog can be read")
}
