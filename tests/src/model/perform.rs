//! Operations as calls of a store.

use authjs_adapter::Clock as _;
use authjs_adapter::{
    AccountKey, AccountTokens, AccountTokensPatch, Authenticator, DynStore, EmailSignIn,
    ManualClock, NewSession, NewUser, Patch, ProviderAccount, Session, SessionHandle, SessionPatch,
    SessionToken, SignInSession, SignInWithEmail, SignUp, User, UserId, UserPatch,
    VerificationToken,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::answer::{
    account, accounts, answer, authenticator, info, list, optional, session, session_and_user, user,
};
use super::op::{
    Change, Handle, Key, Letter, Link, NewToken, Op, Passkey, Person, Profile, ProfilePatch,
    TokensPatch, When,
};

/// The users that a store made in the course of a sequence.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// In their order; those that are deleted included.
    created: Vec<UserId>,
}

impl People {
    fn id(&self, person: Person) -> UserId {
        match person {
            Person::Newest(back) => self.newest(back).unwrap_or_else(|| UserId::from(i32::MAX)),
            Person::Unknown => UserId::from(i32::MAX),
            Person::Malformed(kind) => {
                let like = self
                    .newest(0)
                    .map_or_else(|| "1".to_owned(), |id| id.to_string());
                UserId::from(malformed(kind, &like))
            }
        }
    }

    /// How a sequence calls the user with this id.
    pub(super) fn person(&self, id: &UserId) -> Person {
        let back = self.created.iter().rev().position(|created| created == id);
        let back = back.and_then(|back| u8::try_from(back).ok());
        back.map_or(Person::Unknown, Person::Newest)
    }

    fn newest(&self, back: u8) -> Option<UserId> {
        self.created.iter().rev().nth(usize::from(back)).cloned()
    }
}

/// How many kinds of malformed ids there are.
pub(super) const MALFORMED: u8 = 8;

fn malformed(kind: u8, like: &str) -> String {
    match kind {
        0 => format!("0{like}"),
        1 => format!(" {like}"),
        2 => format!("{like}abc"),
        3 => format!("{like}\0"),
        4 => format!("+{like}"),
        5 => "2147483648".to_owned(),
        6 => String::new(),
        _ => "abc".to_owned(),
    }
}

/// A store, its clock, and whom it knows.
pub(super) struct Call<'a> {
    pub(super) store: &'a DynStore,
    pub(super) clock: &'a ManualClock,
    pub(super) people: &'a mut People,
}

