//! Every operation with a canary in every argument, in turn answered, refused and in conflict.

use std::fmt::Debug;

use authjs_adapter::{
    AccountTokens, AccountTokensPatch, Authenticator, Error, ErrorKind, HashedToken, NewAccount,
    NewSession, NewUser, OAuthToken, Patch, ProviderAccount, Result, Session, SessionPatch,
    SessionToken, SignInSession, SignInWithEmail, SignUp, Store, User, UserId, UserPatch,
    VerificationToken,
};
use authjs_conformance::start;
use authjs_tests::{Capture, canary};
use chrono::{DateTime, TimeDelta, Utc};

use super::SHOWN;

/// Calls the operations of a store and notes what is told.
pub(super) struct Caller<'c, S> {
    store: &'c S,
    capture: &'c Capture,
    outcomes: Outcomes,
}

/// The operations in the order in which they were called, each with its error.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes(pub(crate) Vec<(String, Option<ErrorKind>)>);

impl Outcomes {
    /// True if some operation had this error.
    pub(crate) fn have(&self, kind: ErrorKind) -> bool {
        self.0.iter().any(|(_, error)| *error == Some(kind))
    }
}

/// Calls everything twice, so that the second time is in conflict with the first where that can
/// be, then with what cannot be stored, and returns what became of each call.
pub(crate) async fn everything<S>(store: &S, capture: &Capture) -> Outcomes
where
    S: Store<User = User, Session = Session, NewUser = NewUser>,
{
    let mut caller = Caller {
        store,
        capture,
        outcomes: Outcomes::default(),
    };
    let plain = |text: &str| text.to_owned();
    let user = caller.start(&plain).await;
    caller.start(&plain).await;
    caller.use_all(&user).await;
    for spoiled in [
        (|text: &str| format!("{text}\0")) as fn(&str) -> String,
        |text| text.repeat(40),
        |text| text.repeat(5_000),
    ] {
        caller.start(&spoiled).await;
    }
    caller.use_all(&UserId::new(canary("user-id"))).await;
    caller.end(&user).await;
    caller.outcomes
}

/// What is made of the plain canaries.
type Spoil<'s> = &'s (dyn Fn(&str) -> String + Sync);

fn end() -> DateTime<Utc> {
    // After any clock that a test may live by.
    start() + TimeDelta::days(36_500)
}

fn email() -> String {
    canary("email") + "@example.com"
}

fn shown(kind: &str) -> String {
    format!("{SHOWN}-{kind}")
}

fn tokens(spoil: Spoil<'_>) -> AccountTokens {
    let secret = |kind: &str| Some(OAuthToken::new(spoil(&canary(kind))));
    AccountTokens {
        refresh_token: secret("refresh-token"),
        access_token: secret("access-token"),
        expires_at: Some(1),
        id_token: secret("id-token"),
        scope: Some(spoil(&shown("scope"))),
        session_state: secret("session-state"),
        token_type: Some(spoil(&shown("token-type"))),
    }
}

fn account(spoil: Spoil<'_>) -> ProviderAccount {
    ProviderAccount {
        tokens: tokens(spoil),
        ..ProviderAccount::new(
            shown("type"),
            shown("provider"),
            spoil(&canary("provider-account-id")),
        )
    }
}

fn user(spoil: Spoil<'_>) -> NewUser {
    NewUser {
        name: Some(spoil(&canary("name"))),
        email: Some(spoil(&email())),
        email_verified: Some(start()),
        image: Some(spoil(&format!("https://example.com/{}", canary("image")))),
    }
}

fn session(user_id: &UserId, spoil: Spoil<'_>) -> NewSession {
    NewSession {
        session_token: SessionToken::new(spoil(&canary("session-token"))),
        user_id: user_id.clone(),
        expires: end(),
    }
}

