//! Devices, in the order of the trait.

use authjs_adapter::{Field, check_time};
use authjs_adapter::{
    Session, SessionHandle, SessionInfo, SessionToken, UserId, truncate_to_millis,
};
use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use crate::change::{Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::id;
use crate::key::Key;
use crate::row::{self, Reader};
use crate::run::{Attempt, Run, TokenStorage};
use crate::sessions::{self, Take};
use crate::sql::Sql;

/// The statements of this file.
#[derive(Debug)]
pub(crate) struct SessionAdminStatements {
    /// Lists stored tokens: hashes, or raw ones where the server cannot hash.
    list_stored: Sql,
    /// Lists hashes of raw tokens, which then never leave the server.
    list_hashed: Option<Sql>,
    revoke_stored: Change,
    revoke_hashed: Option<Change>,
    all_of_user: Sql,
    revoke_all: Sql,
    revoke_others: Sql,
    touch: Change,
    owners: Option<Sql>,
}

impl SessionAdminStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let expires = dialect.time("expires");
        let is_unique = facts.is_unique("sessions", &["sessionToken"]);
        let later = dialect.later("expires", "$3");
        let is_live = dialect.is_after("expires", "$2");
        let guard = if is_unique {
            String::new()
        } else {
            no_live_twin(facts)
        };
        let sql = |text: String| Sql::new(dialect, text);
        let list = |handle: &str| {
            sql(format!(
                "SELECT {handle}, {expires} FROM sessions \
                 WHERE \"userId\" = $1 AND {is_live}"
            ))
        };
        let revoke = |is_the_one: &str| {
            let rows = format!("sessions WHERE \"userId\" = $1 AND {is_the_one}");
            Change::delete(dialect, &rows, &expires)
        };
        let hash = match dialect {
            Dialect::Postgres => {
                Some("encode(sha256(convert_to(\"sessionToken\", 'UTF8')), 'hex')")
            }
            Dialect::MariaDb | Dialect::MySql => {
                Some("SHA2(CONVERT(\"sessionToken\" USING utf8mb4), 256)")
            }
            Dialect::Sqlite => None,
        };
        let of_user = "FROM sessions WHERE \"userId\" = $1";
        let is_the_one = facts.same(Key::SessionToken, "$1");
        let live_of_token = format!("sessions WHERE {is_the_one} AND {is_live}");
        let touch = Update {
            table: "sessions",
            set: &[("expires", &later)],
            condition: &format!("{is_the_one} AND {is_live}{guard}"),
            columns: &row::SESSION,
            values: 3,
        };
        Self {
            list_stored: list("\"sessionToken\""),
            list_hashed: hash.map(list),
            revoke_stored: revoke(&facts.same(Key::SessionToken, "$2")),
            revoke_hashed: hash.map(|hash| revoke(&format!("{hash} = $2"))),
            all_of_user: sql(format!("SELECT \"sessionToken\" {of_user}")),
            revoke_all: sql(format!("DELETE {of_user}")),
            revoke_others: sql(format!(
                "DELETE {of_user} AND {}",
                facts.differs(Key::SessionToken, "$2")
            )),
            touch: Change::update(facts, &touch),
            owners: (!is_unique).then(|| {
                sql(format!(
                    "SELECT count(DISTINCT \"userId\") FROM {live_of_token}"
                ))
            }),
        }
    }
}

/// Leaves out live rows while somebody else has one with the same token.
fn no_live_twin(facts: &SchemaFacts) -> String {
    let dialect = facts.dialect();
    format!(
        " AND NOT EXISTS (SELECT 1 FROM {} o WHERE {} AND {} \
         AND o.\"userId\" <> sessions.\"userId\")",
        dialect.sessions_of_token(&facts.same(Key::SessionToken, "$1")),
        facts.same_as(Key::SessionToken, "o.\"sessionToken\"", "$1"),
        dialect.is_after("o.expires", "$2")
    )
}

