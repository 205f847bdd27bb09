//! The promise kept: each operation of the contract, handed to the file that does it.

use authjs_adapter::{
    Account, AccountKey, AccountTokensPatch, Accounts, Adapter, Authenticator, Authenticators,
    BatchLookup, EmailSignIn, HashedToken, Housekeeping, NewAccount, NewSession, NewUser,
    OAuthToken, Operation, Purged, Result, Session, SessionAdmin, SessionHandle, SessionInfo,
    SessionPatch, SessionToken, SignIn, SignInWithEmail, SignUp, SignedUp, User, UserId, UserPatch,
    VerificationToken, async_trait,
};
use chrono::{DateTime, Utc};

use crate::adapter::{Link, SeaOrmAdapter};
use crate::{
    accounts, authenticators, batch_lookup, housekeeping, linked_accounts, session_admin, sessions,
    sign_in, users, verification_tokens,
};

/// An account's key that a write can take along.
#[derive(Clone)]
struct OwnedKey {
    provider: String,
    provider_account_id: String,
}

impl OwnedKey {
    fn of(key: AccountKey<'_>) -> Self {
        Self {
            provider: key.provider.to_owned(),
            provider_account_id: key.provider_account_id.to_owned(),
        }
    }

    fn borrow(&self) -> AccountKey<'_> {
        AccountKey {
            provider: &self.provider,
            provider_account_id: &self.provider_account_id,
        }
    }
}

#[async_trait]
impl<C: Link> Adapter for SeaOrmAdapter<C> {
    type User = User;
    type Session = Session;
    type NewUser = NewUser;

    async fn create_user(&self, user: NewUser) -> Result<User> {
        self.write(Operation::CreateUser, user, |run, user| {
            Box::pin(async move { users::create_user(run, user).await })
        })
        .await
    }

    async fn get_user(&self, id: &UserId) -> Result<Option<User>> {
        self.read(Operation::GetUser, |run| users::get_user(run, id))
            .await
    }

    async fn get_user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.read(Operation::GetUserByEmail, |run| {
            users::get_user_by_email(run, email)
        })
        .await
    }

    async fn get_user_by_account(&self, account: AccountKey<'_>) -> Result<Option<User>> {
        self.read(Operation::GetUserByAccount, |run| {
            users::get_user_by_account(run, account)
        })
        .await
    }

    async fn update_user(&self, id: &UserId, patch: UserPatch) -> Result<User> {
        let id = id.clone();
        self.write(Operation::UpdateUser, (id, patch), |run, (id, patch)| {
            Box::pin(async move { users::update_user(run, &id, patch).await })
        })
        .await
    }

    async fn delete_user(&self, id: &UserId) -> Result<Option<User>> {
        let id = id.clone();
        self.write(Operation::DeleteUser, id, |run, id| {
            Box::pin(async move { users::delete_user(run, &id).await })
        })
        .await
    }

    async fn link_account(&self, account: NewAccount) -> Result<Account> {
        self.write(Operation::LinkAccount, account, |run, account| {
            Box::pin(async move { accounts::link_account(run, account).await })
        })
        .await
    }

    async fn unlink_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        let key = OwnedKey::of(account);
        self.write(Operation::UnlinkAccount, key, |run, key| {
            Box::pin(async move { accounts::unlink_account(run, key.borrow()).await })
        })
        .await
    }

    async fn get_account(&self, account: AccountKey<'_>) -> Result<Option<Account>> {
        self.read(Operation::GetAccount, |run| {
            accounts::get_account(run, account)
        })
        .await
    }

    async fn create_session(&self, session: NewSession) -> Result<Session> {
        self.write(Operation::CreateSession, session, |run, session| {
            Box::pin(async move { sessions::create_session(run, session).await })
        })
        .await
    }

    async fn get_session_and_user(&self, token: &SessionToken) -> Result<Option<(Session, User)>> {
        self.read(Operation::GetSessionAndUser, |run| {
            sessions::get_session_and_user(run, token)
        })
        .await
    }

    async fn update_session(
        &self,
        token: &SessionToken,
        patch: SessionPatch,
    ) -> Result<Option<Session>> {
        let token = token.clone();
        self.write(
            Operation::UpdateSession,
            (token, patch),
            |run, (token, patch)| {
                Box::pin(async move { sessions::update_session(run, &token, patch).await })
            },
        )
        .await
    }

    async fn delete_session(&self, token: &SessionToken) -> Result<Option<Session>> {
        let token = token.clone();
        self.write(Operation::DeleteSession, token, |run, token| {
            Box::pin(async move { sessions::delete_session(run, &token).await })
        })
        .await
    }

    async fn create_verification_token(
        &self,
        token: VerificationToken,
    ) -> Result<VerificationToken> {
        self.write(Operation::CreateVerificationToken, token, |run, token| {
            Box::pin(
                async move { verification_tokens::create_verification_token(run, token).await },
            )
        })
        .await
    }

    async fn use_verification_token(
        &self,
        identifier: &str,
        token: &HashedToken,
    ) -> Result<Option<VerificationToken>> {
        let (identifier, token) = (identifier.to_owned(), token.clone());
        self.write(
            Operation::UseVerificationToken,
            (identifier, token),
            |run, (identifier, token)| {
                Box::pin(async move {
                    verification_tokens::use_verification_token(run, &identifier, &token).await
                })
            },
        )
        .await
    }
}