fn link(spoil: Spoil<'_>) -> VerificationToken {
    VerificationToken {
        identifier: spoil(&email()),
        expires: end(),
        token: HashedToken::new(spoil(&canary("verification-token"))),
    }
}

fn click(spoil: Spoil<'_>) -> SignInWithEmail {
    SignInWithEmail {
        identifier: spoil(&email()),
        token: HashedToken::new(spoil(&canary("verification-token"))),
        email: spoil(&canary("signing-in")) + "@example.com",
        session: sign_in_session("link", spoil),
    }
}

fn sign_in_session(kind: &str, spoil: Spoil<'_>) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(spoil(&canary(kind))),
        expires: end(),
    }
}

fn sign_up(spoil: Spoil<'_>) -> SignUp<NewUser> {
    let new = NewUser {
        email: Some(canary("sign-up") + "@example.com"),
        ..user(spoil)
    };
    let mut account = account(spoil);
    account.provider_account_id = spoil(&canary("signed-up"));
    SignUp {
        user: new,
        account,
        session: sign_in_session("sign-up-session", spoil),
    }
}

/// `Debug` of an authenticator shows its public parts.
fn authenticator(user_id: &UserId, spoil: Spoil<'_>) -> Authenticator {
    Authenticator {
        credential_id: spoil(&shown("credential-id")),
        user_id: user_id.clone(),
        provider_account_id: spoil(&shown("credential-account")),
        credential_public_key: spoil(&shown("public-key")),
        counter: 1,
        credential_device_type: spoil(&shown("device-type")),
        credential_backed_up: true,
        transports: Some(spoil(&shown("transports"))),
    }
}

