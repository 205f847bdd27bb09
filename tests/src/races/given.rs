//! Rows that the rounds begin with.

use authjs_adapter::{
    Authenticator, DynStore, HashedToken, NewAccount, NewSession, NewUser, ProviderAccount, Result,
    Session, SessionToken, SignInSession, UserId, VerificationToken,
};
use authjs_conformance::start;
use chrono::{DateTime, TimeDelta, Utc};

/// So many days after the clock of the suite.
pub(super) fn in_days(days: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(days)
}

/// Nobody else writes while a round is arranged or judged.
pub(super) fn undisturbed<T>(answer: Result<T>) -> T {
    answer.expect("the witness is alone")
}

/// Nobody else writes, but calls that were cancelled may be on their way out: what may be
/// retried is retried.
pub(super) async fn insist<T, F: Future<Output = Result<T>>>(call: impl Fn() -> F) -> T {
    loop {
        match call().await {
            Err(error) if error.is_retryable() => tokio::task::yield_now().await,
            answer => return undisturbed(answer),
        }
    }
}

pub(super) async fn user(store: &DynStore) -> UserId {
    undisturbed(store.create_user(NewUser::default()).await).id
}

pub(super) fn new_session(token: &str, user: UserId, days: i64) -> NewSession {
    NewSession {
        session_token: token.into(),
        user_id: user,
        expires: in_days(days),
    }
}

pub(super) async fn session(store: &DynStore, token: &str, user: &UserId, days: i64) -> Session {
    undisturbed(
        store
            .create_session(new_session(token, user.clone(), days))
            .await,
    )
}

pub(super) fn sign_in_session(token: &str) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(token),
        expires: in_days(30),
    }
}

pub(super) fn account(id: &str) -> ProviderAccount {
    ProviderAccount::new("oauth", "github", id)
}

pub(super) fn account_with_tokens(id: &str, user: UserId, tokens: &str) -> NewAccount {
    let mut account = account(id);
    account.tokens.refresh_token = Some(format!("refresh-{tokens}").into());
    account.tokens.access_token = Some(format!("access-{tokens}").into());
    account.of_user(user)
}

pub(super) fn authenticator(id: &str, user: UserId) -> Authenticator {
    Authenticator {
        credential_id: id.to_owned(),
        user_id: user,
        provider_account_id: id.to_owned(),
        credential_public_key: "a2V5".to_owned(),
        counter: 0,
        credential_device_type: "multiDevice".to_owned(),
        credential_backed_up: true,
        transports: None,
    }
}

/// A verification token that expires so many days after the clock of the suite.
pub(super) async fn verification_token(
    store: &DynStore,
    identifier: &str,
    token: &HashedToken,
    days: i64,
) {
    let row = VerificationToken {
        identifier: identifier.to_owned(),
        expires: in_days(days),
        token: token.clone(),
    };
    undisturbed(store.create_verification_token(row).await);
}
