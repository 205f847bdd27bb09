//! Many "who is this?" in one statement.

use std::collections::HashMap;

use authjs_adapter::{ErrorKind, Result, Session, SessionToken, User, check_batch};
use sea_orm::Value;
#[cfg(feature = "postgres")]
use sea_orm::sea_query::ArrayType;

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::key::Key;
use crate::row::Reader;
use crate::run::{Attempt, Run};
use crate::sessions;
use crate::sql::Sql;

/// The answers to some tokens, by what is stored for them.
type Answers = HashMap<String, Result<(Session, User)>>;

/// The session look-up for a list of stored tokens.
pub(crate) fn statement(dialect: Dialect, facts: &SchemaFacts) -> Sql {
    let is_unique = facts.is_unique("sessions", &["sessionToken"]);
    let twin = if is_unique {
        "false".to_owned()
    } else {
        sessions::live_row_of_another_user(facts)
    };
    let is_listed = |operator, list| {
        let is_listed = facts.compared(Key::SessionToken, sessions::TOKEN, operator, list);
        format!(" AND {is_listed}")
    };
    let (sessions, listed) = match dialect {
        Dialect::Postgres => ("sessions s".to_owned(), is_listed("=", "ANY($1)")),
        Dialect::Sqlite => (
            "sessions s".to_owned(),
            is_listed("IN", "(SELECT value FROM json_each($1))"),
        ),
        // MariaDB would take the character set of the database.
        Dialect::MariaDb => (
            listed_first("CHARACTER SET utf8mb4", "utf8mb4_nopad_bin"),
            String::new(),
        ),
        Dialect::MySql => (listed_first("", "utf8mb4_0900_bin"), String::new()),
    };
    // Of equal rows the last one wins, as it does when they are collected.
    let text = format!(
        "SELECT s.\"sessionToken\", {twin}, {} \
         FROM {sessions} JOIN users u ON u.id = s.\"userId\" \
         WHERE {}{listed} ORDER BY s.expires, s.id DESC",
        sessions::joined(dialect),
        dialect.is_after("s.expires", "$2")
    );
    Sql::new(dialect, text)
}

/// The sessions of the tokens in a JSON text, compared byte for byte. The list comes first,
/// whatever the server thinks of its size, so that each token is looked up in the index.
fn listed_first(charset: &str, collation: &str) -> String {
    format!(
        "JSON_TABLE($1, '$[*]' COLUMNS (token varchar(255) {charset} PATH '$')) \
         AS listed \
         STRAIGHT_JOIN sessions s ON s.\"sessionToken\" = listed.token COLLATE {collation}"
    )
}

pub(crate) async fn get_sessions_and_users(
    run: Run<'_>,
    tokens: &[SessionToken],
) -> Attempt<Vec<Result<Option<(Session, User)>>>> {
    check_batch(tokens.len()).map_err(|invalid| run.invalid(invalid))?;
    let possible: HashMap<String, &SessionToken> = tokens
        .iter()
        .filter(|token| sessions::is_possible(token))
        .map(|token| (run.stored(token), token))
        .collect();
    let answers = if possible.is_empty() {
        Answers::new()
    } else {
        find(run, &possible).await?
    };
    Ok(tokens
        .iter()
        .map(|token| answers.get(&run.stored(token)).cloned().transpose())
        .collect())
}

async fn find(run: Run<'_>, possible: &HashMap<String, &SessionToken>) -> Attempt<Answers> {
    let plan = run.plan().await?;
    let list = list(plan.dialect, possible.keys());
    let rows = run
        .all(&plan.batch_lookup, vec![list, run.now().into()])
        .await?;
    let mut answers = Answers::with_capacity(rows.len());
    for row in &rows {
        let mut reader = Reader::new(row, plan.dialect);
        let stored: String = reader.get()?;
        let has_twin: bool = reader.get()?;
        let Some(token) = possible.get(&stored) else {
            return Err(run.unexpected("unasked-row").into());
        };
        let answer = if has_twin {
            Err(run.error(ErrorKind::Inconsistent))
        } else {
            Ok((reader.session((*token).clone())?, reader.user()?))
        };
        answers.insert(stored, answer);
    }
    Ok(answers)
}

/// All tokens as one parameter, so that there is one text for any number of them.
fn list<'t>(dialect: Dialect, tokens: impl Iterator<Item = &'t String>) -> Value {
    match dialect {
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let texts = tokens.map(|token| Value::from(token.as_str())).collect();
            Value::Array(ArrayType::String, Some(Box::new(texts)))
        }
        _ => {
            let texts = tokens
                .map(|token| serde_json::Value::from(token.as_str()))
                .collect();
            serde_json::Value::Array(texts).to_string().into()
        }
    }
}
