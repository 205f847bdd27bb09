use authjs_tests::PostgresDatabase;

/// What PostgreSQL knows about the tables of the schema `public`, one line for each thing.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Catalog {
    /// Position, name, type, nullability, default, identity, generation and collation.
    pub(super) columns: Vec<String>,
    pub(super) constraints: Vec<String>,
    pub(super) indexes: Vec<String>,
    /// Tables, sequences, views and so on, with their owner columns where they have one.
    pub(super) relations: Vec<String>,
    /// All but the ones that foreign keys consist of.
    pub(super) triggers: Vec<String>,
}

const COLUMNS: &str = "
SELECT concat_ws(' ', a.attrelid::regclass, a.attnum, a.attname,
         format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
         'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
         nullif(a.attidentity, ''), nullif(a.attgenerated, ''), nullif(a.attcollation, 0))
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
ORDER BY c.relname, a.attnum";

const CONSTRAINTS: &str = "
SELECT concat_ws(' ', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
FROM pg_constraint c
WHERE c.connamespace = 'public'::regnamespace AND c.contype <> 'n'
ORDER BY 1";

const INDEXES: &str = "
SELECT concat_ws(' ', pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'INVALID' END)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
ORDER BY 1";

const RELATIONS: &str = "
SELECT concat_ws(' ', c.relkind, c.relname, o.refobjid::regclass, o.refobjsubid)
FROM pg_class c
LEFT JOIN pg_depend o
  ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype = 'a' AND c.relkind = 'S'
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'
ORDER BY 1";

const TRIGGERS: &str = "
SELECT concat_ws(' ', t.tgrelid::regclass, t.tgname)
FROM pg_trigger t
WHERE NOT t.tgisinternal
ORDER BY 1";

impl Catalog {
    pub(super) async fn read(database: &PostgresDatabase) -> Self {
        Self {
            columns: lines(database, COLUMNS).await,
            constraints: lines(database, CONSTRAINTS).await,
            indexes: lines(database, INDEXES).await,
            relations: lines(database, RELATIONS).await,
            triggers: lines(database, TRIGGERS).await,
        }
    }
}

async fn lines(database: &PostgresDatabase, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql)
        .fetch_all(&mut database.connect().await)
        .await
        .expect("the catalog can be read")
}

/// The lines of `after` that are not in `before`; fails if one of `before` is gone.
pub(super) fn added<'a>(before: &[String], after: &'a [String]) -> Vec<&'a str> {
    let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    assert!(gone.is_empty(), "gone: {gone:#?}");
    let new = after.iter().filter(|line| !before.contains(line));
    new.map(String::as_str).collect()
}
