//! A change of rows that tells what it did, whatever the server can return.

use authjs_adapter::ErrorKind;
use sea_orm::{QueryResult, Value};

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::row;
use crate::run::{Attempt, Problem, Run};
use crate::sql::Sql;

/// A statement that changes rows and returns them, or what does the same on a server that
/// returns none.
///
/// All texts of a change take the same values.
#[derive(Debug)]
pub(crate) enum Change {
    /// The server returns what it changed.
    Returning(Sql),
    /// MySQL: the new row is read by its key. If somebody deleted it in between it is gone, as if
    /// it had been deleted before.
    ThenRead { change: Sql, read: Sql },
    /// The rows are read as they will be, and then become what was read, or stay as they are if
    /// somebody changed in between what the change leaves alone: then both are done again.
    Foretold(Foretold),
    /// The rows are read before they are deleted; whoever deleted one has it.
    ReadFirst { read: Sql, change: Sql },
    /// The row is read by the number that the server gave it: `$1` of `read`.
    ByNumber { insert: Sql, read: Sql },
}

/// An update that is told before it is made.
#[derive(Debug)]
pub(crate) struct Foretold {
    /// Reads the rows as they will be, and the fingerprint of each.
    read: Sql,
    /// Changes the rows that become one of the fingerprints, which are the last value.
    change: Sql,
    /// How many values the update takes.
    values: usize,
    /// Where the fingerprint stands in a row.
    fingerprint: usize,
}

/// An update, in parts.
pub(crate) struct Update<'t> {
    pub(crate) table: &'t str,
    /// Columns and what they are set to.
    pub(crate) set: &'t [(&'t str, &'t str)],
    /// Which rows.
    pub(crate) condition: &'t str,
    /// The columns to return, as [`row::read`] takes them.
    pub(crate) columns: &'t [&'t str],
    /// How many values it takes.
    pub(crate) values: usize,
}

/// How often an update is told and tried while others change its rows.
const TRIES: usize = 8;

impl Change {
    /// An insert into a table whose rows are numbered; `table` is where its row is read.
    pub(crate) fn insert(dialect: Dialect, insert: &str, columns: &str, table: &str) -> Self {
        match dialect {
            Dialect::Postgres | Dialect::Sqlite | Dialect::MariaDb => {
                Self::returning(dialect, insert, columns)
            }
            Dialect::MySql => Self::ByNumber {
                insert: Sql::new(dialect, insert),
                read: Sql::new(
                    dialect,
                    format!("SELECT {columns} FROM {table} WHERE id = $1"),
                ),
            },
        }
    }

    /// An insert into a table with a key of its own, by which `row` finds its row.
    pub(crate) fn insert_keyed(dialect: Dialect, insert: &str, columns: &str, row: &str) -> Self {
        match dialect {
            Dialect::Postgres | Dialect::Sqlite | Dialect::MariaDb => {
                Self::returning(dialect, insert, columns)
            }
            Dialect::MySql => Self::then_read(dialect, insert, columns, row),
        }
    }

    pub(crate) fn update(facts: &SchemaFacts, update: &Update<'_>) -> Self {
        let dialect = facts.dialect();
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => {
                let columns = row::read(dialect, update.columns, str::to_owned);
                Self::returning(dialect, &update.text(), &columns)
            }
            Dialect::MariaDb | Dialect::MySql => Self::Foretold(Foretold::new(facts, update)),
        }
    }

    /// Deletes the rows of `rows`: a table and a condition.
    pub(crate) fn delete(dialect: Dialect, rows: &str, columns: &str) -> Self {
        let delete = format!("DELETE FROM {rows}");
        match dialect {
            Dialect::Postgres | Dialect::Sqlite | Dialect::MariaDb => {
                Self::returning(dialect, &delete, columns)
            }
            Dialect::MySql => Self::ReadFirst {
                read: Sql::new(dialect, format!("SELECT {columns} FROM {rows}")),
                change: Sql::new(dialect, delete),
            },
        }
    }

    fn returning(dialect: Dialect, change: &str, columns: &str) -> Self {
        Self::Returning(Sql::new(dialect, format!("{change} RETURNING {columns}")))
    }

    fn then_read(dialect: Dialect, change: &str, columns: &str, rows: &str) -> Self {
        Self::ThenRead {
            change: Sql::new(dialect, change),
            read: Sql::new(dialect, format!("SELECT {columns} FROM {rows}")),
        }
    }
}

impl Update<'_> {
    fn text(&self) -> String {
        let Self {
            table,
            set,
            condition,
            ..
        } = self;
        let assignments: Vec<String> = set
            .iter()
            .map(|(column, value)| format!("{column} = {value}"))
            .collect();
        format!(
            "UPDATE {table} SET {} WHERE {condition}",
            assignments.join(", ")
        )
    }

    /// What a column holds afterwards, in its type: a parameter alone has none, and a column may
    /// keep less of a time than it is given.
    fn afterwards(&self, facts: &SchemaFacts, column: &str) -> String {
        let set = self.set.iter().find(|(name, _)| *name == column);
        match set {
            None => column.to_owned(),
            Some((_, value)) if row::is_time(column) => {
                let digits = facts.time_digits(self.table, column);
                format!("CAST({value} AS DATETIME({digits}))")
            }
            Some((_, value)) if row::is_number(column) => format!("CAST({value} AS SIGNED)"),
            Some((_, value)) => (*value).to_owned(),
        }
    }
}

