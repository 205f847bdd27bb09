//! The purge, with a rule broken.

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, Field, Housekeeping, MAX_BATCH, Operation, Purged, Result,
    VERIFICATION_TOKEN_GRACE, async_trait,
};
use chrono::TimeDelta;

use crate::mutant::Mutant;
use crate::rule::Rule;

#[async_trait]
impl Housekeeping for Mutant {
    async fn purge_expired(&self, limit: u32) -> Result<Purged> {
        let limit = match self.rule() {
            Some(Rule::PurgeClampsTheLimit) => limit.clamp(1, MAX_BATCH),
            Some(Rule::PurgeRefusesTheGreatestLimit) if limit == MAX_BATCH => {
                let field = Field::Limit;
                let kind = ErrorKind::InvalidInput { field };
                return Err(Error::new(Operation::PurgeExpired, kind));
            }
            _ => limit,
        };
        match self.rule() {
            Some(
                Rule::PurgeForgetsTheTokens
                | Rule::PurgeTakesLiveSessions
                | Rule::PurgeSparesTheEnd
                | Rule::PurgeHasNoGrace
                | Rule::PurgeIgnoresTheLimit
                | Rule::PurgeTakesTheYoungest
                | Rule::PurgeTrustsTheProcess
                | Rule::PurgeCountsThenDeletes,
            ) if (1..=MAX_BATCH).contains(&limit) => self.purge_row_by_row(limit).await,
            _ => self.inner.purge_expired(limit).await,
        }
    }
}

impl Mutant {
    async fn purge_row_by_row(&self, limit: u32) -> Result<Purged> {
        let now = if self.breaks(Rule::PurgeTrustsTheProcess) {
            self.now()
        } else {
            self.earlier_now()
        };
        let last = if self.breaks(Rule::PurgeSparesTheEnd) {
            now - TimeDelta::milliseconds(1)
        } else {
            now
        };
        let grace = if self.breaks(Rule::PurgeHasNoGrace) {
            TimeDelta::zero()
        } else {
            VERIFICATION_TOKEN_GRACE
        };
        let mut sessions = self.rows().sessions;
        sessions.retain(|row| row.expires <= last || self.breaks(Rule::PurgeTakesLiveSessions));
        sessions.sort_by_key(|row| row.expires);
        let mut links = self.rows().verification_tokens;
        links
            .retain(|row| row.expires <= last - grace && !self.breaks(Rule::PurgeForgetsTheTokens));
        links.sort_by_key(|row| row.expires);
        if self.breaks(Rule::PurgeTakesTheYoungest) {
            sessions.reverse();
            links.reverse();
        }
        if !self.breaks(Rule::PurgeIgnoresTheLimit) {
            sessions.truncate(limit as usize);
            links.truncate(limit as usize);
        }
        if self.breaks(Rule::PurgeCountsThenDeletes) {
            self.pause().await;
        }
        for row in &sessions {
            self.inner.delete_session(&row.session_token).await?;
        }
        for row in &links {
            self.inner
                .use_verification_token(&row.identifier, &row.token)
                .await?;
        }
        Ok(Purged {
            sessions: sessions.len() as u64,
            verification_tokens: links.len() as u64,
        })
    }
}