impl Call<'_> {
    /// Does what `op` says and returns the answer.
    pub(super) async fn perform(mut self, op: &Op) -> Value {
        match op {
            Op::Advance(millis) => {
                self.clock.advance(TimeDelta::milliseconds(*millis));
                Value::Null
            }
            Op::CreateUser(_)
            | Op::GetUser(_)
            | Op::GetUserByEmail(_)
            | Op::GetUserByAccount(_)
            | Op::UpdateUser(..)
            | Op::DeleteUser(_) => self.users(op).await,
            Op::LinkAccount(..)
            | Op::UnlinkAccount(_)
            | Op::GetAccount(_)
            | Op::ListAccounts(_)
            | Op::UpsertAccount(..)
            | Op::UpdateAccountTokens(..) => self.accounts(op).await,
            Op::CreateSession(..)
            | Op::GetSessionAndUser(_)
            | Op::UpdateSession(..)
            | Op::DeleteSession(_)
            | Op::GetSessionsAndUsers(_) => self.sessions(op).await,
            Op::ListSessions(_) | Op::Revoke(..) | Op::RevokeAll(..) | Op::TouchSession(..) => {
                self.session_admin(op).await
            }
            Op::CreateAuthenticator(..)
            | Op::GetAuthenticator(_)
            | Op::ListAuthenticatorsByUserId(_)
            | Op::UpdateAuthenticatorCounter(..) => self.authenticators(op).await,
            _ => self.tokens_and_sign_ins(op).await,
        }
    }

    async fn users(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::CreateUser(profile) => {
                let created = store.create_user(self.new_user(profile)).await;
                self.people
                    .created
                    .extend(created.as_ref().ok().map(|user| user.id.clone()));
                answer(&created, user)
            }
            Op::GetUser(person) => answer(&store.get_user(&self.id(*person)).await, optional(user)),
            Op::GetUserByEmail(email) => {
                answer(&store.get_user_by_email(email).await, optional(user))
            }
            Op::GetUserByAccount(key) => {
                answer(&store.get_user_by_account(key.key()).await, optional(user))
            }
            Op::UpdateUser(person, patch) => {
                let patch = self.user_patch(patch);
                answer(&store.update_user(&self.id(*person), patch).await, user)
            }
            Op::DeleteUser(person) => {
                answer(&store.delete_user(&self.id(*person)).await, optional(user))
            }
            _ => not_here(op),
        }
    }

    async fn accounts(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::LinkAccount(person, link) => {
                let new = link.account().of_user(self.id(*person));
                answer(&store.link_account(new).await, account)
            }
            Op::UnlinkAccount(key) => {
                answer(&store.unlink_account(key.key()).await, optional(account))
            }
            Op::GetAccount(key) => answer(&store.get_account(key.key()).await, optional(account)),
            Op::ListAccounts(person) => {
                answer(&store.list_accounts(&self.id(*person)).await, |all| {
                    accounts(all)
                })
            }
            Op::UpsertAccount(person, link) => {
                let new = link.account().of_user(self.id(*person));
                answer(&store.upsert_account(new).await, account)
            }
            Op::UpdateAccountTokens(key, expected, patch) => {
                let expected = expected.clone().map(Into::into);
                let patch = patch.patch();
                let updated = store.update_account_tokens(key.key(), expected.as_ref(), patch);
                answer(&updated.await, optional(account))
            }
            _ => not_here(op),
        }
    }

    async fn sessions(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::CreateSession(person, NewToken(token, expires)) => {
                let new = NewSession {
                    session_token: token.as_str().into(),
                    user_id: self.id(*person),
                    expires: self.at(*expires),
                };
                answer(&store.create_session(new).await, session)
            }
            Op::GetSessionAndUser(token) => {
                let found = store.get_session_and_user(&token.as_str().into()).await;
                answer(&found, optional(session_and_user))
            }
            Op::UpdateSession(token, expires) => {
                let patch = SessionPatch {
                    expires: expires.map(|when| self.at(when)),
                };
                let updated = store.update_session(&token.as_str().into(), patch).await;
                answer(&updated, optional(session))
            }
            Op::DeleteSession(token) => {
                let deleted = store.delete_session(&token.as_str().into()).await;
                answer(&deleted, optional(session))
            }
            Op::GetSessionsAndUsers(tokens) => {
                let tokens: Vec<_> = tokens.iter().map(|t| t.as_str().into()).collect();
                let found = store.get_sessions_and_users(&tokens).await;
                answer(&found, |each| {
                    list(each, |one| answer(one, optional(session_and_user)))
                })
            }
            _ => not_here(op),
        }
    }

    async fn session_admin(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::ListSessions(person) => {
                let listed = store.list_sessions(&self.id(*person)).await;
                answer(&listed, |infos| list(infos, info))
            }
            Op::Revoke(person, handle) => {
                let revoked = store.revoke(&self.id(*person), &handle.handle()).await;
                answer(&revoked, optional(info))
            }
            Op::RevokeAll(person, except) => {
                let except: Option<SessionToken> = except.clone().map(Into::into);
                let revoked = store.revoke_all(&self.id(*person), except.as_ref()).await;
                answer(&revoked, |count| json!(count))
            }
            Op::TouchSession(token, expires) => {
                let expires = self.at(*expires);
                let touched = store.touch_session(&token.as_str().into(), expires).await;
                answer(&touched, optional(session))
            }
            _ => not_here(op),
        }
    }

    async fn authenticators(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::CreateAuthenticator(person, passkey) => {
                let new = passkey.of_user(self.id(*person));
                answer(&store.create_authenticator(new).await, authenticator)
            }
            Op::GetAuthenticator(credential) => {
                let found = store.get_authenticator(credential).await;
                answer(&found, optional(authenticator))
            }
            Op::ListAuthenticatorsByUserId(person) => {
                let listed = store
                    .list_authenticators_by_user_id(&self.id(*person))
                    .await;
                answer(&listed, |all| list(all, authenticator))
            }
            Op::UpdateAuthenticatorCounter(credential, counter) => {
                let updated = store
                    .update_authenticator_counter(credential, *counter)
                    .await;
                answer(&updated, authenticator)
            }
            _ => not_here(op),
        }
    }

    async fn tokens_and_sign_ins(&mut self, op: &Op) -> Value {
        let store = self.store;
        match op {
            Op::CreateVerificationToken(Letter(identifier, token), expires) => {
                let new = VerificationToken {
                    identifier: identifier.clone(),
                    expires: self.at(*expires),
                    token: token.as_str().into(),
                };
                answer(&store.create_verification_token(new).await, |row| {
                    json!(row)
                })
            }
            Op::UseVerificationToken(Letter(identifier, token)) => {
                let token = token.as_str().into();
                let used = store.use_verification_token(identifier, &token).await;
                answer(&used, |row| json!(row))
            }
            Op::SignUp(profile, link, new) => {
                let signed_up = store
                    .sign_up(SignUp {
                        user: self.new_user(profile),
                        account: link.account(),
                        session: self.sign_in_session(new),
                    })
                    .await;
                let id = signed_up.as_ref().ok().map(|done| done.user.id.clone());
                self.people.created.extend(id);
                answer(&signed_up, |done| {
                    json!([
                        user(&done.user),
                        account(&done.account),
                        session(&done.session)
                    ])
                })
            }
            Op::SignInWithEmail(Letter(identifier, token), email, new) => {
                let signed_in = store
                    .sign_in_with_email(SignInWithEmail {
                        identifier: identifier.clone(),
                        token: token.as_str().into(),
                        email: email.clone(),
                        session: self.sign_in_session(new),
                    })
                    .await;
                self.people
                    .created
                    .extend(new_user_of(signed_in.as_ref().ok()));
                answer(&signed_in, signed_in_answer)
            }
            Op::PurgeExpired(limit) => answer(&store.purge_expired(*limit).await, |purged| {
                json!([purged.sessions, purged.verification_tokens])
            }),
            _ => not_here(op),
        }
    }

    fn id(&self, person: Person) -> UserId {
        self.people.id(person)
    }

    fn at(&self, when: When) -> DateTime<Utc> {
        let now = self.clock.now();
        match when {
            When::In(millis) => now + TimeDelta::milliseconds(millis),
            When::InAndABit(millis) => {
                now + TimeDelta::milliseconds(millis) + TimeDelta::microseconds(999)
            }
            When::TooEarly => DateTime::UNIX_EPOCH - TimeDelta::milliseconds(1),
            When::TooLate => DateTime::UNIX_EPOCH + TimeDelta::milliseconds(253_402_300_800_000),
        }
    }

    fn new_user(&self, profile: &Profile) -> NewUser {
        NewUser {
            name: profile.name.clone(),
            email: profile.email.clone(),
            email_verified: profile.email_verified.map(|when| self.at(when)),
            image: profile.image.clone(),
        }
    }

    fn user_patch(&self, patch: &ProfilePatch) -> UserPatch {
        UserPatch {
            name: patch.name.patch(String::clone),
            email: patch.email.patch(String::clone),
            email_verified: patch.email_verified.patch(|when| self.at(*when)),
            image: patch.image.patch(String::clone),
        }
    }

    fn sign_in_session(&self, NewToken(token, expires): &NewToken) -> SignInSession {
        SignInSession {
            session_token: token.as_str().into(),
            expires: self.at(*expires),
        }
    }
}

