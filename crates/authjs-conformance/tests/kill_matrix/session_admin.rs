//! Devices and signing out, with a rule broken.

use authjs_adapter::{
    Adapter as _, Operation, Result, Session, SessionAdmin, SessionHandle, SessionInfo,
    SessionPatch, SessionToken, UserId, async_trait,
};
use chrono::{DateTime, Utc};

use crate::mutant::Mutant;
use crate::rule::Rule;
use crate::sessions::{again, insert, shown};

fn info(row: &Session) -> SessionInfo {
    SessionInfo {
        handle: row.session_token.handle(),
        user_id: row.user_id.clone(),
        expires: row.expires,
    }
}

#[async_trait]
impl SessionAdmin for Mutant {
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
        let user_id = self.id(Operation::ListSessions, user_id)?;
        let mut rows = self.rows().sessions;
        let is_known = rows.iter().any(|row| row.user_id == user_id);
        rows.retain(|row| {
            let is_theirs =
                row.user_id == user_id || (self.breaks(Rule::ListsWithoutCondition) && !is_known);
            is_theirs && (self.is_live(row.expires) || self.breaks(Rule::ListsExpiredSessions))
        });
        if !self.breaks(Rule::ListsUnsorted) {
            rows.sort_by_key(|row| std::cmp::Reverse(row.expires));
        }
        Ok(rows.iter().map(info).collect())
    }

    async fn revoke(
        &self,
        user_id: &UserId,
        handle: &SessionHandle,
    ) -> Result<Option<SessionInfo>> {
        let operation = Operation::Revoke;
        let user_id = &self.id(operation, user_id)?;
        let rows = self.rows().sessions;
        let is_meant = |row: &&Session| match self.rule() {
            Some(Rule::RevokesByHandleOnly) => row.session_token.handle() == *handle,
            Some(Rule::RevokesByToken) if row.session_token.expose() == handle.as_str() => true,
            _ => row.session_token.handle() == *handle && row.user_id == *user_id,
        };
        let found = rows.iter().find(is_meant);
        let Some(found) = found else {
            return self.removed(operation, None);
        };
        if self.breaks(Rule::DeletesSkipExpired) && found.expires <= self.now() {
            return Ok(None);
        }
        if self.breaks(Rule::DeletesSessionsByUser) {
            self.inner.revoke_all(&found.user_id, None).await?;
            return Ok(Some(info(found)));
        }
        if self.breaks(Rule::FindsThenDeletes) {
            self.pause().await;
            self.inner.delete_session(&found.session_token).await?;
            return Ok(Some(info(found)));
        }
        let removed = self
            .inner
            .revoke(&found.user_id, &found.session_token.handle())
            .await?;
        self.removed(operation, removed)
    }

    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64> {
        let user_id = &self.id(Operation::RevokeAll, user_id)?;
        let is_known = self.inner.get_user(user_id).await?.is_some();
        match self.rule() {
            Some(Rule::RevokeAllSkipsExpired) => {
                let mut count = 0;
                for row in self.inner.list_sessions(user_id).await? {
                    count += u64::from(self.inner.revoke(user_id, &row.handle).await?.is_some());
                }
                Ok(count)
            }
            Some(Rule::RevokeAllCountsThenDeletes) => {
                let mut rows = self.rows().sessions;
                rows.retain(|row| row.user_id == *user_id && Some(&row.session_token) != except);
                self.pause().await;
                self.inner.revoke_all(user_id, except).await?;
                Ok(rows.len() as u64)
            }
            Some(Rule::RevokeAllSparesNothing) => self.inner.revoke_all(user_id, None).await,
            Some(Rule::UnknownExceptionSparesAll)
                if except.is_some_and(|token| self.session(token).is_none()) =>
            {
                Ok(0)
            }
            Some(Rule::RevokesEverybody) if !is_known => {
                let mut count = 0;
                for user in self.rows().users {
                    count += self.inner.revoke_all(&user.id, None).await?;
                }
                Ok(count)
            }
            _ => self.inner.revoke_all(user_id, except).await,
        }
    }

    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        let token = &self.token(Operation::TouchSession, token)?;
        let expires = self.time(expires);
        let set = |expires| SessionPatch {
            expires: Some(expires),
        };
        let Some(found) = self.session(token) else {
            return match self.rule() {
                Some(Rule::UpdatesInsertSessions) => insert(self, token).await,
                _ => self.inner.touch_session(token, expires).await,
            };
        };
        let later = found.expires.max(expires);
        let is_revived = self.breaks(Rule::TouchRevives) || self.is_live(found.expires);
        if !is_revived {
            return Ok(None);
        }
        match self.rule() {
            Some(Rule::TouchShortens) => self.inner.update_session(token, set(expires)).await,
            Some(Rule::TouchReadsThenWrites) => {
                self.pause().await;
                self.inner.update_session(token, set(later)).await
            }
            Some(Rule::FindsThenSaves) => {
                self.pause().await;
                match self.inner.touch_session(token, expires).await? {
                    None => Ok(self.inner.create_session(again(found)).await.ok()),
                    touched => Ok(touched),
                }
            }
            Some(Rule::TouchReturnsTheOldRow) => {
                self.inner.touch_session(token, expires).await?;
                Ok(Some(found))
            }
            Some(Rule::TouchRevives | Rule::ExpiryIgnored | Rule::LiveAtTheEnd) => {
                self.inner.update_session(token, set(later)).await
            }
            _ => {
                let touched = self.inner.touch_session(token, expires).await?;
                Ok(touched.map(|session| shown(self, session)))
            }
        }
    }
}
