//! Removing what has expired.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::MemoryAdapter;
use super::rows::{Refusal, Rows};
use crate::{
    Housekeeping, Operation, Purged, Result, VERIFICATION_TOKEN_GRACE, async_trait, check_limit,
    truncate_to_millis,
};

impl Rows {
    fn purge_expired(&mut self, limit: u32, now: DateTime<Utc>) -> Result<Purged, Refusal> {
        check_limit(limit)?;
        let tokens_until = now
            .checked_sub_signed(VERIFICATION_TOKEN_GRACE)
            .unwrap_or(DateTime::<Utc>::MIN_UTC);
        Ok(Purged {
            sessions: purge(&mut self.sessions.rows, limit, now, |row| row.expires),
            verification_tokens: purge(&mut self.verification_tokens, limit, tokens_until, |row| {
                row.expires
            }),
        })
    }
}

/// Removes up to `limit` rows that ended at `until` or before, oldest first, and counts them.
fn purge<Row>(
    rows: &mut Vec<Row>,
    limit: u32,
    until: DateTime<Utc>,
    expires: impl Fn(&Row) -> DateTime<Utc>,
) -> u64 {
    let mut ends: Vec<_> = rows.iter().map(expires).enumerate().collect();
    ends.retain(|(_, end)| *end <= until);
    ends.sort_by_key(|(_, end)| *end);
    let oldest: HashSet<usize> = (0..limit).zip(ends).map(|(_, (at, _))| at).collect();
    let mut positions = 0..;
    let is_old = |_: &mut Row| positions.next().is_some_and(|at| oldest.contains(&at));
    rows.extract_if(.., is_old).map(|_| 1).sum()
}

#[async_trait]
impl Housekeeping for MemoryAdapter {
    async fn purge_expired(&self, limit: u32) -> Result<Purged> {
        let now = self
            .now()
            .min(truncate_to_millis(self.database_clock.now()));
        self.run(Operation::PurgeExpired, |rows| {
            rows.purge_expired(limit, now)
        })
    }
}
