//! Whole sign-ins, all or nothing.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::limits::{check_text, check_time};
use crate::{
    Account, Adapter, Field, HashedToken, InvalidInput, ProviderAccount, Result, SessionToken,
};

/// Does in one step what Auth.js does in several, so that no half-made sign-up can lock a
/// person out.
///
/// The addresses that these methods are given are normalised before they are compared and
/// stored. In a database shared with Auth.js that is what its core does: `sign_up` makes the
/// address of the profile lower case
/// ([`EmailRule::apply_to_profile`](crate::EmailRule::apply_to_profile)), `sign_in_with_email`
/// takes the form that a link is mailed to ([`Email::authjs`](crate::Email::authjs)). In a
/// standalone one both take [`Email::canonical`](crate::Email::canonical). Everywhere else
/// e-mail addresses are stored and compared byte for byte.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{
///     Adapter, EmailSignIn, ManualClock, MemoryAdapter, NewUser, ProviderAccount, SessionToken,
///     SignIn, SignInSession, SignInWithEmail, SignUp, VerificationToken,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::new(ManualClock::new("2020-01-01T00:00:00Z".parse()?));
/// let session = || -> Result<_, Box<dyn std::error::Error>> {
///     Ok(SignInSession {
///         session_token: SessionToken::generate()?,
///         expires: "2020-01-31T00:00:00Z".parse()?,
///     })
/// };
///
/// let signed_up = adapter
///     .sign_up(SignUp {
///         user: NewUser {
///             email: Some("ada@example.com".to_owned()),
///             ..NewUser::default()
///         },
///         account: ProviderAccount::new("oauth", "github", "583231"),
///         session: session()?,
///     })
///     .await?;
/// assert_eq!(signed_up.account.user_id, signed_up.user.id);
/// assert_eq!(signed_up.session.user_id, signed_up.user.id);
///
/// adapter
///     .create_verification_token(VerificationToken {
///         identifier: "ada@example.com".to_owned(),
///         expires: "2020-01-02T00:00:00Z".parse()?,
///         token: "hash".into(),
///     })
///     .await?;
/// let click = SignInWithEmail {
///     identifier: "ada@example.com".to_owned(),
///     token: "hash".into(),
///     email: "Ada@Example.com".to_owned(),
///     session: session()?,
/// };
/// let first = adapter.sign_in_with_email(click.clone()).await?;
/// let second = adapter.sign_in_with_email(click).await?;
/// assert!(matches!(first, EmailSignIn::SignedIn { user, created: false, .. }
///     if user.id == signed_up.user.id && user.email_verified.is_some()));
/// assert_eq!(second, EmailSignIn::Unknown);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait SignIn: Adapter {
    /// Creates a user, links their account and starts their session. The end of the session is
    /// not checked, as for [`create_session`](Adapter::create_session).
    ///
    /// # Concurrency
    /// All or nothing: after an error that says `NotApplied` none of the three rows is there,
    /// after one of unknown outcome none or all.
    ///
    /// On tables without the unique constraints nothing refuses a duplicate, whenever it comes.
    /// Look first ([`get_user_by_account`](Adapter::get_user_by_account),
    /// [`get_user_by_email`](Adapter::get_user_by_email)), or add the constraints.
    ///
    /// # Errors
    /// - `Conflict`: the first of e-mail address, account and session token that is taken, in
    ///   this order; of those that have a unique constraint.
    /// - `InvalidInput`: a field cannot be stored, or, in a standalone database, the address is
    ///   malformed.
    async fn sign_up(
        &self,
        sign_up: SignUp<Self::NewUser>,
    ) -> Result<SignedUp<Self::User, Self::Session>>;

    /// Consumes a verification token, finds or creates the user with the address, sets
    /// `emailVerified` to now and starts a session.
    ///
    /// The token is looked up by the identifier byte for byte. Whether `identifier` and `email`
    /// are one address is not compared, as Auth.js lets an application choose its identifiers:
    /// take both from the link that was mailed, never one from the request.
    ///
    /// # Concurrency
    /// All or nothing: after an error that says `NotApplied` the token is still there. Of any number of simultaneous
    /// calls with one token, exactly one is not [`EmailSignIn::Unknown`]. Of simultaneous
    /// first sign-ins with one address and several tokens, one creates the user and the others
    /// find it, where the unique constraint is in place.
    ///
    /// # Errors
    /// - `Conflict(SessionToken)`: the session token is taken. Needs the constraint.
    /// - `Conflict(Email)`: the constraint of an adopted table takes the address for that of
    ///   another user, whose spelling differs; nothing changed.
    /// - `InvalidInput`: a field cannot be stored, or the address is malformed.
    async fn sign_in_with_email(
        &self,
        sign_in: SignInWithEmail,
    ) -> Result<EmailSignIn<Self::User, Self::Session>>;
}