fn not_here(op: &Op) -> Value {
    panic!("{op:?} is another method's");
}

fn new_user_of<S>(ended: Option<&EmailSignIn<User, S>>) -> Option<UserId> {
    match ended {
        Some(EmailSignIn::SignedIn { user, created, .. }) => created.then(|| user.id.clone()),
        _ => None,
    }
}

fn signed_in_answer(ended: &EmailSignIn<User, Session>) -> Value {
    match ended {
        EmailSignIn::Unknown => Value::Null,
        EmailSignIn::Expired => json!("expired"),
        EmailSignIn::SignedIn {
            user: person,
            session: started,
            created,
        } => json!([user(person), session(started), created]),
    }
}

impl<T> Change<T> {
    fn patch<U>(&self, value: impl FnOnce(&T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(new) => Patch::Set(value(new)),
        }
    }
}

impl Key {
    fn key(&self) -> AccountKey<'_> {
        AccountKey {
            provider: &self.0,
            provider_account_id: &self.1,
        }
    }
}

impl Link {
    fn account(&self) -> ProviderAccount {
        let Key(provider, provider_account_id) = self.key.clone();
        ProviderAccount {
            tokens: AccountTokens {
                refresh_token: self.refresh_token.clone().map(Into::into),
                access_token: self.access_token.clone().map(Into::into),
                expires_at: self.expires_at,
                scope: self.scope.clone(),
                ..AccountTokens::default()
            },
            ..ProviderAccount::new(self.r#type.clone(), provider, provider_account_id)
        }
    }
}

impl TokensPatch {
    fn patch(&self) -> AccountTokensPatch {
        AccountTokensPatch {
            refresh_token: self.refresh_token.patch(|token| token.as_str().into()),
            access_token: self.access_token.patch(|token| token.as_str().into()),
            expires_at: self.expires_at.patch(|seconds| *seconds),
            scope: self.scope.patch(String::clone),
            ..AccountTokensPatch::default()
        }
    }
}

impl Passkey {
    fn of_user(&self, user_id: UserId) -> Authenticator {
        Authenticator {
            credential_id: self.credential_id.clone(),
            user_id,
            provider_account_id: self.credential_id.clone(),
            credential_public_key: "a2V5".to_owned(),
            counter: self.counter,
            credential_device_type: "multiDevice".to_owned(),
            credential_backed_up: true,
            transports: self.transports.clone(),
        }
    }
}

impl Handle {
    fn handle(&self) -> SessionHandle {
        match self {
            Self::Of(token) => SessionToken::from(token.as_str()).handle(),
            Self::Text(text) => SessionHandle::new(text.as_str()),
        }
    }
}
