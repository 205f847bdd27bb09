//! What the database guarantees: which SQL is right depends on it.

mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{DbErr, Value};

use crate::connection::Connection;
use crate::dialect::Dialect;

/// The tables of the schema, parents first.
const TABLES: [&str; 5] = [
    "users",
    "accounts",
    "sessions",
    "verification_token",
    "authenticators",
];

/// What the catalog of the connected database says about the Auth.js tables.
///
/// Read once per adapter, before its first statement or by
/// [`SeaOrmAdapter::inspect`](crate::SeaOrmAdapter::inspect), and again when the database
/// shows that it has changed. An adopted database may lack any of these guarantees.
#[derive(Clone, Debug)]
pub struct SchemaFacts {
    dialect: Dialect,
    server: String,
    search_path: Option<String>,
    tables: BTreeSet<String>,
    uniques: BTreeSet<(String, Vec<String>)>,
    cascades: BTreeSet<String>,
    indexes: BTreeMap<String, (String, Vec<String>)>,
}

impl SchemaFacts {
    /// The server and its version, as it says itself, such as `15.18`.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.server
    }

    /// The `search_path` in which the tables were found; `None` where there is no such thing.
    #[must_use]
    pub fn search_path(&self) -> Option<&str> {
        self.search_path.as_deref()
    }

    /// The Auth.js tables that do not exist, or that the search path does not reach. The stock
    /// schema of `@auth/pg-adapter` lacks `authenticators` alone.
    #[must_use]
    pub fn missing_tables(&self) -> Vec<&'static str> {
        TABLES
            .into_iter()
            .filter(|table| !self.tables.contains(*table))
            .collect()
    }

    /// True if the database guarantees that no two rows agree in these columns: a valid,
    /// whole, immediate unique index on exactly them, in any order.
    #[must_use]
    pub fn is_unique(&self, table: &str, columns: &[&str]) -> bool {
        let mut columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        columns.sort_unstable();
        self.uniques.contains(&(table.to_owned(), columns))
    }

    /// True if rows of this table are deleted with their user, by a foreign key.
    #[must_use]
    pub fn cascades(&self, table: &str) -> bool {
        self.cascades.contains(table)
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn has_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    /// The table and columns of a unique index, by its name.
    pub(crate) fn index(&self, name: &str) -> Option<(&str, &[String])> {
        self.indexes
            .get(name)
            .map(|(table, columns)| (table.as_str(), columns.as_slice()))
    }

    /// Asks the catalog: one statement.
    pub(crate) async fn read(connection: Connection<'_>, dialect: Dialect) -> Result<Self, DbErr> {
        let sql = match dialect {
            Dialect::Postgres => postgres::CATALOG,
            Dialect::Sqlite => sqlite::CATALOG,
        };
        let rows = connection.all(sql, Vec::<Value>::new()).await?;
        let mut facts = Self {
            dialect,
            server: String::new(),
            search_path: None,
            tables: BTreeSet::new(),
            uniques: BTreeSet::new(),
            cascades: BTreeSet::new(),
            indexes: BTreeMap::new(),
        };
        for row in rows {
            facts.add(
                &row.try_get_by_index::<String>(0)?,
                row.try_get_by_index(1)?,
                row.try_get_by_index(2)?,
                &row.try_get_by_index::<String>(3)?,
                row.try_get_by_index(4)?,
            );
        }
        Ok(facts)
    }

    /// Takes one row of the catalog statement in: what it is, its table, its name, its
    /// columns (joined by commas), and whether it can be relied on.
    fn add(&mut self, what: &str, table: String, name: String, columns: &str, verified: bool) {
        match what {
            "server" => self.server = name,
            "search_path" => self.search_path = Some(name),
            "table" => {
                self.tables.insert(table);
            }
            "cascade" if verified => {
                self.cascades.insert(table);
            }
            "index" => {
                let columns: Vec<String> = columns.split(',').map(str::to_owned).collect();
                if verified {
                    let mut sorted = columns.clone();
                    sorted.sort_unstable();
                    self.uniques.insert((table.clone(), sorted));
                }
                self.indexes.insert(name, (table, columns));
            }
            _ => {}
        }
    }
}
