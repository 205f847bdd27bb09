//! Many "who is this?" in one statement.

use async_trait::async_trait;

use crate::{Adapter, Result, SessionToken};

/// Looks many sessions up at once, for callers that gather what is waiting.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{BatchLookup, MemoryAdapter, SessionToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let tokens = [SessionToken::new("unknown"), SessionToken::new("")];
///
/// assert_eq!(adapter.get_sessions_and_users(&tokens).await?, [Ok(None), Ok(None)]);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait BatchLookup: Adapter {
    /// Answers [`Adapter::get_session_and_user`] for each token, in the order given;
    /// duplicates and impossible tokens get their answers too.
    ///
    /// The outer error is a failure of the whole call; an inner one,
    /// [`ErrorKind::Inconsistent`](crate::ErrorKind::Inconsistent), concerns one token.
    ///
    /// # Errors
    /// - `InvalidInput`: there are more than [`MAX_BATCH`](crate::MAX_BATCH) tokens.
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Self::Session, Self::User)>>>>;
}
