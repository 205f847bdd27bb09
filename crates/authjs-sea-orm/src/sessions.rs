//! Sessions, in the order of the trait.

use authjs_adapter::{
    ErrorKind, Field, NewSession, Session, SessionPatch, SessionToken, User, is_possible_key,
    truncate_to_millis,
};
use sea_orm::{QueryResult, Value};

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::row::{self, Reader};
use crate::run::{Outcome, Run};

/// The statements of this file.
///
/// Where the database does not guarantee that a token is unique, one token may have several
/// rows. Those of one user are one session, with the latest end. If another user has a live
/// row, nobody can say who is calling: the statement changes nothing and `owners` tells why.
#[derive(Debug)]
pub(crate) struct SessionStatements {
    create: String,
    get: String,
    read: String,
    update: String,
    delete: String,
    /// How many users have the token, asked when a statement took no row; `None` where the
    /// token is unique.
    owners: Option<&'static str>,
}

impl SessionStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::session(dialect, "");
        let joined = joined(dialect);
        let lock = dialect.lock_parent();
        let is_unique = facts.is_unique("sessions", &["sessionToken"]);
        let twin = if is_unique {
            "false".to_owned()
        } else {
            live_row_of_another_user(dialect)
        };
        let is_live = dialect.is_after("s.expires", "$2");
        let guard = |now| {
            if is_unique {
                String::new()
            } else {
                not_torn(dialect, now)
            }
        };
        Self {
            create: format!(
                "INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
                 SELECT id, $2, $3 FROM users WHERE id = $1{lock} RETURNING {columns}"
            ),
            get: format!(
                "SELECT {joined}, {twin} FROM sessions s JOIN users u ON u.id = s.\"userId\" \
                 WHERE s.\"sessionToken\" = $1 AND {is_live} \
                 ORDER BY s.expires DESC, s.id LIMIT 1"
            ),
            read: format!(
                "SELECT {columns} FROM sessions WHERE \"sessionToken\" = $1{}",
                guard("$2")
            ),
            update: format!(
                "UPDATE sessions SET expires = $2 WHERE \"sessionToken\" = $1{} \
                 RETURNING {columns}",
                guard("$3")
            ),
            delete: format!("DELETE FROM sessions WHERE \"sessionToken\" = $1 RETURNING {columns}"),
            owners: (!is_unique).then_some(
                "SELECT count(DISTINCT \"userId\") FROM sessions WHERE \"sessionToken\" = $1",
            ),
        }
    }
}

/// The columns of a session and its user, as [`Reader::session`] and [`Reader::user`] take them.
pub(crate) fn joined(dialect: Dialect) -> String {
    format!(
        "{}, {}",
        row::session(dialect, "s."),
        row::user(dialect, "u.")
    )
}

/// True if a live row with the same token belongs to somebody else; `$2` is now.
pub(crate) fn live_row_of_another_user(dialect: Dialect) -> String {
    format!(
        "EXISTS (SELECT 1 FROM sessions o WHERE o.\"sessionToken\" = s.\"sessionToken\" \
         AND {} AND o.\"userId\" <> s.\"userId\")",
        dialect.is_after("o.expires", "$2")
    )
}

/// Leaves out the rows of a user whom another user's row puts into doubt: a live one always,
/// an expired one if this user has no live row either. `$1` is the token.
fn not_torn(dialect: Dialect, now: &str) -> String {
    let others_is_live = dialect.is_after("o.expires", now);
    let own_is_live = dialect.is_after("l.expires", now);
    format!(
        " AND NOT EXISTS (SELECT 1 FROM sessions o \
         WHERE o.\"sessionToken\" = $1 AND o.\"userId\" <> sessions.\"userId\" \
         AND ({others_is_live} OR NOT EXISTS (SELECT 1 FROM sessions l \
         WHERE l.\"sessionToken\" = $1 AND l.\"userId\" = sessions.\"userId\" \
         AND {own_is_live})))"
    )
}