#[async_trait]
impl<C: Link> Authenticators for SeaOrmAdapter<C> {
    async fn create_authenticator(&self, authenticator: Authenticator) -> Result<Authenticator> {
        self.write(
            Operation::CreateAuthenticator,
            authenticator,
            |run, authenticator| {
                Box::pin(
                    async move { authenticators::create_authenticator(run, authenticator).await },
                )
            },
        )
        .await
    }

    async fn get_authenticator(&self, credential_id: &str) -> Result<Option<Authenticator>> {
        self.read(Operation::GetAuthenticator, |run| {
            authenticators::get_authenticator(run, credential_id)
        })
        .await
    }

    async fn list_authenticators_by_user_id(&self, user_id: &UserId) -> Result<Vec<Authenticator>> {
        self.read(Operation::ListAuthenticatorsByUserId, |run| {
            authenticators::list_authenticators_by_user_id(run, user_id)
        })
        .await
    }

    async fn update_authenticator_counter(
        &self,
        credential_id: &str,
        counter: u32,
    ) -> Result<Authenticator> {
        let credential_id = credential_id.to_owned();
        self.write(
            Operation::UpdateAuthenticatorCounter,
            (credential_id, counter),
            |run, (credential_id, counter)| {
                Box::pin(async move {
                    authenticators::update_authenticator_counter(run, &credential_id, counter).await
                })
            },
        )
        .await
    }
}

#[async_trait]
impl<C: Link> Accounts for SeaOrmAdapter<C> {
    async fn list_accounts(&self, user_id: &UserId) -> Result<Vec<Account>> {
        self.read(Operation::ListAccounts, |run| {
            linked_accounts::list_accounts(run, user_id)
        })
        .await
    }

    async fn upsert_account(&self, account: NewAccount) -> Result<Account> {
        self.write(Operation::UpsertAccount, account, |run, account| {
            Box::pin(async move { linked_accounts::upsert_account(run, account).await })
        })
        .await
    }

    async fn update_account_tokens(
        &self,
        account: AccountKey<'_>,
        expected: Option<&OAuthToken>,
        tokens: AccountTokensPatch,
    ) -> Result<Option<Account>> {
        let (key, expected) = (OwnedKey::of(account), expected.cloned());
        self.write(
            Operation::UpdateAccountTokens,
            (key, expected, tokens),
            |run, (key, expected, tokens)| {
                Box::pin(async move {
                    linked_accounts::update_account_tokens(
                        run,
                        key.borrow(),
                        expected.as_ref(),
                        tokens,
                    )
                    .await
                })
            },
        )
        .await
    }
}

#[async_trait]
impl<C: Link> SessionAdmin for SeaOrmAdapter<C> {
    async fn list_sessions(&self, user_id: &UserId) -> Result<Vec<SessionInfo>> {
        self.read(Operation::ListSessions, |run| {
            session_admin::list_sessions(run, user_id)
        })
        .await
    }

    async fn revoke(
        &self,
        user_id: &UserId,
        handle: &SessionHandle,
    ) -> Result<Option<SessionInfo>> {
        let (user_id, handle) = (user_id.clone(), handle.clone());
        self.write(
            Operation::Revoke,
            (user_id, handle),
            |run, (user_id, handle)| {
                Box::pin(async move { session_admin::revoke(run, &user_id, &handle).await })
            },
        )
        .await
    }

    async fn revoke_all(&self, user_id: &UserId, except: Option<&SessionToken>) -> Result<u64> {
        let (user_id, except) = (user_id.clone(), except.cloned());
        self.write(
            Operation::RevokeAll,
            (user_id, except),
            |run, (user_id, except)| {
                Box::pin(
                    async move { session_admin::revoke_all(run, &user_id, except.as_ref()).await },
                )
            },
        )
        .await
    }

    async fn touch_session(
        &self,
        token: &SessionToken,
        expires: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        let token = token.clone();
        self.write(
            Operation::TouchSession,
            (token, expires),
            |run, (token, expires)| {
                Box::pin(async move { session_admin::touch_session(run, &token, expires).await })
            },
        )
        .await
    }
}

#[async_trait]
impl<C: Link> SignIn for SeaOrmAdapter<C> {
    async fn sign_up(&self, sign_up: SignUp<NewUser>) -> Result<SignedUp<User, Session>> {
        self.write(Operation::SignUp, sign_up, |run, sign_up| {
            Box::pin(async move { sign_in::sign_up(run, sign_up).await })
        })
        .await
    }

    async fn sign_in_with_email(
        &self,
        sign_in: SignInWithEmail,
    ) -> Result<EmailSignIn<User, Session>> {
        self.write(Operation::SignInWithEmail, sign_in, |run, sign_in| {
            Box::pin(async move { sign_in::sign_in_with_email(run, sign_in).await })
        })
        .await
    }
}

#[async_trait]
impl<C: Link> Housekeeping for SeaOrmAdapter<C> {
    async fn purge_expired(&self, limit: u32) -> Result<Purged> {
        self.write(Operation::PurgeExpired, limit, |run, limit| {
            Box::pin(async move { housekeeping::purge_expired(run, limit).await })
        })
        .await
    }
}

#[async_trait]
impl<C: Link> BatchLookup for SeaOrmAdapter<C> {
    async fn get_sessions_and_users(
        &self,
        tokens: &[SessionToken],
    ) -> Result<Vec<Result<Option<(Session, User)>>>> {
        self.read(Operation::GetSessionsAndUsers, |run| {
            batch_lookup::get_sessions_and_users(run, tokens)
        })
        .await
    }
}
