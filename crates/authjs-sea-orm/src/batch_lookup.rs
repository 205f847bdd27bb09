//! Many "who is this?" in one statement.

use std::collections::HashMap;

use authjs_adapter::{ErrorKind, Result, Session, SessionToken, User, check_batch};
use sea_orm::Value;
#[cfg(feature = "postgres")]
use sea_orm::sea_query::ArrayType;

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::row::Reader;
use crate::run::{Outcome, Run};
use crate::sessions;

/// The answers to some tokens, by what is stored for them.
type Answers = HashMap<String, Result<(Session, User)>>;

/// The session look-up for a list of stored tokens.
pub(crate) fn statement(dialect: Dialect, facts: &SchemaFacts) -> String {
    let is_unique = facts.is_unique("sessions", &["sessionToken"]);
    let twin = if is_unique {
        "false".to_owned()
    } else {
        sessions::live_row_of_another_user(dialect)
    };
    let listed = match dialect {
        Dialect::Postgres => "= ANY($1)",
        Dialect::Sqlite => "IN (SELECT value FROM json_each($1))",
    };
    // Of equal rows the last one wins, as it does when they are collected.
    format!(
        "SELECT s.\"sessionToken\", {twin}, {} \
         FROM sessions s JOIN users u ON u.id = s.\"userId\" \
         WHERE s.\"sessionToken\" {listed} AND {} \
         ORDER BY s.expires, s.id DESC",
        sessions::joined(dialect),
        dialect.is_after("s.expires", "$2")
    )
}

pub(crate) async fn get_sessions_and_users(
    run: Run<'_>,
    tokens: &[SessionToken],
) -> Outcome<Vec<Result<Option<(Session, User)>>>> {
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

async fn find(run: Run<'_>, possible: &HashMap<String, &SessionToken>) -> Outcome<Answers> {
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