pub(crate) async fn create_session(run: Run<'_>, session: NewSession) -> Outcome<Session> {
    session.check().map_err(|invalid| run.invalid(invalid))?;
    let Some(user_id) = id::parse(&session.user_id) else {
        return Err(run.error(ErrorKind::UserMissing).into());
    };
    let plan = run.plan().await?;
    let values = vec![
        user_id.into(),
        truncate_to_millis(session.expires).into(),
        run.stored(&session.session_token).into(),
    ];
    let rows = run.all(&plan.sessions.create, values).await?;
    latest(&rows, &session.session_token, plan.dialect)?
        .ok_or_else(|| run.error(ErrorKind::UserMissing).into())
}

pub(crate) async fn get_session_and_user(
    run: Run<'_>,
    token: &SessionToken,
) -> Outcome<Option<(Session, User)>> {
    if !is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let values = vec![run.stored(token).into(), run.now().into()];
    let Some(row) = run.first(&plan.sessions.get, values).await? else {
        return Ok(None);
    };
    let mut reader = Reader::new(&row, plan.dialect);
    let found = (reader.session(token.clone())?, reader.user()?);
    let has_twin: bool = reader.get()?;
    if has_twin {
        return Err(run.error(ErrorKind::Inconsistent).into());
    }
    Ok(Some(found))
}

pub(crate) async fn update_session(
    run: Run<'_>,
    token: &SessionToken,
    patch: SessionPatch,
) -> Outcome<Option<Session>> {
    patch.check().map_err(|invalid| run.invalid(invalid))?;
    if !is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let stored = run.stored(token);
    let mut values: Vec<Value> = vec![stored.clone().into()];
    let sql = match patch.expires {
        Some(expires) => {
            values.push(truncate_to_millis(expires).into());
            &plan.sessions.update
        }
        None => &plan.sessions.read,
    };
    if plan.sessions.owners.is_some() {
        values.push(run.now().into());
    }
    let owners = plan.sessions.owners.map(|sql| (sql, vec![stored.into()]));
    take_or_tell(run, token, (sql, values), owners).await
}

pub(crate) async fn delete_session(run: Run<'_>, token: &SessionToken) -> Outcome<Option<Session>> {
    if !is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let rows = run
        .all(&plan.sessions.delete, vec![run.stored(token).into()])
        .await?;
    latest(&rows, token, plan.dialect)
}

/// How often a statement is tried while rows of its token come and go beside it.
const TRIES: usize = 3;

/// Runs a statement that takes the rows of a token. If it takes none, asks how many users have
/// the token: none, two who stand in each other's way, or one whose row came only now.
pub(crate) async fn take_or_tell(
    run: Run<'_>,
    token: &SessionToken,
    (sql, values): (&str, Vec<Value>),
    owners: Option<(&str, Vec<Value>)>,
) -> Outcome<Option<Session>> {
    let plan = run.plan().await?;
    for _ in 0..TRIES {
        let rows = run.all(sql, values.clone()).await?;
        let session = latest(&rows, token, plan.dialect)?;
        let (None, Some((owners, key))) = (&session, &owners) else {
            return Ok(session);
        };
        let count: i64 = match run.first(owners, key.clone()).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => 0,
        };
        match count {
            0 => return Ok(None),
            1 => {}
            _ => return Err(run.error(ErrorKind::Inconsistent).into()),
        }
    }
    Err(run.error(ErrorKind::Busy).into())
}

/// True if a row with this token may exist.
pub(crate) fn is_possible(token: &SessionToken) -> bool {
    is_possible_key(Field::SessionToken, token.expose())
}

/// Of equal rows the one that the look-up would return: the latest end, then the lowest id.
pub(crate) fn latest(
    rows: &[QueryResult],
    token: &SessionToken,
    dialect: Dialect,
) -> Outcome<Option<Session>> {
    let mut sessions = rows
        .iter()
        .map(|row| {
            let id: i32 = row.try_get_by_index(0)?;
            Ok((id, Reader::new(row, dialect).session(token.clone())?))
        })
        .collect::<Outcome<Vec<_>>>()?;
    sessions.sort_unstable_by_key(|(id, session)| (std::cmp::Reverse(session.expires), *id));
    Ok(sessions.into_iter().next().map(|(_, session)| session))
}
