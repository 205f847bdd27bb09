//! The names of the operations.

use std::fmt;

/// An operation of the contract, for errors, spans and counters.
///
/// `Display` and [`as_str`](Self::as_str) give the name of the method.
///
/// # Examples
///
/// ```
/// use authjs_adapter::Operation;
///
/// assert_eq!(Operation::GetSessionAndUser.as_str(), "get_session_and_user");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each variant is the name of the method it stands for"
)]
pub enum Operation {
    CreateUser,
    GetUser,
    GetUserByEmail,
    GetUserByAccount,
    UpdateUser,
    DeleteUser,
    LinkAccount,
    UnlinkAccount,
    GetAccount,
    CreateSession,
    GetSessionAndUser,
    UpdateSession,
    DeleteSession,
    CreateVerificationToken,
    UseVerificationToken,
    CreateAuthenticator,
    GetAuthenticator,
    ListAuthenticatorsByUserId,
    UpdateAuthenticatorCounter,
    ListAccounts,
    UpsertAccount,
    UpdateAccountTokens,
    ListSessions,
    Revoke,
    RevokeAll,
    TouchSession,
    SignUp,
    SignInWithEmail,
    PurgeExpired,
    GetSessionsAndUsers,
    GenerateSessionToken,
    Connect,
    Inspect,
}

impl Operation {
    /// The name of the method, as written in Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateUser => "create_user",
            Self::GetUser => "get_user",
            Self::GetUserByEmail => "get_user_by_email",
            Self::GetUserByAccount => "get_user_by_account",
            Self::UpdateUser => "update_user",
            Self::DeleteUser => "delete_user",
            Self::LinkAccount => "link_account",
            Self::UnlinkAccount => "unlink_account",
            Self::GetAccount => "get_account",
            Self::CreateSession => "create_session",
            Self::GetSessionAndUser => "get_session_and_user",
            Self::UpdateSession => "update_session",
            Self::DeleteSession => "delete_session",
            Self::CreateVerificationToken => "create_verification_token",
            Self::UseVerificationToken => "use_verification_token",
            Self::CreateAuthenticator => "create_authenticator",
            Self::GetAuthenticator => "get_authenticator",
            Self::ListAuthenticatorsByUserId => "list_authenticators_by_user_id",
            Self::UpdateAuthenticatorCounter => "update_authenticator_counter",
            Self::ListAccounts => "list_accounts",
            Self::UpsertAccount => "upsert_account",
            Self::UpdateAccountTokens => "update_account_tokens",
            Self::ListSessions => "list_sessions",
            Self::Revoke => "revoke",
            Self::RevokeAll => "revoke_all",
            Self::TouchSession => "touch_session",
            Self::SignUp => "sign_up",
            Self::SignInWithEmail => "sign_in_with_email",
            Self::PurgeExpired => "purge_expired",
            Self::GetSessionsAndUsers => "get_sessions_and_users",
            Self::GenerateSessionToken => "generate",
            Self::Connect => "connect",
            Self::Inspect => "inspect",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
