//! Rows that are there before a case acts, and rows read past the adapter after it.

use authjs_adapter::{
    Account, AccountKey, Adapter as _, Authenticator, Authenticators, NewAccount, NewSession,
    NewUser, Session, SessionToken, User, UserId, VerificationToken,
};

use crate::race::CALLERS;
use crate::{Harness, check, sample};

/// Stores a user.
pub(crate) async fn user<H: Harness>(h: &H, user: NewUser) -> User {
    check::user(&h.store().create_user(user.into()).await.unwrap())
}

/// Stores Ada.
pub(crate) async fn ada<H: Harness>(h: &H) -> User {
    user(h, sample::ada()).await
}

/// Stores Grace.
pub(crate) async fn grace<H: Harness>(h: &H) -> User {
    user(h, sample::grace()).await
}

/// Stores as many people as a race has callers.
pub(crate) async fn crowd<H: Harness>(h: &H) -> Vec<UserId> {
    let mut crowd = Vec::with_capacity(CALLERS);
    for _ in 0..CALLERS {
        crowd.push(user(h, NewUser::default()).await.id);
    }
    crowd
}

/// Links an account.
pub(crate) async fn account<H: Harness>(h: &H, account: NewAccount) -> Account {
    h.store().link_account(account).await.unwrap()
}

/// Stores a session.
pub(crate) async fn session<H: Harness>(h: &H, session: NewSession) -> Session {
    check::session(&h.store().create_session(session).await.unwrap())
}

/// Stores a verification token.
pub(crate) async fn link<H: Harness>(h: &H, link: VerificationToken) -> VerificationToken {
    h.store().create_verification_token(link).await.unwrap()
}

/// Stores a credential.
pub(crate) async fn passkey<H>(h: &H, passkey: Authenticator) -> Authenticator
where
    H: Harness,
    H::Store: Authenticators,
{
    h.store().create_authenticator(passkey).await.unwrap()
}

/// Two people with one row in each table: what a call for one of them may disturb.
pub(crate) async fn two_people<H: Harness>(h: &H) -> (User, User) {
    let lovelace = ada(h).await;
    let hopper = grace(h).await;
    account(h, sample::account(&lovelace.id)).await;
    session(h, sample::session(&lovelace.id, "ada-token")).await;
    link(h, sample::link()).await;
    let grace_account = NewAccount {
        provider_account_id: "43".to_owned(),
        ..sample::account(&hopper.id)
    };
    account(h, grace_account).await;
    session(h, sample::session(&hopper.id, "grace-token")).await;
    let grace_link = VerificationToken {
        identifier: "grace@example.com".to_owned(),
        ..sample::link()
    };
    link(h, grace_link).await;
    (lovelace, hopper)
}

/// Ada with `github`/`42`, and before it, in the order of their making and of their names,
/// accounts that have one half of its key, or of `github`/`44`.
pub(crate) async fn look_alikes<H: Harness>(h: &H) -> User {
    let ada = ada(h).await;
    for (provider, id) in [
        ("apple", "44"),
        ("apple", "42"),
        ("github", "41"),
        ("github", "42"),
    ] {
        let linked = NewAccount {
            provider: provider.to_owned(),
            provider_account_id: id.to_owned(),
            ..sample::account(&ada.id)
        };
        account(h, linked).await;
    }
    ada
}

/// The stored user with this id.
pub(crate) async fn stored_user<H: Harness>(h: &H, id: &UserId) -> Option<User> {
    let users = h.snapshot().await.users;
    users.into_iter().find(|user| user.id == *id)
}

/// The stored account with this key.
pub(crate) async fn stored_account<H: Harness>(h: &H, key: AccountKey<'_>) -> Option<Account> {
    let accounts = h.snapshot().await.accounts;
    accounts.into_iter().find(|account| account.key() == key)
}

/// The stored session with this token, as its caller sees it.
pub(crate) async fn stored_session<H: Harness>(h: &H, token: &SessionToken) -> Option<Session> {
    let stored = h.stored_token(token);
    let sessions = h.snapshot().await.sessions;
    let found = sessions
        .into_iter()
        .find(|session| session.session_token.expose() == stored)?;
    Some(Session {
        session_token: token.clone(),
        ..check::session(&found)
    })
}
