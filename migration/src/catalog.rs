//! What is really in the database, read from its catalog.

mod mysql;
mod postgres;
mod sqlite;

use std::borrow::Cow;

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, TryGetable, Value,
};

use crate::backend::Backend;

/// A usable index: valid and not partial.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) unique: bool,
    /// `None` where an expression is indexed.
    pub(crate) columns: Vec<Option<String>>,
}

/// A foreign key of one column that holds for all rows.
#[derive(Debug)]
pub(crate) struct ForeignKey {
    pub(crate) column: String,
    pub(crate) target: String,
    pub(crate) target_column: String,
    /// Whether deleting the target deletes the row.
    pub(crate) cascades: bool,
}

/// The catalog of the database behind one connection.
///
/// Table names given to its methods are this crate's own constants: lower-case words that need
/// no quoting.
#[derive(Debug)]
pub(crate) struct Catalog<'c, C> {
    db: &'c C,
    backend: Backend,
}

impl<'c, C: ConnectionTrait> Catalog<'c, C> {
    pub(crate) fn of(db: &'c C) -> Result<Self, DbErr> {
        let backend = Backend::of(db.get_database_backend())?;
        Ok(Self { db, backend })
    }

    pub(crate) const fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether a statement that says `table` would find a relation: a table, a view, anything
    /// that takes the name. On PostgreSQL the whole `search_path` counts.
    pub(crate) async fn has_table(&self, table: &str) -> Result<bool, DbErr> {
        let sql = match self.backend {
            Backend::Mysql => mysql::HAS_TABLE,
            Backend::Postgres => postgres::HAS_TABLE,
            Backend::Sqlite => sqlite::HAS_TABLE,
        };
        self.one(sql, table).await
    }

    /// Whether `table` is there and was created by a migration of this crate.
    pub(crate) async fn is_ours(&self, table: &str) -> Result<bool, DbErr> {
        if !self.has_table(crate::objects::NAME).await? {
            return Ok(false);
        }
        let sql = match self.backend {
            Backend::Mysql => mysql::IS_OURS,
            Backend::Postgres => postgres::IS_OURS,
            Backend::Sqlite => sqlite::IS_OURS,
        };
        self.one(sql, table).await
    }

    /// Rows that a policy may hide from this role are there too: what is dropped is the table.
    pub(crate) async fn has_rows(&self, table: &str) -> Result<bool, DbErr> {
        let rows = format!("EXISTS (SELECT 1 FROM {table})");
        let sql = match self.backend {
            Backend::Postgres => {
                format!("SELECT {rows} OR row_security_active('{table}') AS answer")
            }
            Backend::Mysql | Backend::Sqlite => format!("SELECT {rows} AS answer"),
        };
        let row = self.db.query_one_raw(self.statement(&sql, [])).await?;
        row.map_or(Ok(false), |row| row.try_get("", "answer"))
    }

    /// Whether `table` is there and was created by a migration that was killed before it could
    /// note that.
    pub(crate) async fn lacks_its_note(&self, table: &str) -> Result<bool, DbErr> {
        match self.backend {
            Backend::Mysql => {
                Ok(self.one(mysql::IS_MARKED, table).await? && !self.is_ours(table).await?)
            }
            // Both are one transaction.
            Backend::Postgres | Backend::Sqlite => Ok(false),
        }
    }

    /// Keeps others from reading and writing `table` until the end of the transaction, or until
    /// [`unlock_tables`](Self::unlock_tables).
    ///
    /// On MySQL the connection reaches no other table until then.
    pub(crate) async fn lock_table(&self, table: &str) -> Result<(), DbErr> {
        let sql = match self.backend {
            Backend::Mysql => format!("LOCK TABLES {table} WRITE"),
            Backend::Postgres => format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"),
            // A writing transaction keeps all other writers out by itself.
            Backend::Sqlite => return Ok(()),
        };
        self.db.execute_unprepared(&sql).await.map(drop)
    }

    /// Ends a [`lock_table`](Self::lock_table) that does not end with the transaction.
    pub(crate) async fn unlock_tables(&self) -> Result<(), DbErr> {
        match self.backend {
            Backend::Mysql => self.db.execute_unprepared("UNLOCK TABLES").await.map(drop),
            Backend::Postgres | Backend::Sqlite => Ok(()),
        }
    }

    /// Bounds how long the rest of the transaction waits for a lock, unless that is bounded
    /// already; returns whether it did.
    ///
    /// A foreign key to a table in use has to wait for its writers, and everybody else then waits
    /// behind it. On MySQL the bound is the connection's.
    pub(crate) async fn bound_lock_wait(&self) -> Result<bool, DbErr> {
        match self.backend {
            Backend::Mysql => {
                let is_long = self.statement(mysql::LOCK_WAIT_IS_LONG, []);
                let bound = self.db.query_one_raw(is_long).await?.is_some();
                if bound {
                    self.db.execute_unprepared(mysql::BOUND_LOCK_WAIT).await?;
                }
                Ok(bound)
            }
            Backend::Postgres => {
                let sql = postgres::BOUND_LOCK_WAIT;
                Ok(self
                    .db
                    .query_one_raw(self.statement(sql, []))
                    .await?
                    .is_some())
            }
            Backend::Sqlite => Ok(false),
        }
    }

