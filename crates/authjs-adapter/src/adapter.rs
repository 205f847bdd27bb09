//! The promise: what Auth.js asks of a database.

use async_trait::async_trait;

use crate::{
    Account, AccountKey, HashedToken, NewAccount, NewSession, NewUser, Result, SessionPatch,
    SessionRow, SessionToken, UserId, UserPatch, UserRow, VerificationToken,
};

#[doc = include_str!("docs/adapter.md")]
// The example is a test of this crate, so that it cannot differ from what the suite accepts.
#[doc = "```"]
#[doc = include_str!("../tests/small_adapter.rs")]
#[doc = "```"]
#[async_trait]
pub trait Adapter: Send + Sync {
    /// The row of a user: [`User`](crate::User), or the model of the application's own table.
    type User: UserRow;
    /// The row of a session: [`Session`](crate::Session), or the application's own model.
    type Session: SessionRow;
    /// What it takes to create a user; anything that Auth.js gives must be enough.
    type NewUser: From<NewUser> + Send;

    /// Stores a user and returns the row with the id that the store chose.
    ///
    /// # Concurrency
    /// Of any number of simultaneous calls with one e-mail address, exactly one succeeds.
    ///
    /// On a table without the unique constraint nothing refuses a duplicate, whenever it comes.
    /// Look first ([`get_user_by_email`](Self::get_user_by_email)), or add the constraint.
    ///
    /// # Errors
    /// - `Conflict(Email)`: another user has the address, byte for byte. Needs the constraint.
    /// - `InvalidInput`: a field cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.createUser`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L288)
    #[doc(alias = "createUser")]
    async fn create_user(&self, user: Self::NewUser) -> Result<Self::User>;

    /// Finds a user by id. `None` if there is none, or if the text cannot be an id.
    ///
    /// # Source
    /// [`Adapter.getUser`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L294)
    #[doc(alias = "getUser")]
    async fn get_user(&self, id: &UserId) -> Result<Option<Self::User>>;

    /// Finds a user by e-mail address, byte for byte. `None` if nobody has it.
    ///
    /// Of twins in a database without the unique constraint, the one with the lowest id.
    ///
    /// # Source
    /// [`Adapter.getUserByEmail`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L300)
    #[doc(alias = "getUserByEmail")]
    async fn get_user_by_email(&self, email: &str) -> Result<Option<Self::User>>;

    /// Finds the user whom a provider's account is linked to. `None` if the account is not
    /// linked, or its user is gone.
    ///
    /// # Source
    /// [`Adapter.getUserByAccount`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L306)
    #[doc(alias = "getUserByAccount")]
    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<Self::User>>;

    /// Changes the given columns of a user and returns the whole row as it is then. A patch
    /// that changes nothing is a plain read.
    ///
    /// # Concurrency
    /// Columns that are not given are not written: two simultaneous updates of different
    /// columns both last.
    ///
    /// # Errors
    /// - `NotFound`: there is no such user, or the text cannot be an id.
    /// - `Conflict(Email)`: another user has the new address. Needs the unique constraint.
    /// - `InvalidInput`: a given value cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.updateUser`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L314)
    #[doc(alias = "updateUser")]
    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<Self::User>;

    /// Deletes a user with their accounts, sessions and authenticators, and returns the user
    /// as they were. `None` if there was none. Verification tokens stay; they expire.
    ///
    /// # Concurrency
    /// All or nothing. With the foreign keys in place, no simultaneous call leaves a session
    /// or account of the deleted user behind.
    ///
    /// # Source
    /// [`Adapter.deleteUser`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L322)
    #[doc(alias = "deleteUser")]
    async fn delete_user(&self, id: &UserId) -> Result<Option<Self::User>>;

    /// Links a provider's account to a user and returns the row.
    ///
    /// # Concurrency
    /// Of any number of simultaneous calls with one key, exactly one succeeds; an account
    /// never changes its owner.
    ///
    /// On a table without the unique constraint nothing refuses a duplicate, whenever it comes.
    /// Look first ([`get_user_by_account`](Self::get_user_by_account)), or add the constraint.
    ///
    /// # Errors
    /// - `UserMissing`: the user does not exist, or the text cannot be an id.
    /// - `Conflict(Account)`: the account is linked, to this user or to another. Needs the
    ///   constraint.
    /// - `InvalidInput`: a field cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.linkAccount`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L331)
    #[doc(alias = "linkAccount")]
    async fn link_account(&self, account: NewAccount) -> Result<Account>;

