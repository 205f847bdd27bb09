//! The methods of the store: begin, call, end.

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, Accounts, Adapter, Authenticator, Authenticators,
    BatchLookup, EmailSignIn, HashedToken, Housekeeping, NewAccount, NewSession, NewUser,
    OAuthToken, Purged, Result, Session, SessionAdmin, SessionHandle, SessionInfo, SessionPatch,
    SessionToken, SignIn, SignInWithEmail, SignUp, SignedUp, User, UserId, UserPatch,
    VerificationToken, async_trait,
};
use chrono::{DateTime, Utc};

use super::{AfterError, EachInTransaction};

#[async_trait]
impl<E: AfterError> Adapter for EachInTransaction<E> {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        let tx = self.begin().await;
        let result = self.on(&tx).create_user(user).await;
        self.end(tx, result).await
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_user(id).await;
        self.end(tx, result).await
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_user_by_email(email).await;
        self.end(tx, result).await
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_user_by_account(account).await;
        self.end(tx, result).await
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        let tx = self.begin().await;
        let result = self.on(&tx).update_user(id, patch).await;
        self.end(tx, result).await
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        let tx = self.begin().await;
        let result = self.on(&tx).delete_user(id).await;
        self.end(tx, result).await
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        let tx = self.begin().await;
        let result = self.on(&tx).link_account(account).await;
        self.end(tx, result).await
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        let tx = self.begin().await;
        let result = self.on(&tx).unlink_account(account).await;
        self.end(tx, result).await
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_account(account).await;
        self.end(tx, result).await
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        let tx = self.begin().await;
        let result = self.on(&tx).create_session(session).await;
        self.end(tx, result).await
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_session_and_user(token).await;
        self.end(tx, result).await
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        let tx = self.begin().await;
        let result = self.on(&tx).update_session(token, patch).await;
        self.end(tx, result).await
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        let tx = self.begin().await;
        let result = self.on(&tx).delete_session(token).await;
        self.end(tx, result).await
    }

    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken> {
        let tx = self.begin().await;
        let result = self.on(&tx).create_verification_token(token).await;
        self.end(tx, result).await
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        let tx = self.begin().await;
        let result = self.on(&tx).use_verification_token(identifier, token).await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> Authenticators for EachInTransaction<E> {
    async fn create_authenticator(&self, authenticator: Authenticator) -> Result<Authenticator> {
        let tx = self.begin().await;
        let result = self.on(&tx).create_authenticator(authenticator).await;
        self.end(tx, result).await
    }

    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_authenticator(credential_id).await;
        self.end(tx, result).await
    }

    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>> {
        let tx = self.begin().await;
        let result = self.on(&tx).list_authenticators_by_user_id(user_id).await;
        self.end(tx, result).await
    }

    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator> {
        let tx = self.begin().await;
        let result = self
            .on(&tx)
            .update_authenticator_counter(credential_id, counter)
            .await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> Accounts for EachInTransaction<E> {
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
        let tx = self.begin().await;
        let result = self.on(&tx).list_accounts(user_id).await;
        self.end(tx, result).await
    }

    async fn upsert_account(&self, account: NewAccount) -> Result<Account> {
        let tx = self.begin().await;
        let result = self.on(&tx).upsert_account(account).await;
        self.end(tx, result).await
    }

    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>> {
        let tx = self.begin().await;
        let result = self
            .on(&tx)
            .update_account_tokens(account, expected, tokens)
            .await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> SessionAdmin for EachInTransaction<E> {
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
        let tx = self.begin().await;
        let result = self.on(&tx).list_sessions(user_id).await;
        self.end(tx, result).await
    }

    async fn revoke(
        &self,
        user_id: &UserId,
        handle: &SessionHandle,
    ) -> Result<Option<SessionInfo>> {
        let tx = self.begin().await;
        let result = self.on(&tx).revoke(user_id, handle).await;
        self.end(tx, result).await
    }

    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64> {
        let tx = self.begin().await;
        let result = self.on(&tx).revoke_all(user_id, except).await;
        self.end(tx, result).await
    }

    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        let tx = self.begin().await;
        let result = self.on(&tx).touch_session(token, expires).await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> SignIn for EachInTransaction<E> {
    async fn sign_up(&self, sign_up: SignUp<NewUser>) -> Result<SignedUp<User, Session>> {
        let tx = self.begin().await;
        let result = self.on(&tx).sign_up(sign_up).await;
        self.end(tx, result).await
    }

    async fn sign_in_with_email(
        &self,
        sign_in: SignInWithEmail,
    ) -> Result<EmailSignIn<User, Session>> {
        let tx = self.begin().await;
        let result = self.on(&tx).sign_in_with_email(sign_in).await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> Housekeeping for EachInTransaction<E> {
    async fn purge_expired(&self, limit: u32) -> Result<Purged> {
        let tx = self.begin().await;
        let result = self.on(&tx).purge_expired(limit).await;
        self.end(tx, result).await
    }
}

#[async_trait]
impl<E: AfterError> BatchLookup for EachInTransaction<E> {
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Session, User)>>>> {
        let tx = self.begin().await;
        let result = self.on(&tx).get_sessions_and_users(tokens).await;
        self.end(tx, result).await
    }
}