pub(crate) async fn list_sessions(run: Run<'_>, user_id: &UserId) -> Attempt<Vec<SessionInfo>> {
    let Some(number) = id::parse(user_id) else {
        return Ok(Vec::new());
    };
    let plan = run.plan().await?;
    let statements = &plan.session_admin;
    let values = vec![number.into(), run.now().into()];
    let (sql, must_hash) = match (run.shared.tokens, &statements.list_hashed) {
        (TokenStorage::Raw, Some(hashed)) => (hashed, false),
        (TokenStorage::Raw, None) => (&statements.list_stored, true),
        (TokenStorage::Hashed, _) => (&statements.list_stored, false),
    };
    let rows = run.all(sql, values).await?;
    let mut sessions = rows
        .iter()
        .map(|row| {
            let mut reader = Reader::new(row, plan.dialect);
            let text: String = reader.get()?;
            let handle = if must_hash {
                SessionToken::new(text).handle()
            } else {
                SessionHandle::new(text)
            };
            Ok(SessionInfo {
                handle,
                user_id: user_id.clone(),
                expires: reader.time()?,
            })
        })
        .collect::<Attempt<Vec<_>>>()?;
    sessions.sort_unstable_by(|a, b| b.expires.cmp(&a.expires).then(a.handle.cmp(&b.handle)));
    Ok(sessions)
}

pub(crate) async fn revoke(
    run: Run<'_>,
    user_id: &UserId,
    handle: &SessionHandle,
) -> Attempt<Option<SessionInfo>> {
    let Some(number) = id::parse(user_id) else {
        return Ok(None);
    };
    if !handle.is_possible() {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let statements = &plan.session_admin;
    let (revoke, key) = match (run.shared.tokens, &statements.revoke_hashed) {
        (TokenStorage::Raw, Some(hashed)) => (hashed, handle.as_str().to_owned()),
        (TokenStorage::Hashed, _) => (&statements.revoke_stored, handle.as_str().to_owned()),
        (TokenStorage::Raw, None) => {
            let rows = run
                .all(&statements.all_of_user, vec![number.into()])
                .await?;
            match token_of(&rows, handle)? {
                Some(token) => (&statements.revoke_stored, token),
                None => return Ok(None),
            }
        }
    };
    let rows = run.change(revoke, vec![number.into(), key.into()]).await?;
    let ends = rows
        .iter()
        .map(|row| Reader::new(row, plan.dialect).time())
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ends.into_iter().max().map(|expires| SessionInfo {
        handle: handle.clone(),
        user_id: user_id.clone(),
        expires,
    }))
}

pub(crate) async fn revoke_all(
    run: Run<'_>,
    user_id: &UserId,
    except: Option<&SessionToken>,
) -> Attempt<u64> {
    let Some(number) = id::parse(user_id) else {
        return Ok(0);
    };
    let plan = run.plan().await?;
    match except.filter(|token| sessions::is_possible(token)) {
        Some(token) => {
            let values = vec![number.into(), run.stored(token).into()];
            run.execute(&plan.session_admin.revoke_others, values).await
        }
        None => {
            run.execute(&plan.session_admin.revoke_all, vec![number.into()])
                .await
        }
    }
}

pub(crate) async fn touch_session(
    run: Run<'_>,
    token: &SessionToken,
    expires: DateTime<Utc>,
) -> Attempt<Option<Session>> {
    check_time(Field::Expires, expires).map_err(|invalid| run.invalid(invalid))?;
    if !sessions::is_possible(token) {
        return Ok(None);
    }
    let plan = run.plan().await?;
    let (stored, now) = (run.stored(token), run.now());
    let values = vec![
        stored.clone().into(),
        now.into(),
        truncate_to_millis(expires).into(),
    ];
    let owners = &plan.session_admin.owners;
    let owners = owners
        .as_ref()
        .map(|sql| (sql, vec![stored.into(), now.into()]));
    sessions::take_or_tell(
        run,
        token,
        (Take::Change(&plan.session_admin.touch), values),
        owners,
    )
    .await
}

/// The stored token that has this handle.
fn token_of(rows: &[QueryResult], handle: &SessionHandle) -> Attempt<Option<String>> {
    for row in rows {
        let token: String = row.try_get_by_index(0)?;
        if SessionToken::new(token.as_str()).handle() == *handle {
            return Ok(Some(token));
        }
    }
    Ok(None)
}
