//! Stores as the calls about one row.

use std::sync::Arc;

use authjs_adapter::{
    Clock as _, Error, ErrorKind, NewSession, NewUser, SessionPatch, SessionToken, UserId,
    VERIFICATION_TOKEN_GRACE, VerificationToken, async_trait,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::row::{Answer, Request, Row};
use crate::model::Subject;

/// More than a round leaves behind.
const PURGE: u32 = 10_000;

/// Makes calls about rows, each with a key.
#[async_trait]
pub trait Calls: Send + Sync + 'static {
    /// What the store can be asked; a purge is always possible.
    const REQUESTS: &'static [fn(i64) -> Request];

    /// A row that is not there, by the clock of the store.
    fn absent(&self) -> Row;
    /// The time by the clock of the store, in milliseconds since the Unix epoch.
    fn now(&self) -> i64;
    /// Makes a call.
    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error>;
    /// The ends of these rows, read past the store.
    async fn look(&self, keys: &[u64]) -> Vec<Answer>;
    /// Disturbs the store from outside.
    async fn disturb(&self);
    /// Ends what [`disturb`](Self::disturb) left.
    async fn calm(&self);
}

/// Verification tokens: created, used.
#[derive(Debug)]
pub struct Tokens<S>(Arc<S>);

impl<S: Subject + 'static> Tokens<S> {
    /// Those of a store.
    pub const fn of(subject: Arc<S>) -> Self {
        Self(subject)
    }
}

#[async_trait]
impl<S: Subject + 'static> Calls for Tokens<S> {
    const REQUESTS: &'static [fn(i64) -> Request] = &[Request::Create, |_| Request::Take];

    fn absent(&self) -> Row {
        let grace = VERIFICATION_TOKEN_GRACE.num_milliseconds();
        Row::absent(self.now(), self.now() - grace)
    }

    fn now(&self) -> i64 {
        self.0.clock().now().timestamp_millis()
    }

    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error> {
        let (store, identifier) = (self.0.store(), format!("{key}@example.com"));
        match request {
            Request::Create(end) => {
                let new = VerificationToken {
                    identifier,
                    expires: time(end),
                    token: "hash".into(),
                };
                created(store.create_verification_token(new).await)
            }
            Request::Purge => store.purge_expired(PURGE).await.map(|_| Answer::Purged),
            _ => {
                let used = store
                    .use_verification_token(&identifier, &"hash".into())
                    .await?;
                Ok(row(used.map(|token| token.expires)))
            }
        }
    }

    async fn look(&self, keys: &[u64]) -> Vec<Answer> {
        let rows = self.0.snapshot().await.verification_tokens;
        let end_of = |key: &u64| {
            let identifier = format!("{key}@example.com");
            let found = rows.iter().find(|row| row.identifier == identifier);
            row(found.map(|row| row.expires))
        };
        keys.iter().map(end_of).collect()
    }

    async fn disturb(&self) {
        self.0.disturb().await;
    }

    async fn calm(&self) {
        self.0.calm().await;
    }
}

/// Sessions of one user: created, found, changed, extended, deleted.
#[derive(Debug)]
pub struct Sessions<S> {
    subject: Arc<S>,
    user: UserId,
}

impl<S: Subject + 'static> Sessions<S> {
    /// Those of a new user of a store.
    pub async fn of(subject: Arc<S>) -> Self {
        let user = subject.store().create_user(NewUser::default()).await;
        let user = user.expect("a user can be created").id;
        Self { subject, user }
    }
}

#[async_trait]
impl<S: Subject + 'static> Calls for Sessions<S> {
    const REQUESTS: &'static [fn(i64) -> Request] = &[
        Request::Create,
        |_| Request::Get,
        Request::Update,
        Request::Touch,
        |_| Request::Take,
    ];

    fn absent(&self) -> Row {
        Row::absent(self.now(), self.now())
    }

    fn now(&self) -> i64 {
        self.subject.clock().now().timestamp_millis()
    }

    async fn call(&self, key: u64, request: Request) -> Result<Answer, Error> {
        let (store, token) = (self.subject.store(), token(key));
        match request {
            Request::Create(end) => {
                let new = NewSession {
                    session_token: token,
                    user_id: self.user.clone(),
                    expires: time(end),
                };
                created(store.create_session(new).await)
            }
            Request::Get | Request::Look => {
                let found = store.get_session_and_user(&token).await?;
                Ok(row(found.map(|(session, _)| session.expires)))
            }
            Request::Update(end) => {
                let patch = SessionPatch {
                    expires: Some(time(end)),
                };
                let updated = store.update_session(&token, patch).await?;
                Ok(row(updated.map(|session| session.expires)))
            }
            Request::Touch(end) => {
                let touched = store.touch_session(&token, time(end)).await?;
                Ok(row(touched.map(|session| session.expires)))
            }
            Request::Take => {
                let deleted = store.delete_session(&token).await?;
                Ok(row(deleted.map(|session| session.expires)))
            }
            Request::Purge => store.purge_expired(PURGE).await.map(|_| Answer::Purged),
        }
    }

    async fn look(&self, keys: &[u64]) -> Vec<Answer> {
        let rows = self.subject.snapshot().await.sessions;
        let end_of = |key: &u64| {
            let stored = self.subject.stored(&token(*key));
            let found = rows.iter().find(|row| row.session_token.expose() == stored);
            row(found.map(|row| row.expires))
        };
        keys.iter().map(end_of).collect()
    }

    async fn disturb(&self) {
        self.subject.disturb().await;
    }

    async fn calm(&self) {
        self.subject.calm().await;
    }
}

fn token(key: u64) -> SessionToken {
    SessionToken::new(format!("session-{key}"))
}

fn time(millis: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis)
}

fn row(end: Option<DateTime<Utc>>) -> Answer {
    end.map_or(Answer::Nothing, |end| Answer::Row(end.timestamp_millis()))
}

/// A conflict is an answer like another.
fn created<T>(result: Result<T, Error>) -> Result<Answer, Error> {
    match result {
        Ok(_) => Ok(Answer::Created),
        Err(error) if matches!(error.kind(), ErrorKind::Conflict(_)) => Ok(Answer::Conflict),
        Err(error) => Err(error),
    }
}
