//! Whether a database can keep what is promised.

mod expected;
mod finding;
mod mysql;
mod postgres;
mod sqlite;

use std::collections::{BTreeMap, BTreeSet};

use authjs_adapter::Result;
use sea_orm::{DbErr, QueryResult};

pub use self::finding::{Finding, FindingKind, Unfit};

use self::expected::{CHILDREN, Columns, INDICES, KEYS, Shape, TABLES, UNIQUES};
use crate::adapter::SeaOrmAdapter;
use crate::connect::Pool;
use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::run::{Attempt, Run};
use crate::sql::Sql;

/// Tells what is missing or wrong in a database; nothing, if all promises hold.
///
/// Reads the catalog only, which every role may do that may read the tables; to one that may do
/// nothing else MariaDB does not tell whether rows go with their user. Names of constraints do not
/// count. Tables, first, then what concerns the whole database.
///
/// # Errors
/// The database could not be asked: `Unavailable`, `Busy`, `Internal`.
pub async fn verify(pool: impl Into<Pool>) -> Result<Vec<Finding>> {
    SeaOrmAdapter::shared_with_authjs(pool).verify().await
}

/// What the database says of itself.
struct State {
    dialect: Dialect,
    facts: SchemaFacts,
    /// The types of columns, by table and name.
    columns: BTreeMap<(String, String), String>,
    inexact: BTreeSet<(String, String)>,
    /// The first columns of indices.
    indexed: BTreeSet<(String, String)>,
    /// Tables of which a policy hides rows.
    hidden: BTreeSet<String>,
    /// Tables whose constraints this role is not told.
    unseen: BTreeSet<String>,
    settings: Vec<FindingKind>,
}

pub(crate) async fn findings(run: Run<'_>) -> Attempt<Vec<Finding>> {
    let dialect = Dialect::of(run.connection.backend()).ok_or(DbErr::BackendNotSupported {
        db: "this server",
        ctx: "authjs",
    })?;
    // Of such a database nothing else that is asked can be believed.
    if Box::pin(run.shared.pool.is_behind_transaction_pooler()).await {
        return Ok(vec![of_setting(FindingKind::TransactionPooler)]);
    }
    // As any diagnosis it asks whoever found no server before, and its success is theirs too.
    let state = State::read(run.connection, dialect).await?;
    run.shared.pool.answered();
    let tables = TABLES.iter().flat_map(|(name, columns)| {
        if state.facts.has_table(name) {
            state.of_table(name, columns)
        } else {
            vec![missing_table(name)]
        }
    });
    let mut findings: Vec<Finding> = tables.collect();
    findings.extend(state.settings.iter().copied().map(of_setting));
    Ok(findings)
}

/// The stock schema of `@auth/pg-adapter` has no authenticators: only passkeys need them.
fn missing_table(name: &'static str) -> Finding {
    let finding = Finding::new(FindingKind::MissingTable).of(name, &[]);
    if name == "authenticators" {
        finding
    } else {
        finding.breaks("P23")
    }
}

fn of_setting(kind: FindingKind) -> Finding {
    Finding::new(kind).breaks(match kind {
        FindingKind::ForeignKeysOff => "P6",
        FindingKind::TransactionPooler => "P13",
        FindingKind::NotUtf8 | FindingKind::NotStrict => "P23",
        _ => "P31",
    })
}

impl State {
    /// Two statements, and on SQLite a third.
    async fn read(connection: Connection<'_>, dialect: Dialect) -> Result<Self, DbErr> {
        let facts = SchemaFacts::read(connection, dialect).await?;
        let sql = match dialect {
            Dialect::Postgres => postgres::STATE,
            Dialect::Sqlite => sqlite::STATE,
            Dialect::MariaDb | Dialect::MySql => mysql::STATE,
        };
        let mut state = Self {
            dialect,
            facts,
            columns: BTreeMap::new(),
            inexact: BTreeSet::new(),
            indexed: BTreeSet::new(),
            hidden: BTreeSet::new(),
            unseen: BTreeSet::new(),
            settings: Vec::new(),
        };
        for row in connection.all(&Sql::new(dialect, sql), Vec::new()).await? {
            state.add(&row)?;
        }
        if dialect == Dialect::Sqlite {
            state.add_folding(connection).await?;
        }
        Ok(state)
    }

    async fn add_folding(&mut self, connection: Connection<'_>) -> Result<(), DbErr> {
        let known = KEYS
            .into_iter()
            .filter(|(table, column)| self.columns.contains_key(&self.key(table, column)));
        let Some(sql) = sqlite::folding(known) else {
            return Ok(());
        };
        let sql = Sql::new(self.dialect, sql);
        for row in connection.all(&sql, Vec::new()).await? {
            self.add(&row)?;
        }
        Ok(())
    }

