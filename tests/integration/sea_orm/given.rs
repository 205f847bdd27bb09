//! An adapter on a database, and the people and rows that the tests are about.

use authjs_adapter::{
    Adapter as _, Authenticator, EmailSignIn, ErrorKind, HashedToken, ManualClock, NewAccount,
    NewSession, NewUser, ProviderAccount, Result, Session, SessionToken, SignInSession,
    SignInWithEmail, SignUp, Snapshot, Unique, User, UserId, VerificationToken,
};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::TestDatabase;
use chrono::{DateTime, TimeDelta, Utc};

/// More than any test has callers, and few enough that tests in parallel stay below a server's
/// limit.
pub(super) const MAX_CONNECTIONS: u32 = 8;

/// An adapter on a database of its own, and the pool below it.
pub(super) struct Given<D> {
    pub(super) store: SeaOrmAdapter,
    pub(super) clock: ManualClock,
    pub(super) pool: Pool,
    // Dropped after those that are connected to it.
    pub(super) database: D,
}

impl<D: TestDatabase> Given<D> {
    /// On a database with the tables as our migrations make them.
    pub(super) async fn migrated() -> Self {
        Self::on(D::migrated().await).await
    }

    /// On this database.
    pub(super) async fn on(database: D) -> Self {
        let pool = Pool::connect(options(&database)).await;
        let pool = pool.expect("the database is there");
        let clock = ManualClock::new(start());
        Self {
            store: SeaOrmAdapter::shared_with_authjs(&pool).with_clock(clock.clone()),
            clock,
            pool,
            database,
        }
    }

    /// All rows, read past the adapter.
    pub(super) async fn rows(&self) -> Snapshot {
        self.database.snapshot().await
    }

    /// Stores Ada.
    pub(super) async fn ada(&self) -> User {
        self.store.create_user(ada()).await.expect("Ada is new")
    }

    /// Stores Grace.
    pub(super) async fn grace(&self) -> User {
        self.store.create_user(grace()).await.expect("Grace is new")
    }

    /// Stores a session of thirty days.
    pub(super) async fn session(&self, user: &User, token: &str) -> Session {
        let session = self.store.create_session(session(&user.id, token)).await;
        session.expect("the token is new")
    }
}

/// How the tests reach a database.
pub(super) fn options<D: TestDatabase>(database: &D) -> ConnectOptions {
    ConnectOptions::from_url(&database.url())
        .expect("the URL is ours")
        .max_connections(MAX_CONNECTIONS)
}

/// The kind of the error; `None` for an answer.
pub(super) fn kind<T>(answer: Result<T>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind())
}

/// The user of a sign-in that succeeded, and whether they are new.
#[track_caller]
pub(super) fn signed_in(answer: Result<EmailSignIn<User, Session>>) -> (User, bool) {
    match answer {
        Ok(EmailSignIn::SignedIn { user, created, .. }) => (user, created),
        other => unreachable!("no sign-in: {other:?}"),
    }
}

/// A kind of error.
pub(super) const fn conflict(unique: Unique) -> ErrorKind {
    ErrorKind::Conflict(unique)
}

/// Thirty days after the start.
pub(super) fn in_thirty_days() -> DateTime<Utc> {
    start() + TimeDelta::days(30)
}

pub(super) fn ada() -> NewUser {
    NewUser {
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        ..NewUser::default()
    }
}

pub(super) fn grace() -> NewUser {
    NewUser {
        name: Some("Grace".to_owned()),
        email: Some("grace@example.com".to_owned()),
        ..NewUser::default()
    }
}

/// The account `github`/`42`.
pub(super) fn provider_account() -> ProviderAccount {
    ProviderAccount::new("oauth", "github", "42")
}

/// The account `github`/`42`, to be linked to this user.
pub(super) fn account(user_id: &UserId) -> NewAccount {
    provider_account().of_user(user_id.clone())
}

pub(super) fn session(user_id: &UserId, token: &str) -> NewSession {
    NewSession {
        session_token: SessionToken::new(token),
        user_id: user_id.clone(),
        expires: in_thirty_days(),
    }
}

/// A magic link for Ada's address.
pub(super) fn link(expires: DateTime<Utc>) -> VerificationToken {
    VerificationToken {
        identifier: "ada@example.com".to_owned(),
        expires,
        token: HashedToken::new("link-hash"),
    }
}

/// A click on [`link`].
pub(super) fn click(session_token: &str) -> SignInWithEmail {
    SignInWithEmail {
        identifier: "ada@example.com".to_owned(),
        token: HashedToken::new("link-hash"),
        email: "ada@example.com".to_owned(),
        session: sign_in_session(session_token),
    }
}

/// Ada's first sign-in with `github`/`42`.
pub(super) fn sign_up(session_token: &str) -> SignUp<NewUser> {
    SignUp {
        user: ada(),
        account: provider_account(),
        session: sign_in_session(session_token),
    }
}

/// The first sign-in of somebody whom no other number has.
pub(super) fn numbered_sign_up(number: usize) -> SignUp<NewUser> {
    SignUp {
        user: NewUser {
            email: Some(format!("{number}@example.com")),
            ..NewUser::default()
        },
        account: ProviderAccount::new("oauth", "github", number.to_string()),
        session: sign_in_session(&format!("session {number}")),
    }
}

pub(super) fn passkey(user_id: &UserId, credential_id: &str) -> Authenticator {
    Authenticator {
        credential_id: credential_id.to_owned(),
        user_id: user_id.clone(),
        provider_account_id: credential_id.to_owned(),
        credential_public_key: "cHVibGljIGtleQ==".to_owned(),
        counter: 7,
        credential_device_type: "multiDevice".to_owned(),
        credential_backed_up: true,
        transports: None,
    }
}

fn sign_in_session(token: &str) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(token),
        expires: in_thirty_days(),
    }
}
