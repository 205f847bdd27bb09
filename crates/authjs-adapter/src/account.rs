//! The link between a user and a provider's account.

use serde::{Deserialize, Serialize};

use crate::limits::{check_text, is_possible_key};
use crate::user::Hidden;
use crate::{Field, InvalidInput, OAuthToken, Patch, UserId};

#[cfg(test)]
mod tests;

/// The key of an account: who the provider says it is.
///
/// # Examples
///
/// ```
/// use authjs_adapter::AccountKey;
///
/// let key = AccountKey { provider: "github", provider_account_id: "583231" };
///
/// assert!(key.is_possible());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountKey<'a> {
    /// The id of the provider, such as `github`.
    pub provider: &'a str,
    /// The provider's id of the account, such as the `sub` claim.
    pub provider_account_id: &'a str,
}

impl AccountKey<'_> {
    /// True if a row with this key may exist.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        is_possible_key(Field::Provider, self.provider)
            && is_possible_key(Field::ProviderAccountId, self.provider_account_id)
    }
}

impl std::fmt::Debug for AccountKey<'_> {
    /// Shows the provider only.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountKey")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// What a provider answered to a token request, as far as Auth.js keeps it.
///
/// # Examples
///
/// ```
/// use authjs_adapter::AccountTokens;
///
/// let tokens: AccountTokens =
///     serde_json::from_str(r#"{"access_token":"secret","token_type":"bearer","x":1}"#).unwrap();
///
/// assert_eq!(tokens.access_token, Some("secret".into()));
/// assert_eq!(tokens.expires_at, None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountTokens {
    /// Gets new access tokens; up to 64 KiB.
    pub refresh_token: Option<OAuthToken>,
    /// Opens the provider's API; up to 64 KiB.
    pub access_token: Option<OAuthToken>,
    /// When the access token ends, in seconds since the Unix epoch, UTC.
    pub expires_at: Option<i64>,
    /// The OpenID Connect ID token; up to 64 KiB.
    pub id_token: Option<OAuthToken>,
    /// The granted scopes, as the provider wrote them.
    pub scope: Option<String>,
    /// The OpenID Connect session state.
    pub session_state: Option<OAuthToken>,
    /// Usually `bearer`; up to 255 characters.
    pub token_type: Option<String>,
}

impl AccountTokens {
    /// Checks that the tokens can be stored as they are.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_tokens(
            [
                self.refresh_token.as_ref(),
                self.access_token.as_ref(),
                self.id_token.as_ref(),
                self.session_state.as_ref(),
            ],
            self.scope.as_deref(),
            self.token_type.as_deref(),
        )
    }
}

/// An account as a provider presents it, before it belongs to a user.
///
/// # Examples
///
/// ```
/// use authjs_adapter::ProviderAccount;
///
/// let account = ProviderAccount::new("oauth", "github", "583231");
///
/// assert_eq!(account.check(), Ok(()));
/// assert_eq!(account.of_user(1.into()).user_id.as_str(), "1");
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderAccount {
    /// `oauth`, `oidc`, `email` or `webauthn` in Auth.js; 1 to 255 characters.
    pub r#type: String,
    /// The id of the provider; 1 to 255 characters.
    pub provider: String,
    /// The provider's id of the account; 1 to 255 characters.
    pub provider_account_id: String,
    /// What the token request gave; in JSON these stand beside the other fields.
    #[serde(flatten)]
    pub tokens: AccountTokens,
}

impl ProviderAccount {
    /// An account without tokens.
    #[must_use]
    pub fn new(
        r#type: impl Into<String>,
        provider: impl Into<String>,
        provider_account_id: impl Into<String>,
    ) -> Self {
        Self {
            r#type: r#type.into(),
            provider: provider.into(),
            provider_account_id: provider_account_id.into(),
            tokens: AccountTokens::default(),
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            provider: &self.provider,
            provider_account_id: &self.provider_account_id,
        }
    }

    /// The same account, to be linked to this user.
    #[must_use]
    pub fn of_user(self, user_id: UserId) -> NewAccount {
        NewAccount {
            user_id,
            r#type: self.r#type,
            provider: self.provider,
            provider_account_id: self.provider_account_id,
            tokens: self.tokens,
        }
    }

    /// Checks that the account can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_account(&self.r#type, self.key(), &self.tokens)
    }
}

impl std::fmt::Debug for ProviderAccount {
    /// Shows all but the provider's id of the account, which can be an e-mail address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderAccount")
            .field("type", &self.r#type)
            .field("provider", &self.provider)
            .field("provider_account_id", &Hidden)
            .field("tokens", &self.tokens)
            .finish()
    }
}

