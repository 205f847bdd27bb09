//! Passkeys.

use async_trait::async_trait;

use crate::{Adapter, Authenticator, Result, UserId};

/// The WebAuthn methods of Auth.js.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, Authenticator, Authenticators, MemoryAdapter, NewUser};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let user = adapter.create_user(NewUser::default()).await?;
/// let passkey = Authenticator {
///     credential_id: "bm9wZQ==".to_owned(),
///     user_id: user.id.clone(),
///     provider_account_id: "bm9wZQ==".to_owned(),
///     credential_public_key: "a2V5".to_owned(),
///     counter: 0,
///     credential_device_type: "multiDevice".to_owned(),
///     credential_backed_up: true,
///     transports: Some("internal,hybrid".to_owned()),
/// };
/// adapter.create_authenticator(passkey.clone()).await?;
///
/// assert_eq!(adapter.get_authenticator("bm9wZQ==").await?, Some(passkey));
/// assert_eq!(adapter.list_authenticators_by_user_id(&user.id).await?.len(), 1);
/// assert_eq!(adapter.update_authenticator_counter("bm9wZQ==", 1).await?.counter, 1);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Authenticators: Adapter {
    /// Stores a credential and returns the row.
    ///
    /// # Errors
    /// - `UserMissing`: the user does not exist, or the text cannot be an id.
    /// - `Conflict(Credential)`: the credential is registered, for this user or another. Needs the
    ///   unique constraint.
    /// - `InvalidInput`: a field cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.createAuthenticator`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L417)
    #[doc(alias = "createAuthenticator")]
    async fn create_authenticator(&self, authenticator: Authenticator) -> Result<Authenticator>;

    /// Finds a credential by its id. `None` if it is not registered.
    ///
    /// # Errors
    /// - `Inconsistent`: the credential is registered for two users, in a database without the
    ///   unique constraint.
    ///
    /// # Source
    /// [`Adapter.getAuthenticator`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L409)
    #[doc(alias = "getAuthenticator")]
    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>>;

    /// Lists the credentials of a user, by credential id. Empty for an unknown user and for a
    /// text that cannot be an id.
    ///
    /// # Source
    /// [`Adapter.listAuthenticatorsByUserId`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L426)
    #[doc(alias = "listAuthenticatorsByUserId")]
    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>>;

    /// Sets the counter of a credential and returns the row. Sets what it is given: comparing
    /// it with the old one is the caller's part of WebAuthn.
    ///
    /// # Errors
    /// - `NotFound`: the credential is not registered.
    /// - `Inconsistent`: as for [`get_authenticator`](Self::get_authenticator).
    ///
    /// # Source
    /// [`Adapter.updateAuthenticatorCounter`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L434)
    #[doc(alias = "updateAuthenticatorCounter")]
    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator>;
}
