//! Zero dates and years before 1970 are read as the first instant that every backend can store;
//! a day that no calendar has is nobody's proof and no session's end, and never a panic.

use authjs_adapter::{
    Adapter as _, BatchLookup as _, ErrorKind, HashedToken, SessionAdmin as _, SessionPatch,
    SessionToken, UserId,
};
use authjs_conformance::Harness as _;
use authjs_tests::{MariadbDatabase, SeaOrmHarness};
use chrono::{DateTime, Utc};
use sqlx::Executor as _;

type Harness = SeaOrmHarness<MariadbDatabase>;

/// Users without an address in the order of their ids, and sessions of the first one. The mode is
/// that of a server on which nobody set one.
const ROWS: &str = "
    SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
    INSERT INTO users (id, emailVerified) VALUES
        (1, NULL), (2, '0000-00-00'), (3, '0001-01-01'), (4, '9999-12-31 23:59:59.999'),
        (5, '2020-00-00');
    INSERT INTO sessions (userId, expires, sessionToken) VALUES
        (1, '9999-12-31 23:59:59.999', 'for-ever'), (1, '0000-00-00', 'zero'),
        (1, '1000-01-01', 'never'), (4, '9999-12-31 23:59:59.999', 'verified'),
        (1, '2030-00-00', 'no-day');
    INSERT INTO verification_token (identifier, expires, token) VALUES
        ('a@example.com', '9999-12-31 23:59:59.999', 'hash'), ('b@example.com', '0000-00-00', 'hash');
";

async fn poisoned() -> Harness {
    let harness = Harness::fresh().await;
    let mut raw = harness.database().connect().await;
    raw.execute(ROWS).await.expect("MariaDB stores the rows");
    harness
}

fn first() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn last() -> DateTime<Utc> {
    "9999-12-31T23:59:59.999Z".parse().expect("a time")
}

fn kind<T>(answer: authjs_adapter::Result<T>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind())
}

async fn verified(harness: &Harness, id: i32) -> Option<DateTime<Utc>> {
    let user = harness.store().get_user(&UserId::from(id)).await;
    user.expect("the row is read")
        .expect("the row is there")
        .email_verified
}

#[tokio::test]
async fn times_of_users_are_clamped_and_null_stays_null() {
    let harness = poisoned().await;

    assert_eq!(verified(&harness, 1).await, None);
    assert_eq!(verified(&harness, 2).await, Some(first()));
    assert_eq!(verified(&harness, 3).await, Some(first()));
    assert_eq!(verified(&harness, 4).await, Some(last()));
}

#[tokio::test]
async fn a_day_that_no_calendar_has_verifies_nobody() {
    let harness = poisoned().await;

    assert_eq!(verified(&harness, 5).await, None);
}

#[tokio::test]
async fn a_session_that_ends_on_a_day_that_no_calendar_has_is_an_error() {
    let harness = poisoned().await;
    let store = harness.store();

    let session = store.get_session_and_user(&"no-day".into()).await;
    let list = store.list_sessions(&UserId::from(1)).await;

    assert_eq!(kind(session), Some(ErrorKind::Internal));
    assert_eq!(kind(list), Some(ErrorKind::Internal));
}

#[tokio::test]
async fn sessions_are_live_until_the_last_instant_and_never_since_the_first() {
    let harness = poisoned().await;
    let tokens = ["for-ever", "zero", "never", "verified"].map(SessionToken::from);

    let found = harness.store().get_sessions_and_users(&tokens).await;

    let ends = |answer: &authjs_adapter::Result<Option<(authjs_adapter::Session, _)>>| {
        let found = answer.as_ref().expect("the row is read").as_ref();
        found.map(|(session, _): &(_, authjs_adapter::User)| session.expires)
    };
    let found: Vec<_> = found.expect("an answer").iter().map(ends).collect();
    assert_eq!(found, [Some(last()), None, None, Some(last())]);
}

#[tokio::test]
async fn what_a_write_returns_is_clamped_too() {
    let harness = poisoned().await;
    let store = harness.store();

    let updated = store
        .update_session(&"zero".into(), SessionPatch::default())
        .await;
    let touched = store.touch_session(&"for-ever".into(), first()).await;
    let deleted = store.delete_session(&"never".into()).await;
    let zero = store.delete_session(&"zero".into()).await;
    let user = store.delete_user(&UserId::from(2)).await;

    let end = |session: authjs_adapter::Result<Option<authjs_adapter::Session>>| {
        session.expect("the row is read").map(|row| row.expires)
    };
    assert_eq!(end(updated), Some(first()));
    assert_eq!(end(touched), Some(last()));
    assert_eq!(end(deleted), Some(first()));
    assert_eq!(end(zero), Some(first()));
    let user = user.expect("the row is read").expect("the row is there");
    assert_eq!(user.email_verified, Some(first()));
}

#[tokio::test]
async fn verification_tokens_are_clamped() {
    let harness = poisoned().await;
    let hash = HashedToken::new("hash");

    let late = harness
        .store()
        .use_verification_token("a@example.com", &hash)
        .await;
    let early = harness
        .store()
        .use_verification_token("b@example.com", &hash)
        .await;

    let end = |token: authjs_adapter::Result<Option<authjs_adapter::VerificationToken>>| {
        token.expect("the row is read").map(|row| row.expires)
    };
    assert_eq!(end(late), Some(last()));
    assert_eq!(end(early), Some(first()));
}
