//! Sessions.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::MemoryAdapter;
use super::rows::{Refusal, Rows, take};
use crate::limits::check_time;
use crate::{
    BatchLookup, ErrorKind, Field, NewSession, Operation, Result, Session, SessionAdmin,
    SessionHandle, SessionInfo, SessionPatch, SessionToken, Unique, User, UserId, async_trait,
    check_batch, truncate_to_millis,
};

impl Rows {
    pub(super) fn create_session(&mut self, session: NewSession) -> Result<Session, Refusal> {
        session.check()?;
        self.require_user(&session.user_id)?;
        if self.session_mut(&session.session_token).is_some() {
            return Err(ErrorKind::Conflict(Unique::SessionToken).into());
        }
        self.sessions.insert(|id| Session {
            id: Some(id.to_string()),
            session_token: session.session_token,
            user_id: session.user_id,
            expires: truncate_to_millis(session.expires),
        })
    }

    pub(super) fn get_session_and_user(
        &self,
        token: &SessionToken,
        now: DateTime<Utc>,
    ) -> Option<(Session, User)> {
        let is_it = |session: &&Session| session.session_token == *token && is_live(session, now);
        let session = self.sessions.rows.iter().find(is_it)?;
        let user = self.get_user(&session.user_id)?;
        Some((session.clone(), user))
    }

    pub(super) fn update_session(
        &mut self,
        token: &SessionToken,
        patch: &SessionPatch,
    ) -> Result<Option<Session>, Refusal> {
        patch.check()?;
        Ok(self.session_mut(token).map(|session| {
            session.expires = patch.expires.map_or(session.expires, truncate_to_millis);
            session.clone()
        }))
    }

    pub(super) fn delete_session(&mut self, token: &SessionToken) -> Option<Session> {
        take(&mut self.sessions.rows, |session| {
            session.session_token == *token
        })
    }

    fn session_mut(&mut self, token: &SessionToken) -> Option<&mut Session> {
        let mut sessions = self.sessions.rows.iter_mut();
        sessions.find(|session| session.session_token == *token)
    }

    fn list_sessions(&self, user_id: &UserId, now: DateTime<Utc>) -> Vec<SessionInfo> {
        let is_listed = |session: &&Session| session.user_id == *user_id && is_live(session, now);
        let listed = self.sessions.rows.iter().filter(is_listed);
        let mut infos: Vec<_> = listed.map(info).collect();
        infos.sort_by(|a, b| (Reverse(a.expires), &a.handle).cmp(&(Reverse(b.expires), &b.handle)));
        infos
    }

    fn revoke(&mut self, user_id: &UserId, handle: &SessionHandle) -> Option<SessionInfo> {
        let session = take(&mut self.sessions.rows, |session| {
            session.user_id == *user_id && session.session_token.handle() == *handle
        })?;
        Some(info(&session))
    }

    fn revoke_all(&mut self, user_id: &UserId, except: Option<&SessionToken>) -> u64 {
        let goes = |session: &mut Session| {
            session.user_id == *user_id && Some(&session.session_token) != except
        };
        self.sessions.rows.extract_if(.., goes).map(|_| 1).sum()
    }

    fn touch_session(
        &mut self,
        token: &SessionToken,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<Session>, Refusal> {
        check_time(Field::Expires, expires)?;
        let live = self
            .session_mut(token)
            .filter(|session| is_live(session, now));
        Ok(live.map(|session| {
            session.expires = session.expires.max(truncate_to_millis(expires));
            session.clone()
        }))
    }
}

/// A session ends with the very millisecond that it names.
fn is_live(session: &Session, now: DateTime<Utc>) -> bool {
    session.expires > now
}

fn info(session: &Session) -> SessionInfo {
    SessionInfo {
        handle: session.session_token.handle(),
        user_id: session.user_id.clone(),
        expires: session.expires,
    }
}

#[async_trait]
impl SessionAdmin for MemoryAdapter {
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
        let now = self.now();
        Ok(self.with_rows(|rows| rows.list_sessions(user_id, now)))
    }

    async fn revoke(
        &self,
        user_id: &UserId,
        handle: &SessionHandle,
    ) -> Result<Option<SessionInfo>> {
        Ok(self.with_rows(|rows| rows.revoke(user_id, handle)))
    }

    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64> {
        Ok(self.with_rows(|rows| rows.revoke_all(user_id, except)))
    }

    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        let now = self.now();
        self.run(Operation::TouchSession, |rows| {
            rows.touch_session(token, expires, now)
        })
    }
}

#[async_trait]
impl BatchLookup for MemoryAdapter {
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Session, User)>>>> {
        let now = self.now();
        self.run(Operation::GetSessionsAndUsers, |rows| {
            check_batch(tokens.len())?;
            let answers = tokens.iter();
            Ok(answers
                .map(|token| Ok(rows.get_session_and_user(token, now)))
                .collect())
        })
    }
}
