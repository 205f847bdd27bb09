//! Removing what has expired.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{Adapter, Result};

/// How long an expired verification token stays, so that "expired" and "unknown" can still be
/// told apart.
pub const VERIFICATION_TOKEN_GRACE: TimeDelta = TimeDelta::hours(24);

/// Removes expired rows, which Auth.js leaves to the operator.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{
///     Adapter, Housekeeping, ManualClock, MemoryAdapter, Purged, VerificationToken,
/// };
/// use chrono::TimeDelta;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = ManualClock::new("2020-01-01T00:00:00Z".parse()?);
/// let adapter = MemoryAdapter::new(clock.clone());
/// adapter
///     .create_verification_token(VerificationToken {
///         identifier: "ada@example.com".to_owned(),
///         expires: "2020-01-02T00:00:00Z".parse()?,
///         token: "hash".into(),
///     })
///     .await?;
///
/// clock.advance(TimeDelta::days(1));
/// assert!(adapter.purge_expired(1000).await?.is_empty());
///
/// clock.advance(TimeDelta::days(1));
/// let purged = adapter.purge_expired(1000).await?;
/// assert_eq!(purged, Purged { sessions: 0, verification_tokens: 1 });
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Housekeeping: Adapter {
    /// Deletes up to `limit` expired sessions and up to `limit` verification tokens that had
    /// expired [`VERIFICATION_TOKEN_GRACE`] ago or earlier, oldest first. Call it again until
    /// [`Purged::is_empty`].
    ///
    /// "Expired" is decided by the earlier of the injected clock and the clock of the
    /// database, so that a process with a wrong clock deletes nothing that is live.
    ///
    /// # Concurrency
    /// One bounded statement per table. Several workers may run it at once, beside traffic; a
    /// row that another transaction holds is left for the next call where the database can
    /// skip it.
    ///
    /// The tables are purged one after the other: after an error the expired sessions may be gone
    /// and the verification tokens still there.
    ///
    /// # Errors
    /// - `InvalidInput`: `limit` is not in 1 to [`MAX_BATCH`](crate::MAX_BATCH).
    async fn purge_expired(&self, limit: u32) -> Result<Purged>;
}

/// The number of rows that a purge deleted.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Housekeeping, MemoryAdapter};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let mut sessions = 0;
/// loop {
///     let purged = adapter.purge_expired(1000).await?;
///     if purged.is_empty() {
///         break;
///     }
///     sessions += purged.sessions;
/// }
///
/// assert_eq!(sessions, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Expired sessions.
    pub sessions: u64,
    /// Expired verification tokens.
    pub verification_tokens: u64,
}

impl Purged {
    /// True if nothing was left to delete.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sessions == 0 && self.verification_tokens == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Purged;

    #[test]
    fn a_purge_is_empty_if_neither_table_lost_a_row() {
        let is_empty = |sessions, verification_tokens| {
            let purged = Purged {
                sessions,
                verification_tokens,
            };
            purged.is_empty()
        };

        assert!(is_empty(0, 0));
        assert!(!is_empty(1, 0));
        assert!(!is_empty(0, 1));
        assert!(!is_empty(1, 1));
    }
}
