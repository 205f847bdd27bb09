//! A text of SQL in the form that its server takes, made once with the plan.

use sea_orm::{DbErr, RuntimeErr, Value};

use crate::dialect::Dialect;

/// One statement.
///
/// The texts of this crate quote names with `"` and number their parameters (`$1`), each as
/// often and in any order as it is needed. MySQL and MariaDB take back-ticks and `?` instead,
/// so that the values are put into the order of the text.
#[derive(Debug)]
pub(crate) struct Sql {
    text: String,
    /// Which value stands at each `?`; `None` where parameters are numbered.
    order: Option<Vec<usize>>,
    /// How many values it takes: the highest number of one.
    values: usize,
}

impl Sql {
    pub(crate) fn new(dialect: Dialect, text: impl Into<String>) -> Self {
        let text = text.into();
        let values = numbers(&text).max().unwrap_or(0);
        match dialect {
            Dialect::Postgres => Self {
                text,
                order: None,
                values,
            },
            // An unknown column in double quotes is a text to SQLite, and a wrong schema would
            // look like an empty table; in back-ticks it is an error.
            Dialect::Sqlite => Self {
                text: text.replace('"', "`"),
                order: None,
                values,
            },
            Dialect::MariaDb | Dialect::MySql => Self {
                text: positional(&text),
                order: Some(numbers(&text).map(|number| number - 1).collect()),
                values,
            },
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The values as the text takes them.
    ///
    /// # Errors
    /// A number has no value: to SQLite it would be NULL.
    pub(crate) fn arrange(&self, values: Vec<Value>) -> Result<Vec<Value>, DbErr> {
        if values.len() < self.values {
            let missing = "a statement lacks a value".to_owned();
            return Err(DbErr::Query(RuntimeErr::Internal(missing)));
        }
        Ok(match &self.order {
            None => values,
            Some(order) => order
                .iter()
                .filter_map(|&position| values.get(position).cloned())
                .map(without_zone)
                .collect(),
        })
    }
}

/// A time as `DATETIME` has it: the driver sends one with a zone as a `TIMESTAMP`, and MariaDB
/// takes the last of our years in that form for NULL.
fn without_zone(value: Value) -> Value {
    match value {
        Value::ChronoDateTimeUtc(time) => Value::ChronoDateTime(time.map(|time| time.naive_utc())),
        other => other,
    }
}

/// The numbers of the parameters, in the order of the text.
fn numbers(text: &str) -> impl Iterator<Item = usize> {
    // What stands before the first `$` is no number.
    text.split('$').skip(1).filter_map(|rest| {
        let (number, _) = rest.split_at(digits(rest));
        number.parse().ok().filter(|number| *number > 0)
    })
}

/// Turns `"` into back-ticks and each `$N` into `?`.
fn positional(text: &str) -> String {
    let mut parts = text.split('$');
    let mut rendered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_at(digits(part));
        rendered.push(if number.is_empty() { '$' } else { '?' });
        rendered.push_str(rest);
    }
    rendered.replace('"', "`")
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    let end = text.find(|character: char| !character.is_ascii_digit());
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use sea_orm::Value;

    use super::{Dialect, Sql};

    const TEXT: &str = "SELECT \"a\", '$[*]' FROM t WHERE b = $2 AND c = $11 AND d = $2";

    fn values() -> Vec<Value> {
        (1..=11).map(Value::from).collect()
    }

    #[test]
    fn mariadb_gets_positions_and_the_values_in_their_order() {
        let sql = Sql::new(Dialect::MariaDb, TEXT);

        let text = "SELECT `a`, '$[*]' FROM t WHERE b = ? AND c = ? AND d = ?";
        assert_eq!(sql.text(), text);
        assert_eq!(sql.arrange(values()).unwrap(), [2, 11, 2].map(Value::from));
    }

    #[test]
    fn mariadb_gets_times_without_a_zone() {
        let sql = Sql::new(Dialect::MariaDb, "SELECT $1");
        let last = chrono::NaiveDate::from_ymd_opt(9999, 12, 31);
        let last = last.and_then(|day| day.and_hms_opt(23, 59, 59)).unwrap();

        let arranged = sql.arrange(vec![last.and_utc().into()]);

        assert_eq!(arranged.unwrap(), [Value::from(last)]);
    }

    #[test]
    fn postgres_and_sqlite_number_their_parameters() {
        let postgres = Sql::new(Dialect::Postgres, TEXT);
        let sqlite = Sql::new(Dialect::Sqlite, TEXT);

        assert_eq!(postgres.text(), TEXT);
        assert_eq!(sqlite.text(), TEXT.replace('"', "`"));
        assert_eq!(postgres.arrange(values()).unwrap(), values());
    }

    #[test]
    fn a_value_that_is_missing_is_an_error() {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::MariaDb] {
            let sql = Sql::new(dialect, TEXT);
            let mut values = values();
            values.pop();

            let arranged = sql.arrange(values);

            assert!(arranged.is_err(), "{dialect:?}: {arranged:?}");
        }
    }
}