/// An account to link to a user.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{NewAccount, ProviderAccount};
///
/// let account: NewAccount = serde_json::from_str(
///     r#"{"userId":"1","type":"oauth","provider":"github","providerAccountId":"42","scope":"read"}"#,
/// )
/// .unwrap();
///
/// let mut expected = ProviderAccount::new("oauth", "github", "42");
/// expected.tokens.scope = Some("read".to_owned());
/// assert_eq!(account, expected.of_user("1".into()));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAccount {
    /// Whose account it is.
    pub user_id: UserId,
    /// `oauth`, `oidc`, `email` or `webauthn` in Auth.js; 1 to 255 characters.
    pub r#type: String,
    /// The id of the provider; 1 to 255 characters.
    pub provider: String,
    /// The provider's id of the account; 1 to 255 characters.
    pub provider_account_id: String,
    /// What the token request gave; in JSON these stand beside the other fields.
    #[serde(flatten)]
    pub tokens: AccountTokens,
}

impl NewAccount {
    /// The key.
    #[must_use]
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            provider: &self.provider,
            provider_account_id: &self.provider_account_id,
        }
    }

    /// Checks that the account can be stored as it is; the user id is the backend's matter.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_account(&self.r#type, self.key(), &self.tokens)
    }
}

impl std::fmt::Debug for NewAccount {
    /// Shows all but the provider's id of the account, which can be an e-mail address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAccount")
            .field("user_id", &self.user_id)
            .field("type", &self.r#type)
            .field("provider", &self.provider)
            .field("provider_account_id", &Hidden)
            .field("tokens", &self.tokens)
            .finish()
    }
}

/// A stored account: `AdapterAccount` of Auth.js.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, MemoryAdapter, NewUser, ProviderAccount};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let user = adapter.create_user(NewUser::default()).await?;
/// let github = ProviderAccount::new("oauth", "github", "583231").of_user(user.id.clone());
/// let account = adapter.link_account(github).await?;
///
/// assert_eq!(adapter.get_user_by_account(account.key()).await?, Some(user));
/// assert_eq!(adapter.unlink_account(account.key()).await?, Some(account));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The id of the row, where the table has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whose account it is.
    pub user_id: UserId,
    /// `oauth`, `oidc`, `email` or `webauthn` in Auth.js.
    pub r#type: String,
    /// The id of the provider.
    pub provider: String,
    /// The provider's id of the account.
    pub provider_account_id: String,
    /// What the last token request gave; in JSON these stand beside the other fields.
    #[serde(flatten)]
    pub tokens: AccountTokens,
}

impl Account {
    /// The key.
    #[must_use]
    pub fn key(&self) -> AccountKey<'_> {
        AccountKey {
            provider: &self.provider,
            provider_account_id: &self.provider_account_id,
        }
    }
}

impl std::fmt::Debug for Account {
    /// Shows all but the provider's id of the account, which can be an e-mail address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("type", &self.r#type)
            .field("provider", &self.provider)
            .field("provider_account_id", &Hidden)
            .field("tokens", &self.tokens)
            .finish()
    }
}

/// A change to the tokens of an account: only the columns that are given are written.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{AccountTokensPatch, Patch};
///
/// let patch: AccountTokensPatch = serde_json::from_str(r#"{"id_token":null}"#).unwrap();
///
/// assert_eq!(patch.id_token, Patch::Clear);
/// assert_eq!(patch.access_token, Patch::Keep);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountTokensPatch {
    /// See [`AccountTokens::refresh_token`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub refresh_token: Patch<OAuthToken>,
    /// See [`AccountTokens::access_token`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub access_token: Patch<OAuthToken>,
    /// See [`AccountTokens::expires_at`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub expires_at: Patch<i64>,
    /// See [`AccountTokens::id_token`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub id_token: Patch<OAuthToken>,
    /// See [`AccountTokens::scope`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub scope: Patch<String>,
    /// See [`AccountTokens::session_state`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub session_state: Patch<OAuthToken>,
    /// See [`AccountTokens::token_type`].
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub token_type: Patch<String>,
}

impl AccountTokensPatch {
    /// Checks that each given value can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_tokens(
            [
                self.refresh_token.value(),
                self.access_token.value(),
                self.id_token.value(),
                self.session_state.value(),
            ],
            self.scope.value().map(String::as_str),
            self.token_type.value().map(String::as_str),
        )
    }
}

fn check_account(
    r#type: &str,
    key: AccountKey<'_>,
    tokens: &AccountTokens,
) -> Result<(), InvalidInput> {
    check_text(Field::Type, r#type)?;
    check_text(Field::Provider, key.provider)?;
    check_text(Field::ProviderAccountId, key.provider_account_id)?;
    tokens.check()
}

fn check_tokens(
    tokens: [Option<&OAuthToken>; 4],
    scope: Option<&str>,
    token_type: Option<&str>,
) -> Result<(), InvalidInput> {
    let fields = [
        Field::RefreshToken,
        Field::AccessToken,
        Field::IdToken,
        Field::SessionState,
    ];
    for (field, token) in fields.into_iter().zip(tokens) {
        token.map_or(Ok(()), |token| check_text(field, token.expose()))?;
    }
    for (field, text) in [(Field::Scope, scope), (Field::TokenType, token_type)] {
        text.map_or(Ok(()), |text| check_text(field, text))?;
    }
    Ok(())
}