    /// Takes back what [`bound_lock_wait`](Self::bound_lock_wait) did: the transaction may be the
    /// host's, and go on; the connection goes back to its pool.
    pub(crate) async fn unbound_lock_wait(&self) -> Result<(), DbErr> {
        let sql = match self.backend {
            Backend::Mysql => mysql::UNBOUND_LOCK_WAIT,
            Backend::Postgres => postgres::UNBOUND_LOCK_WAIT,
            Backend::Sqlite => return Ok(()),
        };
        self.db.execute_unprepared(sql).await.map(drop)
    }

    /// The text of a statement that creates a table, as this server takes it.
    ///
    /// MariaDB and MySQL have different names for the comparison byte by byte without padding.
    pub(crate) async fn for_server(&self, sql: &'static str) -> Result<Cow<'static, str>, DbErr> {
        if matches!(self.backend, Backend::Mysql) && !self.is_mariadb().await? {
            return Ok(sql
                .replace(mysql::COLLATION, mysql::COLLATION_OF_MYSQL)
                .into());
        }
        Ok(sql.into())
    }

    async fn is_mariadb(&self) -> Result<bool, DbErr> {
        let statement = self.statement("SELECT VERSION() AS answer", []);
        let row = self.db.query_one_raw(statement).await?;
        let version: String = row.map_or(Ok(String::new()), |row| row.try_get("", "answer"))?;
        Ok(version.contains("MariaDB"))
    }

    /// The other tables with a foreign key to `table`.
    pub(crate) async fn referring_tables(&self, table: &str) -> Result<Vec<String>, DbErr> {
        let sql = match self.backend {
            Backend::Mysql => mysql::REFERRING_TABLES,
            Backend::Postgres => postgres::REFERRING_TABLES,
            Backend::Sqlite => sqlite::REFERRING_TABLES,
        };
        self.column(sql, table).await
    }

    /// All tables of the database that this crate did not create.
    pub(crate) async fn foreign_tables(&self) -> Result<Vec<String>, DbErr> {
        let sql = match self.backend {
            Backend::Mysql => mysql::TABLES,
            Backend::Postgres => postgres::TABLES,
            Backend::Sqlite => sqlite::TABLES,
        };
        let mut tables = Vec::new();
        for row in self.db.query_all_raw(self.statement(sql, [])).await? {
            let name: String = row.try_get("", "name")?;
            let visible: bool = row.try_get("", "visible")?;
            let known = visible && self.is_known(&name).await?;
            if !known {
                tables.push(name);
            }
        }
        Ok(tables)
    }

    async fn is_known(&self, table: &str) -> Result<bool, DbErr> {
        Ok(table == crate::objects::NAME
            || table == crate::migrator::LEDGER
            || self.is_ours(table).await?)
    }

    pub(crate) async fn indexes(&self, table: &str) -> Result<Vec<Index>, DbErr> {
        match self.backend {
            Backend::Mysql => self.collect_indexes(mysql::INDEXES, table).await,
            Backend::Postgres => self.collect_indexes(postgres::INDEXES, table).await,
            Backend::Sqlite => self.collect_indexes(sqlite::INDEXES, table).await,
        }
    }

    pub(crate) async fn foreign_keys(&self, table: &str) -> Result<Vec<ForeignKey>, DbErr> {
        let sql = match self.backend {
            Backend::Mysql => mysql::FOREIGN_KEYS,
            Backend::Postgres => postgres::FOREIGN_KEYS,
            Backend::Sqlite => sqlite::FOREIGN_KEYS,
        };
        let rows = self
            .db
            .query_all_raw(self.statement(sql, [table.into()]))
            .await?;
        let key = |row: &QueryResult| {
            Ok(ForeignKey {
                column: row.try_get("", "column_name")?,
                target: row.try_get("", "target")?,
                target_column: row.try_get("", "target_column")?,
                cascades: row.try_get("", "cascades")?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Groups rows (`index_name`, `is_unique`, `column_name`), ordered by index and position.
    async fn collect_indexes(&self, sql: &str, table: &str) -> Result<Vec<Index>, DbErr> {
        let mut indexes: Vec<(String, Index)> = Vec::new();
        for row in self
            .db
            .query_all_raw(self.statement(sql, [table.into()]))
            .await?
        {
            let name: String = row.try_get("", "index_name")?;
            let column: Option<String> = row.try_get("", "column_name")?;
            match indexes.last_mut() {
                Some((last, index)) if *last == name => index.columns.push(column),
                _ => {
                    let unique = row.try_get("", "is_unique")?;
                    indexes.push((
                        name,
                        Index {
                            unique,
                            columns: vec![column],
                        },
                    ));
                }
            }
        }
        Ok(indexes.into_iter().map(|(_, index)| index).collect())
    }

    /// The `answer` of a statement about `table` that always gives one row.
    async fn one<T: TryGetable>(&self, sql: &str, table: &str) -> Result<T, DbErr> {
        let row = self
            .db
            .query_one_raw(self.statement(sql, [table.into()]))
            .await?;
        let Some(row) = row else {
            return Err(DbErr::Migration(
                "the catalog query gave no answer".to_owned(),
            ));
        };
        row.try_get("", "answer")
    }

    async fn column(&self, sql: &str, table: &str) -> Result<Vec<String>, DbErr> {
        let rows = self
            .db
            .query_all_raw(self.statement(sql, [table.into()]))
            .await?;
        rows.iter().map(|row| row.try_get("", "name")).collect()
    }

    fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        let backend = match self.backend {
            Backend::Mysql => DbBackend::MySql,
            Backend::Postgres => DbBackend::Postgres,
            Backend::Sqlite => DbBackend::Sqlite,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }
}
