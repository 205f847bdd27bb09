//! Sessions, with a rule broken.

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, Field, NewSession, Operation, Result, Session, SessionPatch,
    SessionToken, Unique, User,
};
use chrono::TimeDelta;

use crate::accounts::is_orphan;
use crate::mutant::Mutant;
use crate::rule::Rule;

/// The row as the mutant returns it.
pub(crate) fn shown(m: &Mutant, mut session: Session) -> Session {
    if m.breaks(Rule::ReturnsTheStoredHash) {
        session.session_token = session.session_token.handle().as_str().into();
    }
    session
}

pub(crate) async fn create_session(m: &Mutant, new: NewSession) -> Result<Session> {
    let operation = Operation::CreateSession;
    let expires = new.expires;
    let mut new = m.bend_session(new)?;
    new.user_id = m.id(operation, &new.user_id)?;
    let found = m.session(&new.session_token);
    let conflict = Error::new(operation, ErrorKind::Conflict(Unique::SessionToken));
    match m.rule() {
        Some(Rule::ConflictBeforeUserMissing) if found.is_some() => return Err(conflict),
        Some(Rule::UniqueUserId)
            if m.rows()
                .sessions
                .iter()
                .any(|row| row.user_id == new.user_id) =>
        {
            return Err(Error::new(operation, ErrorKind::Conflict(Unique::Other)));
        }
        Some(Rule::RefusesEndedSessions) if new.expires <= m.now() => {
            let field = Field::Expires;
            return Err(Error::new(operation, ErrorKind::InvalidInput { field }));
        }
        Some(Rule::CreateSessionUpserts) if found.is_some() => {
            m.inner.delete_session(&new.session_token).await?;
        }
        Some(Rule::ChecksTheTokenThenInserts) if found.is_none() => m.pause().await,
        Some(Rule::ChecksTheUserThenInserts) => {
            if m.inner.get_user(&new.user_id).await?.is_none() {
                return m.inner.create_session(new).await;
            }
            m.pause().await;
        }
        Some(Rule::CreatesInTwoSteps) => return create_in_two_steps(m, new).await,
        _ => {}
    }
    let mut created = match m.inner.create_session(new.clone()).await {
        Err(error) if is_orphan(m, &error) || is_late(m, &error, found.is_some()) => haunt(m, new),
        result => result?,
    };
    if m.breaks(Rule::ReturnsTheArgument) {
        created.expires = expires;
    }
    Ok(shown(m, created))
}

/// Inserts a session that is about to end, then sets its end.
async fn create_in_two_steps(m: &Mutant, new: NewSession) -> Result<Session> {
    let patch = SessionPatch {
        expires: Some(new.expires),
    };
    let short = NewSession {
        expires: m.now() + TimeDelta::milliseconds(1),
        ..new
    };
    let created = m.inner.create_session(short).await?;
    m.pause().await;
    let updated = m
        .inner
        .update_session(&created.session_token, patch)
        .await?;
    Ok(updated.unwrap_or(created))
}

/// Whether the insert came after a check that no longer holds.
fn is_late(m: &Mutant, error: &Error, was_taken: bool) -> bool {
    match m.rule() {
        Some(Rule::ChecksTheUserThenInserts) => error.kind() == ErrorKind::UserMissing,
        Some(Rule::ChecksTheTokenThenInserts) => {
            !was_taken && error.kind() == ErrorKind::Conflict(Unique::SessionToken)
        }
        _ => false,
    }
}

/// Adds a session that no constraint stops.
fn haunt(m: &Mutant, new: NewSession) -> Session {
    let mut ghosts = m.ghosts();
    let twin = Session {
        id: Some(format!("twin-{}", ghosts.sessions.len())),
        session_token: new.session_token,
        user_id: new.user_id,
        expires: new.expires,
    };
    ghosts.sessions.push(twin.clone());
    twin
}

pub(crate) async fn get_session_and_user(
    m: &Mutant,
    token: &SessionToken,
) -> Result<Option<(Session, User)>> {
    let mut token = m.token(Operation::GetSessionAndUser, token)?;
    if m.breaks(Rule::TakesTheHandleForTheToken) {
        let mut sessions = m.rows().sessions.into_iter().map(|row| row.session_token);
        let hashed = sessions.find(|stored| stored.handle().as_str() == token.expose());
        token = hashed.unwrap_or(token);
    }
    let Some(session) = m.session(&token) else {
        return Ok(None);
    };
    if !m.is_live(session.expires) {
        if m.breaks(Rule::DeletesOnRead) {
            m.inner.delete_session(&token).await?;
        }
        return Ok(None);
    }
    if m.breaks(Rule::FailsWithoutTheUser) {
        m.pause().await;
    }
    let user = m.inner.get_user(&session.user_id).await?;
    if m.breaks(Rule::FailsWithoutTheUser) && user.is_none() {
        return Err(Error::new(
            Operation::GetSessionAndUser,
            ErrorKind::Internal,
        ));
    }
    let user = user.map(|user| m.joined(user));
    Ok(user.map(|user| (shown(m, session), m.read_user(user))))
}

