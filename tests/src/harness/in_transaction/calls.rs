//! The methods of the store: begin, call, end; and all of it again after `Busy`.

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, Accounts, Adapter, Authenticator, Authenticators,
    BatchLookup, EmailSignIn, HashedToken, Housekeeping, NewAccount, NewSession, NewUser,
    OAuthToken, Purged, Result, Session, SessionAdmin, SessionHandle, SessionInfo, SessionPatch,
    SessionToken, SignIn, SignInWithEmail, SignUp, SignedUp, User, UserId, UserPatch,
    VerificationToken, async_trait,
};
use chrono::{DateTime, Utc};

use super::{AfterError, EachInTransaction};

/// Makes a call in a transaction, and in another one where the server took that back.
macro_rules! in_transaction {
    ($each:ident, $store:ident => $call:expr) => {{
        let mut tries = 1;
        loop {
            let tx = $each.begin().await;
            let result = {
                let $store = $each.on(&tx);
                $call.await
            };
            if Self::is_taken_back(&result, tries) {
                tx.rollback().await.expect("a transaction can end");
                tries += 1;
            } else {
                break $each.end(tx, result).await;
            }
        }
    }};
}

#[async_trait]
impl<E: AfterError> Adapter for EachInTransaction<E> {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        in_transaction!(self, store => store.create_user(user.clone()))
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        in_transaction!(self, store => store.get_user(id))
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        in_transaction!(self, store => store.get_user_by_email(email))
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        in_transaction!(self, store => store.get_user_by_account(account))
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        in_transaction!(self, store => store.update_user(id, patch.clone()))
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        in_transaction!(self, store => store.delete_user(id))
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        in_transaction!(self, store => store.link_account(account.clone()))
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        in_transaction!(self, store => store.unlink_account(account))
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        in_transaction!(self, store => store.get_account(account))
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        in_transaction!(self, store => store.create_session(session.clone()))
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        in_transaction!(self, store => store.get_session_and_user(token))
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        in_transaction!(self, store => store.update_session(token, patch.clone()))
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        in_transaction!(self, store => store.delete_session(token))
    }

    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken> {
        in_transaction!(self, store => store.create_verification_token(token.clone()))
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        in_transaction!(self, store => store.use_verification_token(identifier, token))
    }
}

#[async_trait]
impl<E: AfterError> Authenticators for EachInTransaction<E> {
    async fn create_authenticator(&self, authenticator: Authenticator) -> Result<Authenticator> {
        in_transaction!(self, store => store.create_authenticator(authenticator.clone()))
    }

    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>> {
        in_transaction!(self, store => store.get_authenticator(credential_id))
    }

    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>> {
        in_transaction!(self, store => store.list_authenticators_by_user_id(user_id))
    }

    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator> {
        in_transaction!(self, store => store.update_authenticator_counter(credential_id, counter))
    }
}

#[async_trait]
impl<E: AfterError> Accounts for EachInTransaction<E> {
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
        in_transaction!(self, store => store.list_accounts(user_id))
    }

    async fn upsert_account(&self, account: NewAccount) -> Result<Account> {
        in_transaction!(self, store => store.upsert_account(account.clone()))
    }

    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>> {
        in_transaction!(self, store => store.update_account_tokens(account, expected, tokens.clone()))
    }
}

#[async_trait]
impl<E: AfterError> SessionAdmin for EachInTransaction<E> {
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
        in_transaction!(self, store => store.list_sessions(user_id))
    }

    async fn revoke(
        &self,
        user_id: &UserId,
        handle: &SessionHandle,
    ) -> Result<Option<SessionInfo>> {
        in_transaction!(self, store => store.revoke(user_id, handle))
    }

    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64> {
        in_transaction!(self, store => store.revoke_all(user_id, except))
    }

    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        in_transaction!(self, store => store.touch_session(token, expires))
    }
}

#[async_trait]
impl<E: AfterError> SignIn for EachInTransaction<E> {
    async fn sign_up(&self, sign_up: SignUp<NewUser>) -> Result<SignedUp<User, Session>> {
        in_transaction!(self, store => store.sign_up(sign_up.clone()))
    }

    async fn sign_in_with_email(
        &self,
        sign_in: SignInWithEmail,
    ) -> Result<EmailSignIn<User, Session>> {
        in_transaction!(self, store => store.sign_in_with_email(sign_in.clone()))
    }
}

#[async_trait]
impl<E: AfterError> Housekeeping for EachInTransaction<E> {
    async fn purge_expired(&self, limit: u32) -> Result<Purged> {
        in_transaction!(self, store => store.purge_expired(limit))
    }
}

#[async_trait]
impl<E: AfterError> BatchLookup for EachInTransaction<E> {
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Session, User)>>>> {
        in_transaction!(self, store => store.get_sessions_and_users(tokens))
    }
}