impl<S> Caller<'_, S>
where
    S: Store<User = User, Session = Session, NewUser = NewUser>,
{
    /// Notes what an answer or error tells.
    fn note<T: Debug>(&mut self, place: &str, answer: Result<T>) -> Option<T> {
        let error = answer.as_ref().err().map(Error::kind);
        self.outcomes.0.push((place.to_owned(), error));
        match answer {
            Ok(value) => {
                for text in [format!("{value:?}"), format!("{value:#?}")] {
                    self.capture.text(place, &text.replace(SHOWN, ""));
                }
                Some(value)
            }
            Err(error) => {
                self.capture.error(place, &error);
                None
            }
        }
    }

    /// Makes one row in each table.
    async fn start(&mut self, spoil: Spoil<'_>) -> UserId {
        let store = self.store;
        self.capture.debug("new user", &user(spoil));
        let created = store.create_user(user(spoil)).await;
        let created = self.note("create_user", created);
        let id = created.map_or_else(|| UserId::from(1), |user| user.id);
        let account: NewAccount = account(spoil).of_user(id.clone());
        let answer = store.link_account(account.clone()).await;
        self.note("link_account", answer);
        let answer = store.upsert_account(account.clone()).await;
        self.note("upsert_account", answer);
        let patch = AccountTokensPatch {
            access_token: Patch::Set(OAuthToken::new(spoil(&canary("access-token")))),
            refresh_token: Patch::Set(OAuthToken::new(spoil(&canary("refresh-token")))),
            scope: Patch::Set(spoil(&shown("scope"))),
            ..AccountTokensPatch::default()
        };
        let expected = account.tokens.refresh_token.clone();
        let answer = store.update_account_tokens(account.key(), expected.as_ref(), patch);
        let answer = answer.await;
        self.note("update_account_tokens", answer);
        let patch = UserPatch {
            name: Patch::Set(spoil(&canary("name"))),
            email: Patch::Set(spoil(&email())),
            image: Patch::Set(spoil(&canary("image"))),
            email_verified: Patch::Clear,
        };
        self.capture.debug("patch", &patch);
        let answer = store.update_user(&id, patch).await;
        self.note("update_user", answer);
        let answer = store.create_session(session(&id, spoil)).await;
        self.note("create_session", answer);
        let answer = store.create_verification_token(link(spoil)).await;
        self.note("create_verification_token", answer);
        let answer = store.create_authenticator(authenticator(&id, spoil)).await;
        self.note("create_authenticator", answer);
        let answer = store.sign_up(sign_up(spoil)).await;
        self.note("sign_up", answer);
        self.capture.debug("click", &click(spoil));
        let answer = store.sign_in_with_email(click(spoil)).await;
        self.note("sign_in_with_email", answer);
        id
    }

    /// Reads and changes the rows by their keys.
    async fn use_all(&mut self, id: &UserId) {
        let store = self.store;
        let plain = |text: &str| text.to_owned();
        let account = account(&plain);
        let token = session(id, &plain).session_token;
        let patch = SessionPatch {
            expires: Some(end()),
        };
        let credential = shown("credential-id");

        let answer = store.get_user(id).await;
        self.note("get_user", answer);
        let answer = store.get_user_by_email(&email()).await;
        self.note("get_user_by_email", answer);
        let answer = store.get_user_by_account(account.key()).await;
        self.note("get_user_by_account", answer);
        let answer = store.get_account(account.key()).await;
        self.note("get_account", answer);
        let answer = store.list_accounts(id).await;
        self.note("list_accounts", answer);
        let answer = store.get_session_and_user(&token).await;
        self.note("get_session_and_user", answer);
        let answer = store
            .get_sessions_and_users(std::slice::from_ref(&token))
            .await;
        self.note("get_sessions_and_users", answer);
        let answer = store.update_session(&token, patch).await;
        self.note("update_session", answer);
        let answer = store.touch_session(&token, end()).await;
        self.note("touch_session", answer);
        let answer = store.list_sessions(id).await;
        self.note("list_sessions", answer);
        let answer = store
            .revoke(id, &SessionToken::new(canary("link")).handle())
            .await;
        self.note("revoke", answer);
        let answer = store.get_authenticator(&credential).await;
        self.note("get_authenticator", answer);
        let answer = store.list_authenticators_by_user_id(id).await;
        self.note("list_authenticators_by_user_id", answer);
        let answer = store.update_authenticator_counter(&credential, 2).await;
        self.note("update_authenticator_counter", answer);
        // Of a user who is not there.
        let answer = store
            .create_session(session(&UserId::from(i32::MAX), &plain))
            .await;
        self.note("create_session", answer);
        let answer = store
            .link_account(account.of_user(UserId::from(i32::MAX)))
            .await;
        self.note("link_account", answer);
        let answer = store.update_user(id, UserPatch::default()).await;
        self.note("update_user", answer);
    }

    /// Takes the rows away again.
    async fn end(&mut self, id: &UserId) {
        let store = self.store;
        let plain = |text: &str| text.to_owned();
        let link = link(&plain);
        let token = session(id, &plain).session_token;

        let answer = store
            .use_verification_token(&link.identifier, &link.token)
            .await;
        self.note("use_verification_token", answer);
        let answer = store.create_verification_token(link).await;
        self.note("create_verification_token", answer);
        let answer = store.sign_in_with_email(click(&plain)).await;
        self.note("sign_in_with_email", answer);
        let answer = store.unlink_account(account(&plain).key()).await;
        self.note("unlink_account", answer);
        let answer = store.revoke_all(id, Some(&token)).await;
        self.note("revoke_all", answer);
        let answer = store.delete_session(&token).await;
        self.note("delete_session", answer);
        let answer = store.purge_expired(100).await;
        self.note("purge_expired", answer);
        let answer = store.delete_user(id).await;
        self.note("delete_user", answer);
        for address in [canary("sign-up"), canary("signing-in")] {
            let found = store.get_user_by_email(&(address + "@example.com")).await;
            let found = self.note("get_user_by_email", found).flatten();
            let other = found.map_or_else(|| UserId::from(2), |user| user.id);
            let answer = store.delete_user(&other).await;
            self.note("delete_user", answer);
        }
    }
}