    fn add(&mut self, row: &QueryResult) -> Result<(), DbErr> {
        let what: String = row.try_get_by_index(0)?;
        let table: String = row.try_get_by_index(1)?;
        let name: String = row.try_get_by_index(2)?;
        let key = (table, self.folded(&name));
        match what.as_str() {
            "hidden" => {
                self.hidden.insert(key.0);
            }
            "unseen" => {
                self.unseen.insert(key.0);
            }
            "column" => {
                self.columns.insert(key, row.try_get_by_index(3)?);
            }
            "inexact" => {
                self.inexact.insert(key);
            }
            "index" => {
                self.indexed.insert(key);
            }
            "not-utf8" => self.settings.push(FindingKind::NotUtf8),
            "read-only" => self.settings.push(FindingKind::ReadOnly),
            "not-strict" => self.settings.push(FindingKind::NotStrict),
            "foreign-keys-off" => self.settings.push(FindingKind::ForeignKeysOff),
            _ => {}
        }
        Ok(())
    }

    fn of_table(&self, table: &'static str, columns: Columns) -> Vec<Finding> {
        let mut findings: Vec<Finding> = columns
            .iter()
            .filter_map(|(column, shape)| self.of_column(table, column, *shape))
            .collect();
        if self
            .facts
            .engine(table)
            .is_some_and(|engine| engine != "InnoDB")
        {
            let finding = Finding::new(FindingKind::NotTransactional).of(table, &[]);
            findings.push(finding.breaks("P12"));
        }
        if self.hidden.contains(table) {
            let finding = Finding::new(FindingKind::HiddenRows).of(table, &[]);
            findings.push(finding.breaks("P13"));
        }
        for (of, columns, promise) in UNIQUES {
            if of == table && !self.facts.is_unique(table, columns) {
                let finding = Finding::new(FindingKind::MissingUnique).of(table, columns);
                findings.push(finding.breaks(promise));
            }
        }
        if CHILDREN.contains(&table) && !self.facts.cascades(table) {
            findings.push(if self.unseen.contains(table) {
                Finding::new(FindingKind::UnknownCascade).of(table, &["userId"])
            } else {
                let finding = Finding::new(FindingKind::MissingCascade).of(table, &["userId"]);
                finding.breaks("P6")
            });
        }
        for (of, column) in INDICES {
            if of == table && !self.indexed.contains(&self.key(table, column)) {
                findings.push(Finding::new(FindingKind::MissingIndex).of(table, &[column]));
            }
        }
        for (of, column) in KEYS {
            if of == table && self.inexact.contains(&self.key(table, column)) {
                let finding = Finding::new(FindingKind::InexactCollation).of(table, &[column]);
                findings.push(finding.expects(self.exact()).breaks("P24"));
            }
        }
        findings
    }

    fn of_column(
        &self,
        table: &'static str,
        column: &'static str,
        shape: Shape,
    ) -> Option<Finding> {
        let (kind, promise) = match self.columns.get(&self.key(table, column)) {
            None => (FindingKind::MissingColumn, "P23"),
            Some(found) => match self.check(shape, found)? {
                FindingKind::TooNarrow => (FindingKind::TooNarrow, "P26"),
                kind => (kind, if shape == Shape::Id { "P25" } else { "P23" }),
            },
        };
        let finding = Finding::new(kind).of(table, &[column]);
        Some(finding.expects(shape.expected()).breaks(promise))
    }

    fn check(&self, shape: Shape, found: &str) -> Option<FindingKind> {
        match self.dialect {
            Dialect::Postgres => postgres::check(shape, found),
            Dialect::Sqlite => sqlite::check(shape, found),
            Dialect::MariaDb | Dialect::MySql => mysql::check(shape, found),
        }
    }

    const fn exact(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres => postgres::EXACT,
            Dialect::Sqlite => sqlite::EXACT,
            Dialect::MariaDb | Dialect::MySql => mysql::EXACT,
        }
    }

    fn key(&self, table: &str, column: &str) -> (String, String) {
        (table.to_owned(), self.folded(column))
    }

    /// A column's name as the server compares it.
    fn folded(&self, column: &str) -> String {
        match self.dialect {
            Dialect::Postgres => column.to_owned(),
            Dialect::Sqlite | Dialect::MariaDb | Dialect::MySql => column.to_lowercase(),
        }
    }
}