/// The session that a sign-in starts.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Field, SignInSession};
///
/// let session = SignInSession {
///     session_token: "".into(),
///     expires: "2020-01-31T00:00:00Z".parse().unwrap(),
/// };
///
/// assert_eq!(session.check().unwrap_err().field, Field::SessionToken);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSession {
    /// The token in the cookie; 1 to 255 characters.
    pub session_token: SessionToken,
    /// When the session ends, UTC; cut to milliseconds.
    pub expires: DateTime<Utc>,
}

impl SignInSession {
    /// Checks that the session can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_text(Field::SessionToken, self.session_token.expose())?;
        check_time(Field::Expires, self.expires)
    }
}

/// A first sign-in with a provider; see the example of [`SignIn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp<NewUser> {
    /// The person.
    pub user: NewUser,
    /// Their account at the provider.
    pub account: ProviderAccount,
    /// The session to start.
    pub session: SignInSession,
}

/// What a first sign-in stored; see the example of [`SignIn`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUp<User, Session> {
    /// The person.
    pub user: User,
    /// Their account at the provider.
    pub account: Account,
    /// The session that was started.
    pub session: Session,
}

/// A click on a magic link; see the example of [`SignIn`].
#[derive(Clone, PartialEq, Eq)]
pub struct SignInWithEmail {
    /// The `identifier` of the verification token, byte for byte.
    pub identifier: String,
    /// The hash of the token in the link.
    pub token: HashedToken,
    /// The person's address.
    pub email: String,
    /// The session to start.
    pub session: SignInSession,
}

impl std::fmt::Debug for SignInWithEmail {
    /// Shows neither address nor token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInWithEmail")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// How a sign-in with a magic link ended.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{
///     EmailSignIn, MemoryAdapter, SessionToken, SignIn, SignInSession, SignInWithEmail,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let click = SignInWithEmail {
///     identifier: "ada@example.com".to_owned(),
///     token: "hash".into(),
///     email: "ada@example.com".to_owned(),
///     session: SignInSession {
///         session_token: SessionToken::generate()?,
///         expires: "2020-01-31T00:00:00Z".parse()?,
///     },
/// };
///
/// let ended = MemoryAdapter::default().sign_in_with_email(click).await?;
/// assert_eq!(ended, EmailSignIn::Unknown);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailSignIn<User, Session> {
    /// No verification token matches; nothing changed.
    Unknown,
    /// The token was expired (`expires <= now`). It was consumed; nothing else changed.
    Expired,
    /// The person is signed in.
    SignedIn {
        /// The person, with `emailVerified` set to now.
        user: User,
        /// The session that was started.
        session: Session,
        /// Whether the user was created by this call.
        created: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::{SignInSession, SignInWithEmail};
    use crate::Field;

    fn session(token: &str, expires: &str) -> SignInSession {
        SignInSession {
            session_token: token.into(),
            expires: expires.parse().unwrap(),
        }
    }

    #[test]
    fn a_session_is_checked() {
        let field = |token, expires| {
            let checked = session(token, expires).check();
            checked.err().map(|invalid| invalid.field)
        };

        assert_eq!(field("t", "2020-01-31T00:00:00Z"), None);
        assert_eq!(field("", "2020-01-31T00:00:00Z"), Some(Field::SessionToken));
        assert_eq!(field("t", "1969-12-31T23:59:59Z"), Some(Field::Expires));
    }

    #[test]
    fn debug_shows_neither_address_nor_token() {
        let click = SignInWithEmail {
            identifier: "ada@example.com".to_owned(),
            token: "secret".into(),
            email: "ada@example.com".to_owned(),
            session: session("secret", "2020-01-31T00:00:00Z"),
        };

        assert_eq!(
            format!("{click:?}"),
            "SignInWithEmail { session: SignInSession { session_token: [redacted], \
             expires: 2020-01-31T00:00:00Z }, .. }"
        );
    }
}
