//! What the database guarantees: which SQL is right depends on it.

mod mysql;
mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{DbErr, Value};

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::sql::Sql;

/// The tables of the schema, parents first.
const TABLES: [&str; 5] = [
    "users",
    "accounts",
    "sessions",
    "verification_token",
    "authenticators",
];

/// The digits of the second that are stored.
const MILLIS: u8 = 3;

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
    /// The names of the foreign keys from a row to its user, where they are told in errors.
    keys_to_users: BTreeSet<String>,
    /// For each name the indexes that have it, with their tables and columns: on MariaDB and
    /// MySQL a name is its table's own.
    indexes: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// The tables, on MariaDB and MySQL, whose rows cannot be without a user.
    requiring_user: BTreeSet<String>,
    engines: BTreeMap<String, String>,
    /// How many digits of the second the columns keep that keep fewer than we store, on MariaDB
    /// and MySQL.
    coarse: BTreeMap<(String, String), u8>,
    collations: BTreeMap<(String, String), String>,
    /// The columns that are known to take no two texts for equal, and the unique indices on them.
    exact: BTreeSet<(String, String)>,
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
        let mut columns: Vec<String> = columns.iter().map(|it| self.folded(it)).collect();
        columns.sort_unstable();
        self.uniques.contains(&(table.to_owned(), columns))
    }

    /// True if rows of this table are deleted with their user, by a foreign key.
    #[must_use]
    pub fn cascades(&self, table: &str) -> bool {
        self.cascades.contains(table)
    }

    /// The storage engine of a table on MariaDB and MySQL, such as `InnoDB`: no other has
    /// transactions and foreign keys. `None` elsewhere, and for a table that does not exist.
    #[must_use]
    pub fn engine(&self, table: &str) -> Option<&str> {
        self.engines.get(table).map(String::as_str)
    }

    /// The collation of a column with text on MariaDB and MySQL, such as `utf8mb4_nopad_bin`:
    /// it decides whether `Ada` equals `ada`. `None` elsewhere, and for other columns.
    #[must_use]
    pub fn collation(&self, table: &str, column: &str) -> Option<&str> {
        self.collations
            .get(&(table.to_owned(), column.to_owned()))
            .map(String::as_str)
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn has_table(&self, table: &str) -> bool {
        self.tables.contains(table)
    }

    pub(crate) fn requires_user(&self, table: &str) -> bool {
        self.requiring_user.contains(table)
    }

    /// True if a column is known to take no two texts for equal. What is not known is not exact.
    pub(crate) fn is_exact_column(&self, table: &str, column: &str) -> bool {
        self.exact
            .contains(&(table.to_owned(), self.folded(column)))
    }

    /// A column's name as the server compares it.
    fn folded(&self, column: &str) -> String {
        match self.dialect {
            Dialect::Postgres => column.to_owned(),
            Dialect::Sqlite | Dialect::MariaDb | Dialect::MySql => column.to_lowercase(),
        }
    }

    /// How many digits of the second a column keeps of the three that we store.
    pub(crate) fn time_digits(&self, table: &str, column: &str) -> u8 {
        let column = column.trim_matches('"').to_lowercase();
        let digits = self.coarse.get(&(table.to_owned(), column));
        digits.copied().unwrap_or(MILLIS)
    }

    /// The tables and columns of the unique indexes with this name.
    pub(crate) fn indexes(&self, name: &str) -> &[(String, Vec<String>)] {
        self.indexes.get(name).map_or(&[], Vec::as_slice)
    }

    /// True if this foreign key leads from a row to its user.
    pub(crate) fn leads_to_user(&self, key: &str) -> bool {
        self.keys_to_users.contains(key)
    }

    /// Asks the catalog: one statement.
    pub(crate) async fn read(connection: Connection<'_>, dialect: Dialect) -> Result<Self, DbErr> {
        let sql = match dialect {
            Dialect::Postgres => postgres::CATALOG,
            Dialect::Sqlite => sqlite::CATALOG,
            Dialect::MariaDb | Dialect::MySql => mysql::CATALOG,
        };
        let sql = Sql::new(dialect, sql);
        let rows = connection.all(&sql, Vec::<Value>::new()).await?;
        let mut facts = Self {
            dialect,
            server: String::new(),
            search_path: None,
            tables: BTreeSet::new(),
            uniques: BTreeSet::new(),
            cascades: BTreeSet::new(),
            keys_to_users: BTreeSet::new(),
            indexes: BTreeMap::new(),
            requiring_user: BTreeSet::new(),
            engines: BTreeMap::new(),
            coarse: BTreeMap::new(),
            collations: BTreeMap::new(),
            exact: BTreeSet::new(),
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
    /// columns (joined by commas; the engine of a table, the collation of a column, the digits of
    /// a time), and whether it can be relied on.
    fn add(&mut self, what: &str, table: String, name: String, columns: &str, verified: bool) {
        match what {
            "server" => {
                if self.dialect == Dialect::MySql && name.contains("MariaDB") {
                    self.dialect = Dialect::MariaDb;
                }
                self.server = name;
            }
            "search_path" => self.search_path = Some(name),
            // A table of another case is another table.
            _ if !TABLES.contains(&table.as_str()) => {}
            "table" => {
                if !columns.is_empty() {
                    self.engines.insert(table.clone(), columns.to_owned());
                }
                self.tables.insert(table);
            }
            "required" => {
                self.requiring_user.insert(table);
            }
            "digits" => {
                if let Ok(digits) = columns.parse() {
                    self.coarse.insert((table, name.to_lowercase()), digits);
                }
            }
            "collation" => {
                if mysql::EXACT.contains(&columns) {
                    self.exact.insert((table.clone(), self.folded(&name)));
                }
                self.collations.insert((table, name), columns.to_owned());
            }
            "exact" => {
                self.exact.insert((table, self.folded(&name)));
            }
            "foreign" => {
                self.keys_to_users.insert(name);
                if verified {
                    self.cascades.insert(table);
                }
            }
            "index" => {
                let columns: Vec<String> = columns.split(',').map(str::to_owned).collect();
                if verified {
                    let mut sorted: Vec<_> = columns.iter().map(|it| self.folded(it)).collect();
                    sorted.sort_unstable();
                    self.uniques.insert((table.clone(), sorted));
                }
                self.indexes.entry(name).or_default().push((table, columns));
            }
            _ => {}
        }
    }
}