pub(crate) async fn update_session(
    m: &Mutant,
    token: &SessionToken,
    mut patch: SessionPatch,
) -> Result<Option<Session>> {
    let operation = Operation::UpdateSession;
    let token = &m.token(operation, token)?;
    patch.expires = patch.expires.map(|time| m.time(time));
    let found = m.session(token);
    match m.rule() {
        Some(Rule::EmptyPatchesFail) if patch.expires.is_none() => {
            return Err(Error::new(operation, ErrorKind::Internal));
        }
        Some(Rule::ReadsTheFirstSession) if patch.expires.is_none() => {
            return Ok(m.rows().sessions.into_iter().next());
        }
        Some(Rule::UpdateSessionNeverShortens) => {
            patch.expires = patch.expires.max(found.map(|row| row.expires));
        }
        Some(Rule::UpdateSessionSkipsExpired)
            if found.as_ref().is_some_and(|row| row.expires <= m.now()) =>
        {
            return Ok(None);
        }
        Some(Rule::UpdatesSessionsByUser) => {
            for row in m.rows().sessions {
                if found
                    .as_ref()
                    .is_some_and(|found| found.user_id == row.user_id)
                {
                    m.inner
                        .update_session(&row.session_token, patch.clone())
                        .await?;
                }
            }
        }
        Some(Rule::FindsThenSaves) => {
            m.pause().await;
            let updated = m.inner.update_session(token, patch).await?;
            return match (updated, found) {
                (None, Some(row)) => Ok(m.inner.create_session(again(row)).await.ok()),
                (updated, _) => Ok(updated),
            };
        }
        Some(Rule::ReplacesSessions) => {
            let Some(mut row) = m.inner.delete_session(token).await? else {
                return Ok(None);
            };
            m.pause().await;
            row.expires = patch.expires.unwrap_or(row.expires);
            return m.inner.create_session(again(row)).await.map(Some);
        }
        Some(Rule::UpdatesInsertSessions) if found.is_none() => return insert(m, token).await,
        _ => {}
    }
    let updated = m.inner.update_session(token, patch).await?;
    Ok(match m.rule() {
        Some(Rule::UpdateSessionReturnsNothing) => None,
        _ => updated.map(|session| shown(m, session)),
    })
}

/// Inserts a session of the first user, where nothing was to be inserted.
pub(crate) async fn insert(m: &Mutant, token: &SessionToken) -> Result<Option<Session>> {
    let Some(user) = m.rows().users.into_iter().next() else {
        return Ok(None);
    };
    let new = NewSession {
        session_token: token.clone(),
        user_id: user.id,
        expires: m.now(),
    };
    Ok(m.inner.create_session(new).await.ok())
}

pub(crate) fn again(row: Session) -> NewSession {
    NewSession {
        session_token: row.session_token,
        user_id: row.user_id,
        expires: row.expires,
    }
}

pub(crate) async fn delete_session(m: &Mutant, token: &SessionToken) -> Result<Option<Session>> {
    let operation = Operation::DeleteSession;
    let token = &m.token(operation, token)?;
    let found = m.session(token);
    match m.rule() {
        Some(Rule::FindsThenDeletes) => {
            m.pause().await;
            m.inner.delete_session(token).await?;
            Ok(found)
        }
        Some(Rule::DeletesSkipExpired) if found.is_some_and(|row| row.expires <= m.now()) => {
            Ok(None)
        }
        Some(Rule::DeletesSessionsByUser) => {
            let removed = m.inner.delete_session(token).await?;
            for row in m.rows().sessions {
                if removed
                    .as_ref()
                    .is_some_and(|removed| removed.user_id == row.user_id)
                {
                    m.inner.delete_session(&row.session_token).await?;
                }
            }
            Ok(removed)
        }
        _ => {
            let removed = m.inner.delete_session(token).await?;
            m.removed(operation, removed.map(|session| shown(m, session)))
        }
    }
}
