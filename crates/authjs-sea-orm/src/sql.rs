//! A text of SQL in the form that its server takes, made once with the plan.

use sea_orm::Value;

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
}

impl Sql {
    pub(crate) fn new(dialect: Dialect, text: impl Into<String>) -> Self {
        let text = text.into();
        match dialect {
            Dialect::Postgres => Self { text, order: None },
            // An unknown column in double quotes is a text to SQLite, and a wrong schema would
            // look like an empty table; in back-ticks it is an error.
            Dialect::Sqlite => Self {
                text: text.replace('"', "`"),
                order: None,
            },
            Dialect::MariaDb | Dialect::MySql => positional(&text),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The values as the text takes them; a number without a value is NULL.
    pub(crate) fn arrange(&self, values: Vec<Value>) -> Vec<Value> {
        match &self.order {
            None => values,
            Some(order) => order
                .iter()
                .map(|&position| values.get(position).cloned().unwrap_or(Value::Int(None)))
                .map(without_zone)
                .collect(),
        }
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

/// Turns `"` into back-ticks and each `$N` into `?`.
fn positional(text: &str) -> Sql {
    let mut rendered = String::with_capacity(text.len());
    let mut order = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => rendered.push('`'),
            '$' => {
                let mut number = None;
                while let Some(digit) = rest.peek().and_then(|next| next.to_digit(10)) {
                    number = Some(number.unwrap_or(0) * 10 + digit as usize);
                    rest.next();
                }
                match number {
                    Some(number) => {
                        rendered.push('?');
                        order.push(number.saturating_sub(1));
                    }
                    None => rendered.push('$'),
                }
            }
            other => rendered.push(other),
        }
    }
    Sql {
        text: rendered,
        order: Some(order),
    }
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
        assert_eq!(sql.arrange(values()), [2, 11, 2].map(Value::from));
    }

    #[test]
    fn mariadb_gets_times_without_a_zone() {
        let sql = Sql::new(Dialect::MariaDb, "SELECT $1");
        let last = chrono::NaiveDate::from_ymd_opt(9999, 12, 31);
        let last = last.and_then(|day| day.and_hms_opt(23, 59, 59)).unwrap();

        let arranged = sql.arrange(vec![last.and_utc().into()]);

        assert_eq!(arranged, [Value::from(last)]);
    }

    #[test]
    fn postgres_and_sqlite_number_their_parameters() {
        let postgres = Sql::new(Dialect::Postgres, TEXT);
        let sqlite = Sql::new(Dialect::Sqlite, TEXT);

        assert_eq!(postgres.text(), TEXT);
        assert_eq!(sqlite.text(), TEXT.replace('"', "`"));
        assert_eq!(postgres.arrange(values()), values());
    }
}