impl Foretold {
    /// The read locks the rows: inside a transaction nobody can change them any more, and it sees
    /// what the update will find, whatever the transaction has seen before.
    fn new(facts: &SchemaFacts, update: &Update<'_>) -> Self {
        let dialect = facts.dialect();
        let Update {
            table, condition, ..
        } = update;
        let columns = row::read(dialect, update.columns, |column| {
            update.afterwards(facts, column)
        });
        let fingerprint = format!("SHA2(JSON_ARRAY({columns}), 256)");
        let read =
            format!("SELECT {columns}, {fingerprint} FROM {table} WHERE {condition} FOR UPDATE");
        let change = format!(
            "{} AND FIND_IN_SET({fingerprint}, ${})",
            update.text(),
            update.values + 1
        );
        Self {
            read: Sql::new(dialect, read),
            change: Sql::new(dialect, change),
            values: update.values,
            fingerprint: update.columns.len(),
        }
    }

    fn fingerprints(&self, rows: &[QueryResult]) -> Attempt<String> {
        let fingerprints = rows
            .iter()
            .map(|row| row.try_get_by_index::<String>(self.fingerprint));
        Ok(fingerprints.collect::<Result<Vec<_>, _>>()?.join(","))
    }
}

/// Inserts a row of the user `$1`, who is locked meanwhile, or none if there is no such user.
/// The columns stand before and after `"userId"`.
///
/// MariaDB and MySQL would lock the whole table for an `INSERT ... SELECT`, to number its rows,
/// and whoever waits for a row meanwhile makes all others wait; so that the user is a value
/// there, and nobody is NULL, which the column refuses.
pub(crate) fn insert_of_user(
    facts: &SchemaFacts,
    table: &str,
    before: &[(&str, &str)],
    after: &[(&str, &str)],
) -> String {
    let dialect = facts.dialect();
    let lock = dialect.lock_parent();
    let is_value = facts.requires_user(table);
    let user = if is_value {
        format!("(SELECT id FROM users WHERE id = $1{lock})")
    } else {
        "id".to_owned()
    };
    let user = [("\"userId\"", user.as_str())];
    let all = before.iter().chain(&user).chain(after);
    let (columns, values): (Vec<&str>, Vec<&str>) = all.copied().unzip();
    let (columns, values) = (columns.join(", "), values.join(", "));
    if is_value {
        format!("INSERT INTO {table} ({columns}) VALUES ({values})")
    } else {
        format!("INSERT INTO {table} ({columns}) SELECT {values} FROM users WHERE id = $1{lock}")
    }
}

impl Run<'_> {
    /// The row that an [`insert_of_user`] made; none if there is no such user.
    pub(crate) async fn change_of_user(
        self,
        insert: &Change,
        values: Vec<Value>,
    ) -> Attempt<Vec<QueryResult>> {
        match self.change(insert, values).await {
            Err(problem) if self.failure(&problem).is_some_and(|it| it.is_nobody()) => {
                Ok(Vec::new())
            }
            rows => rows,
        }
    }

    /// The rows that a change made, replaced or removed. Where it matched none, nothing is read.
    pub(crate) async fn change(
        self,
        change: &Change,
        values: Vec<Value>,
    ) -> Attempt<Vec<QueryResult>> {
        match change {
            Change::Returning(sql) => self.all(sql, values).await,
            Change::ThenRead { change, read } => {
                if self.execute(change, values.clone()).await? == 0 {
                    return Ok(Vec::new());
                }
                self.read_back(read, values).await
            }
            Change::Foretold(foretold) => self.foretell(foretold, values).await,
            Change::ReadFirst { read, change } => {
                let rows = self.all(read, values.clone()).await?;
                if rows.is_empty() || self.execute(change, values).await? == 0 {
                    return Ok(Vec::new());
                }
                Ok(rows)
            }
            Change::ByNumber { insert, read } => match self.insert(insert, values).await? {
                Some(number) => self.read_back(read, vec![number.into()]).await,
                None => Ok(Vec::new()),
            },
        }
    }

    async fn foretell(self, foretold: &Foretold, values: Vec<Value>) -> Attempt<Vec<QueryResult>> {
        if values.len() != foretold.values {
            return Err(self.unexpected("values").into());
        }
        for _ in 0..TRIES {
            let rows = self.all(&foretold.read, values.clone()).await?;
            if rows.is_empty() {
                return Ok(rows);
            }
            let mut gated = values.clone();
            gated.push(foretold.fingerprints(&rows)?.into());
            if self.execute(&foretold.change, gated).await? == rows.len() as u64 {
                return Ok(rows);
            }
        }
        Err(self.error(ErrorKind::Busy).into())
    }

    /// Reads what was changed. Without an answer nobody is told that nothing was applied.
    async fn read_back(self, read: &Sql, values: Vec<Value>) -> Attempt<Vec<QueryResult>> {
        let rows = self.all(read, values).await;
        rows.map_err(Problem::afterwards)
    }
}
