//! Devices, and signing them out.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Adapter, Result, SessionHandle, SessionInfo, SessionToken, UserId};

/// Lists, extends and ends the sessions of a person.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{
///     Adapter, ManualClock, MemoryAdapter, NewSession, NewUser, SessionAdmin, SessionToken,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::new(ManualClock::new("2020-01-01T00:00:00Z".parse()?));
/// let user = adapter.create_user(NewUser::default()).await?;
/// let (here, there) = (SessionToken::generate()?, SessionToken::generate()?);
/// for token in [&here, &there] {
///     adapter
///         .create_session(NewSession {
///             session_token: token.clone(),
///             user_id: user.id.clone(),
///             expires: "2020-01-31T00:00:00Z".parse()?,
///         })
///         .await?;
/// }
///
/// let later = "2020-02-05T00:00:00Z".parse()?;
/// let touched = adapter.touch_session(&here, later).await?;
/// assert_eq!(touched.map(|session| session.expires), Some(later));
///
/// let devices = adapter.list_sessions(&user.id).await?;
/// assert_eq!(devices[0].handle, here.handle());
/// assert_eq!(devices[1].handle, there.handle());
///
/// let revoked = adapter.revoke(&user.id, &devices[1].handle).await?;
/// assert_eq!(revoked.as_ref(), Some(&devices[1]));
/// assert_eq!(adapter.revoke_all(&user.id, Some(&here)).await?, 0);
/// assert_eq!(adapter.revoke_all(&user.id, None).await?, 1);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait SessionAdmin: Adapter {
    /// Lists the live sessions of a user, those that end last first. Never shows a token. Empty
    /// for an unknown user and for a text that cannot be an id.
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>>;

    /// Ends one session of a user, live or expired, and returns it as it was. `None` if there
    /// is none with this handle, or if it belongs to somebody else.
    async fn revoke(&self, user_id: &UserId, handle: &SessionHandle)
    -> Result<Option<SessionInfo>>;

    /// Ends all sessions of a user, but for the one with the token `except`, and returns how
    /// many rows were deleted, expired ones included. 0 for an unknown user.
    ///
    /// # Concurrency
    /// One statement; a session that is created while it runs may stay.
    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64>;

    /// Extends a live session to `expires` and returns it. Never shortens: the later of the two
    /// ends stays. `None` if there is no such session or it is expired.
    ///
    /// # Concurrency
    /// Of simultaneous calls the latest end wins.
    ///
    /// # Errors
    /// - `InvalidInput`: the time cannot be stored.
    /// - `Inconsistent`: as for [`Adapter::get_session_and_user`].
    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Self::Session>>;
}
