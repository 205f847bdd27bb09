//! Sessions, in the order of the trait.

use authjs_adapter::{
    ErrorKind, Field, NewSession, Session, SessionPatch, SessionToken, User, is_possible_key,
    truncate_to_millis,
};
use sea_orm::{QueryResult, Value};

use crate::change::{self, Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::key::Key;
use crate::row::{self, Reader};
use crate::run::{Attempt, Run};
use crate::sql::Sql;

/// The token of a session that is joined to its user.
pub(crate) const TOKEN: &str = "s.\"sessionToken\"";

/// The statements of this file.
///
/// Where the database does not guarantee that a token is unique, one token may have several
/// rows. Those of one user are one session, with the latest end. If another user has a live
/// row, nobody can say who is calling: the statement changes nothing and `owners` tells why.
#[derive(Debug)]
pub(crate) struct SessionStatements {
    create: Change,
    get: Sql,
    read: Sql,
    update: Change,
    delete: Change,
    /// How many users have the token, asked when a statement took no row; `None` where the
    /// token is unique.
    owners: Option<Sql>,
}

impl SessionStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::session(dialect, "");
        let joined = joined(dialect);
        let is_the_one = facts.same(Key::SessionToken, "$1");
        let of_token = format!("sessions WHERE {is_the_one}");
        let is_unique = facts.is_unique("sessions", &["sessionToken"]);
        let twin = if is_unique {
            "false".to_owned()
        } else {
            live_row_of_another_user(facts)
        };
        let is_live = dialect.is_after("s.expires", "$2");
        let guard = |now| {
            if is_unique {
                String::new()
            } else {
                not_torn(facts, now)
            }
        };
        let create = insert(facts);
        let update = Update {
            table: "sessions",
            set: &[("expires", "$2")],
            condition: &format!("{is_the_one}{}", guard("$3")),
            columns: &row::SESSION,
            values: if is_unique { 2 } else { 3 },
        };
        Self {
            create: Change::insert(dialect, &create, &columns, "sessions"),
            get: Sql::new(
                dialect,
                format!(
                    "SELECT {joined}, {twin} FROM sessions s JOIN users u ON u.id = s.\"userId\" \
                     WHERE {} AND {is_live} \
                     ORDER BY s.expires DESC, s.id LIMIT 1",
                    facts.same_as(Key::SessionToken, TOKEN, "$1")
                ),
            ),
            read: Sql::new(
                dialect,
                format!("SELECT {columns} FROM {of_token}{}", guard("$2")),
            ),
            update: Change::update(facts, &update),
            delete: Change::delete(dialect, &of_token, &columns),
            owners: (!is_unique).then(|| {
                Sql::new(
                    dialect,
                    format!("SELECT count(DISTINCT \"userId\") FROM {of_token}"),
                )
            }),
        }
    }
}

/// Inserts a session of the user `$1`.
fn insert(facts: &SchemaFacts) -> String {
    let values = [("expires", "$2"), ("\"sessionToken\"", "$3")];
    change::insert_of_user(facts, "sessions", &[], &values)
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
pub(crate) fn live_row_of_another_user(facts: &SchemaFacts) -> String {
    format!(
        "EXISTS (SELECT 1 FROM sessions o WHERE {} AND {} AND o.\"userId\" <> s.\"userId\")",
        facts.same_as(Key::SessionToken, "o.\"sessionToken\"", TOKEN),
        facts.dialect().is_after("o.expires", "$2")
    )
}

/// Leaves out the rows of a user whom another user's row puts into doubt: a live one always,
/// an expired one if this user has no live row either. `$1` is the token.
fn not_torn(facts: &SchemaFacts, now: &str) -> String {
    let dialect = facts.dialect();
    let sessions = dialect.sessions_of_token(&facts.same(Key::SessionToken, "$1"));
    let of_token = |alias| {
        let token = format!("{alias}.\"sessionToken\"");
        facts.same_as(Key::SessionToken, &token, "$1")
    };
    let (others, own) = (of_token("o"), of_token("l"));
    let others_is_live = dialect.is_after("o.expires", now);
    let own_is_live = dialect.is_after("l.expires", now);
    format!(
        " AND NOT EXISTS (SELECT 1 FROM {sessions} o \
         WHERE {others} AND o.\"userId\" <> sessions.\"userId\" \
         AND ({others_is_live} OR NOT EXISTS (SELECT 1 FROM {sessions} l \
         WHERE {own} AND l.\"userId\" = sessions.\"userId\" \
         AND {own_is_live})))"
    )
}

pub(crate) async fn create_session(run: Run<'_>, session: NewSession) -> Attempt<Session> {
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
    let rows = run.change_of_user(&plan.sessions.create, values).await?;
    latest(&rows, &session.session_token, plan.dialect)?
        .ok_or_else(|| run.error(ErrorKind::UserMissing).into())
}

pub(crate) async fn get_session_and_user(
    run: Run<'_>,
    token: &SessionToken,
) -> Attempt<Option<(Session, User)>> {
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
) -> Attempt<Option<Session>> {
    patch.check().map_err(|invalid| run.invalid(invalid))?;
    if !is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let stored = run.stored(token);
    let mut values: Vec<Value> = vec![stored.clone().into()];
    let take = match patch.expires {
        Some(expires) => {
            values.push(truncate_to_millis(expires).into());
            Take::Change(&plan.sessions.update)
        }
        None => Take::Read(&plan.sessions.read),
    };
    if plan.sessions.owners.is_some() {
        values.push(run.now().into());
    }
    let owners = plan.sessions.owners.as_ref();
    let owners = owners.map(|sql| (sql, vec![stored.into()]));
    take_or_tell(run, token, (take, values), owners).await
}

pub(crate) async fn delete_session(run: Run<'_>, token: &SessionToken) -> Attempt<Option<Session>> {
    if !is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let rows = run
        .change(&plan.sessions.delete, vec![run.stored(token).into()])
        .await?;
    latest(&rows, token, plan.dialect)
}

/// How often a statement is tried while rows of its token come and go beside it.
const TRIES: usize = 3;

/// What takes the rows of a token.
#[derive(Clone, Copy)]
pub(crate) enum Take<'s> {
    Read(&'s Sql),
    Change(&'s Change),
}

/// Runs a statement that takes the rows of a token. If it takes none, asks how many users have
/// the token: none, two who stand in each other's way, or one whose row came only now.
pub(crate) async fn take_or_tell(
    run: Run<'_>,
    token: &SessionToken,
    (take, values): (Take<'_>, Vec<Value>),
    owners: Option<(&Sql, Vec<Value>)>,
) -> Attempt<Option<Session>> {
    let plan = run.plan().await?;
    for _ in 0..TRIES {
        let rows = match take {
            Take::Read(sql) => run.all(sql, values.clone()).await?,
            Take::Change(change) => run.change(change, values.clone()).await?,
        };
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
) -> Attempt<Option<Session>> {
    let mut sessions = rows
        .iter()
        .map(|row| {
            let id: i32 = row.try_get_by_index(0)?;
            Ok((id, Reader::new(row, dialect).session(token.clone())?))
        })
        .collect::<Attempt<Vec<_>>>()?;
    sessions.sort_unstable_by_key(|(id, session)| (std::cmp::Reverse(session.expires), *id));
    Ok(sessions.into_iter().next().map(|(_, session)| session))
}
