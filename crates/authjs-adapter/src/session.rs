//! The row of a signed-in browser.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::limits::{check_text, check_time};
use crate::{Field, InvalidInput, SessionHandle, SessionToken, UserId};

#[cfg(test)]
mod tests;

/// What every session row tells, whatever columns the application added to it.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Session, SessionRow, SessionToken};
/// use chrono::{DateTime, Utc};
///
/// fn is_live(session: &impl SessionRow, now: DateTime<Utc>) -> bool {
///     session.expires() > now
/// }
///
/// let session = Session {
///     id: None,
///     session_token: SessionToken::new("secret"),
///     user_id: 1.into(),
///     expires: "2020-01-31T00:00:00Z".parse().unwrap(),
/// };
///
/// assert!(is_live(&session, "2020-01-30T23:59:59.999Z".parse().unwrap()));
/// assert!(!is_live(&session, session.expires));
/// ```
pub trait SessionRow: Clone + Send + Sync + 'static {
    /// The token that the caller presented or that was created; a standalone store keeps
    /// only its hash and hands the caller's own token back.
    fn token(&self) -> SessionToken;
    /// Who is signed in.
    fn user_id(&self) -> UserId;
    /// When the session ends, UTC, in milliseconds; expired from that very millisecond on.
    fn expires(&self) -> DateTime<Utc>;
}

/// A stored session: `AdapterSession` of Auth.js.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Session, SessionToken};
///
/// let session = Session {
///     id: None,
///     session_token: SessionToken::new("secret"),
///     user_id: "1".into(),
///     expires: "2020-01-31T00:00:00Z".parse().unwrap(),
/// };
///
/// assert!(!format!("{session:?}").contains("secret"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The id of the row, where the table has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The token in the cookie.
    pub session_token: SessionToken,
    /// Who is signed in.
    pub user_id: UserId,
    /// When the session ends, UTC, in milliseconds.
    #[serde(with = "crate::time::iso")]
    pub expires: DateTime<Utc>,
}

impl SessionRow for Session {
    fn token(&self) -> SessionToken {
        self.session_token.clone()
    }

    fn user_id(&self) -> UserId {
        self.user_id.clone()
    }

    fn expires(&self) -> DateTime<Utc> {
        self.expires
    }
}

/// A session to create.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, ErrorKind, MemoryAdapter, NewSession, SessionToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let session = NewSession {
///     session_token: SessionToken::generate()?,
///     user_id: 1.into(),
///     expires: "2020-01-31T00:00:00Z".parse()?,
/// };
///
/// let error = adapter.create_session(session).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UserMissing);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSession {
    /// The token in the cookie; 1 to 255 characters.
    pub session_token: SessionToken,
    /// Who is signed in.
    pub user_id: UserId,
    /// When the session ends, UTC; cut to milliseconds.
    #[serde(with = "crate::time::iso")]
    pub expires: DateTime<Utc>,
}

impl NewSession {
    /// Checks that the session can be stored as it is; the user id is the backend's matter.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_text(Field::SessionToken, self.session_token.expose())?;
        check_time(Field::Expires, self.expires)
    }
}

/// A change to a session.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, MemoryAdapter, SessionPatch, SessionToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let longer = SessionPatch {
///     expires: Some("2020-01-31T00:00:00Z".parse()?),
/// };
///
/// let token = SessionToken::new("unknown");
/// assert_eq!(adapter.update_session(&token, longer).await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionPatch {
    /// When the session ends, UTC, cut to milliseconds; `None` keeps it. An earlier time is
    /// honoured, unlike with [`touch_session`](crate::SessionAdmin::touch_session).
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "crate::time::iso::option"
    )]
    pub expires: Option<DateTime<Utc>>,
}

impl SessionPatch {
    /// Checks that each given value can be stored.
    ///
    /// # Errors
    /// [`Field::Expires`], if it is out of range.
    pub fn check(&self) -> Result<(), InvalidInput> {
        self.expires
            .map_or(Ok(()), |time| check_time(Field::Expires, time))
    }
}

/// A session as a list of devices shows it: never with its token.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{SessionInfo, SessionToken};
///
/// let token = SessionToken::new("secret");
/// let info = SessionInfo {
///     handle: token.handle(),
///     user_id: 1.into(),
///     expires: "2020-01-31T00:00:00Z".parse().unwrap(),
/// };
///
/// assert!(!serde_json::to_string(&info).unwrap().contains("secret"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// The hex SHA-256 of the token.
    pub handle: SessionHandle,
    /// Who is signed in.
    pub user_id: UserId,
    /// When the session ends, UTC, in milliseconds.
    #[serde(with = "crate::time::iso")]
    pub expires: DateTime<Utc>,
}
