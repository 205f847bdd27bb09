//! Linked accounts and their tokens.

use async_trait::async_trait;

use crate::{
    Account, AccountKey, AccountTokensPatch, Adapter, NewAccount, OAuthToken, Result, UserId,
};

/// Lists linked accounts and keeps their tokens fresh, which Auth.js leaves to the reader.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{
///     Accounts, AccountTokensPatch, Adapter, MemoryAdapter, NewUser, Patch, ProviderAccount,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let user = adapter.create_user(NewUser::default()).await?;
/// let mut github = ProviderAccount::new("oauth", "github", "583231");
/// github.tokens.refresh_token = Some("first".into());
/// adapter.link_account(github.of_user(user.id.clone())).await?;
///
/// // The next sign-in brings no refresh token: the old one stays.
/// let again = ProviderAccount::new("oauth", "github", "583231").of_user(user.id.clone());
/// let account = adapter.upsert_account(again).await?;
/// assert_eq!(account.tokens.refresh_token, Some("first".into()));
/// assert_eq!(adapter.list_accounts(&user.id).await?, [account.clone()]);
///
/// // Two processes exchange it at once: only one of them may keep what it got.
/// let expected = account.tokens.refresh_token.as_ref();
/// let fresh = AccountTokensPatch {
///     refresh_token: Patch::Set("second".into()),
///     ..AccountTokensPatch::default()
/// };
/// let faster = adapter.update_account_tokens(account.key(), expected, fresh.clone()).await?;
/// let slower = adapter.update_account_tokens(account.key(), expected, fresh).await?;
/// assert!(faster.is_some());
/// assert_eq!(slower, None);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait Accounts: Adapter {
    /// Lists the accounts of a user, by provider and provider account id. Empty for an unknown
    /// user and for a text that cannot be an id.
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>>;

    /// Links an account, or refreshes the tokens of one that this user has already.
    ///
    /// An existing row gets the new type and all the new tokens; a refresh token stays where
    /// none came, since providers send it only the first time.
    ///
    /// # Concurrency
    /// Of any number of simultaneous calls with one key, one inserts and the others update, where
    /// the unique constraint is in place.
    ///
    /// # Errors
    /// - `Conflict(Account)`: the account is linked to another user; nothing changed. Reported
    ///   before `UserMissing`. Also where the constraint of an adopted table takes another
    ///   spelling of the key for the same; if it does not tell which one that is,
    ///   `Conflict(Other)`.
    /// - `UserMissing`: the user does not exist, or the text cannot be an id.
    /// - `InvalidInput`: a field cannot be stored as it is.
    async fn upsert_account(&self, account: NewAccount) -> Result<Account>;

    /// Changes the tokens of an account if its refresh token is still `expected`
    /// (`None` expects NULL), and returns the row.
    ///
    /// `None` if another call was faster: read the account and use the tokens that are there.
    ///
    /// # Concurrency
    /// A compare-and-set: of any number of simultaneous calls that expect one refresh token
    /// and set another, exactly one gets `Some`.
    ///
    /// # Errors
    /// - `NotFound`: the account is not linked.
    /// - `InvalidInput`: a given value cannot be stored as it is.
    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>>;
}