    /// Removes a provider's account and returns it as it was. `None` if it was not linked.
    ///
    /// # Source
    /// [`Adapter.unlinkAccount`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L335)
    #[doc(alias = "unlinkAccount")]
    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>>;

    /// Finds a provider's account. `None` if it is not linked.
    ///
    /// Of twins in a database without the unique constraint, the one with the lowest id; rows
    /// whose user is gone come after all others.
    ///
    /// # Source
    /// [`Adapter.getAccount`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L400)
    #[doc(alias = "getAccount")]
    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>>;

    /// Stores a session and returns it. The expiry is not checked: a session may be created
    /// in the past.
    ///
    /// # Concurrency
    /// Of any number of simultaneous calls with one token, exactly one succeeds, where the unique
    /// constraint is in place. Beside [`delete_user`](Self::delete_user) of the same user either
    /// this fails or the session is deleted, where the foreign key is in place.
    ///
    /// # Errors
    /// - `UserMissing`: the user does not exist, or the text cannot be an id.
    /// - `Conflict(SessionToken)`: the token is taken; the existing session is untouched. Needs
    ///   the constraint.
    /// - `InvalidInput`: a field cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.createSession`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L343)
    #[doc(alias = "createSession")]
    async fn create_session(&self, session: NewSession) -> Result<Self::Session>;

    /// Answers "who is this?": the session with this token and its user.
    ///
    /// `None` if there is no such session, if it is expired (`expires <= now`, at millisecond
    /// precision; the row is left to the purge), or if its user is gone. Auth.js returns
    /// expired rows and leaves the check to its callers, one of which forgets it.
    ///
    /// # Errors
    /// - `Inconsistent`: the token has live rows of two users, in a database without the
    ///   unique constraint.
    ///
    /// # Source
    /// [`Adapter.getSessionAndUser`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L357)
    #[doc(alias = "getSessionAndUser")]
    async fn get_session_and_user(
        &self,
        token: &SessionToken,
    ) -> Result<Option<(Self::Session, Self::User)>>;

    /// Sets what the patch gives and returns the session. Looks at no expiry, before or after,
    /// and honours a shorter one; [`touch_session`](crate::SessionAdmin::touch_session) does
    /// neither. `None` if there is no such session: it is never inserted.
    ///
    /// # Errors
    /// - `InvalidInput`: the time cannot be stored.
    /// - `Inconsistent`: as for [`get_session_and_user`](Self::get_session_and_user).
    ///
    /// # Source
    /// [`Adapter.updateSession`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L365)
    #[doc(alias = "updateSession")]
    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Self::Session>>;

    /// Deletes a session, expired or not, and returns it as it was. `None` if there was none.
    ///
    /// # Concurrency
    /// No update that is in flight brings the session back.
    ///
    /// # Source
    /// [`Adapter.deleteSession`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L374)
    #[doc(alias = "deleteSession")]
    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Self::Session>>;

    /// Stores a verification token and returns the row. The expiry is not checked, as for
    /// [`create_session`](Self::create_session).
    ///
    /// # Errors
    /// - `Conflict(VerificationToken)`: this identifier has this token already.
    /// - `InvalidInput`: a field cannot be stored as it is.
    ///
    /// # Source
    /// [`Adapter.createVerificationToken`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L382)
    #[doc(alias = "createVerificationToken")]
    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken>;

    /// Takes a verification token out of the store, so that it works only once.
    ///
    /// `None` if no row matches both `identifier` and `token`; nothing is removed then. Does
    /// not look at `expires`: the caller compares it, as Auth.js does, to tell "expired" from
    /// "unknown".
    ///
    /// # Concurrency
    /// Of any number of simultaneous calls with equal arguments, exactly one gets `Some`.
    ///
    /// # Source
    /// [`Adapter.useVerificationToken`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/adapters.ts#L391)
    #[doc(alias = "useVerificationToken")]
    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>>;
}
