//! References and smart pointers to an adapter are adapters.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    Account, AccountKey, AccountTokensPatch, Accounts, Adapter, Authenticator, Authenticators,
    BatchLookup, EmailSignIn, HashedToken, Housekeeping, NewAccount, NewSession, OAuthToken,
    Purged, Result, SessionAdmin, SessionHandle, SessionInfo, SessionPatch, SessionToken, SignIn,
    SignInWithEmail, SignUp, SignedUp, UserId, UserPatch, VerificationToken, async_trait,
};

/// Implements every capability for a pointer by calling what it points to.
macro_rules! forward {
    ($($pointer:ty),+) => {$(
        #[async_trait]
        impl<A: Adapter + ?Sized> Adapter for $pointer {
            type User = A::User;
            type Session = A::Session;
            type NewUser = A::NewUser;

            async fn create_user(&self, user: A::NewUser) -> Result<A::User> {
                (**self).create_user(user).await
            }

            async fn get_user(&self, id: &UserId) -> Result<Option<A::User>> {
                (**self).get_user(id).await
            }

            async fn get_user_by_email(&self, email: &str) -> Result<Option<A::User>> {
                (**self).get_user_by_email(email).await
            }

            async fn get_user_by_account(
                &self,
                account: AccountKey<'_>,
            ) -> Result<Option<A::User>> {
                (**self).get_user_by_account(account).await
            }

            async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<A::User> {
                (**self).update_user(id, patch).await
            }

            async fn delete_user(&self, id: &UserId) -> Result<Option<A::User>> {
                (**self).delete_user(id).await
            }

            async fn link_account(&self, account: NewAccount) -> Result<Account> {
                (**self).link_account(account).await
            }

            async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
                (**self).unlink_account(account).await
            }

            async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
                (**self).get_account(account).await
            }

            async fn create_session(&self, session: NewSession) -> Result<A::Session> {
                (**self).create_session(session).await
            }

            async fn get_session_and_user(
                &self,
                token: &SessionToken,
            ) -> Result<Option<(A::Session, A::User)>> {
                (**self).get_session_and_user(token).await
            }

            async fn update_session(
                &self,
                token: &SessionToken,
                patch: SessionPatch,
            ) -> Result<Option<A::Session>> {
                (**self).update_session(token, patch).await
            }

            async fn delete_session(&self, token: &SessionToken) -> Result<Option<A::Session>> {
                (**self).delete_session(token).await
            }

            async fn create_verification_token(
                &self,
                token: VerificationToken,
            ) -> Result<VerificationToken> {
                (**self).create_verification_token(token).await
            }

            async fn use_verification_token(
                &self,
                identifier: &str,
                token: &HashedToken,
            ) -> Result<Option<VerificationToken>> {
                (**self).use_verification_token(identifier, token).await
            }
        }

        #[async_trait]
        impl<A: Authenticators + ?Sized> Authenticators for $pointer {
            async fn create_authenticator(
                &self,
                authenticator: Authenticator,
            ) -> Result<Authenticator> {
                (**self).create_authenticator(authenticator).await
            }

            async fn get_authenticator(
                &self,
                credential_id: &str,
            ) -> Result<Option<Authenticator>> {
                (**self).get_authenticator(credential_id).await
            }

            async fn list_authenticators_by_user_id(
                &self,
                user_id: &UserId,
            ) -> Result<Vec<Authenticator>> {
                (**self).list_authenticators_by_user_id(user_id).await
            }

            async fn update_authenticator_counter(
                &self,
                credential_id: &str,
                counter: u32,
            ) -> Result<Authenticator> {
                (**self).update_authenticator_counter(credential_id, counter).await
            }
        }

        #[async_trait]
        impl<A: Accounts + ?Sized> Accounts for $pointer {
            async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
                (**self).list_accounts(user_id).await
            }

            async fn upsert_account(&self, account: NewAccount) -> Result<Account> {
                (**self).upsert_account(account).await
            }

            async fn update_account_tokens(
                &self,
                account: AccountKey<'_>,
                expected: Option<&OAuthToken>,
                tokens: AccountTokensPatch,
            ) -> Result<Option<Account>> {
                (**self).update_account_tokens(account, expected, tokens).await
            }
        }

        #[async_trait]
        impl<A: SessionAdmin + ?Sized> SessionAdmin for $pointer {
            async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
                (**self).list_sessions(user_id).await
            }

            async fn revoke(
                &self,
                user_id: &UserId,
                handle: &SessionHandle,
            ) -> Result<Option<SessionInfo>> {
                (**self).revoke(user_id, handle).await
            }

            async fn revoke_all(
                &self,
                user_id: &UserId,
                except: Option<&SessionToken>,
            ) -> Result<u64> {
                (**self).revoke_all(user_id, except).await
            }

            async fn touch_session(
                &self,
                token: &SessionToken,
                expires: DateTime<Utc>,
            ) -> Result<Option<A::Session>> {
                (**self).touch_session(token, expires).await
            }
        }

        #[async_trait]
        impl<A: SignIn + ?Sized> SignIn for $pointer {
            async fn sign_up(
                &self,
                sign_up: SignUp<A::NewUser>,
            ) -> Result<SignedUp<A::User, A::Session>> {
                (**self).sign_up(sign_up).await
            }

            async fn sign_in_with_email(
                &self,
                sign_in: SignInWithEmail,
            ) -> Result<EmailSignIn<A::User, A::Session>> {
                (**self).sign_in_with_email(sign_in).await
            }
        }

        #[async_trait]
        impl<A: Housekeeping + ?Sized> Housekeeping for $pointer {
            async fn purge_expired(&self, limit: u32) -> Result<Purged> {
                (**self).purge_expired(limit).await
            }
        }

        #[async_trait]
        impl<A: BatchLookup + ?Sized> BatchLookup for $pointer {
            async fn get_sessions_and_users(
                &self,
                tokens: &[SessionToken],
            ) -> Result<Vec<Result<Option<(A::Session, A::User)>>>> {
                (**self).get_sessions_and_users(tokens).await
            }
        }
    )+};
}

forward!(&A, Box<A>, Arc<A>);
