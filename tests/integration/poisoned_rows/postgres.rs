//! `infinity`, `-infinity` and the last day of JavaScript are read as the first or last
//! instant that every backend can store. NULL and other types are errors.

use authjs_adapter::{
    AccountKey, Accounts as _, Adapter as _, BatchLookup as _, ErrorKind, HashedToken,
    SessionAdmin as _, SessionPatch, SessionToken, UserId,
};
use authjs_conformance::Harness as _;
use authjs_tests::{PostgresDatabase, SeaOrmHarness};
use chrono::{DateTime, Utc};
use sqlx::Executor as _;

type Harness = SeaOrmHarness<PostgresDatabase>;

/// Users without an address in the order of their ids, and sessions of the first one.
const ROWS: &str = r#"
    INSERT INTO users (id, "emailVerified") VALUES
        (1, NULL), (2, 'infinity'), (3, '-infinity'), (4, '275760-09-13T00:00:00Z'),
        (5, '4713-01-01T00:00:00Z BC');
    INSERT INTO sessions ("userId", expires, "sessionToken") VALUES
        (1, 'infinity', 'for-ever'), (1, '275760-09-13T00:00:00Z', 'javascript'),
        (1, '-infinity', 'never'), (2, 'infinity', 'verified');
    INSERT INTO verification_token (identifier, expires, token) VALUES
        ('a@example.com', 'infinity', 'hash'), ('b@example.com', '-infinity', 'hash');
"#;

async fn poisoned() -> Harness {
    let harness = Harness::fresh().await;
    let mut raw = harness.database().connect().await;
    raw.execute(ROWS).await.expect("PostgreSQL stores the rows");
    harness
}

fn first() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn last() -> DateTime<Utc> {
    "9999-12-31T23:59:59.999Z".parse().expect("a time")
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
    assert_eq!(verified(&harness, 2).await, Some(last()));
    assert_eq!(verified(&harness, 3).await, Some(first()));
    assert_eq!(verified(&harness, 4).await, Some(last()));
    assert_eq!(verified(&harness, 5).await, Some(first()));
}

#[tokio::test]
async fn sessions_without_an_end_are_live_until_the_last_instant() {
    let harness = poisoned().await;
    let tokens = ["for-ever", "javascript", "never", "verified"].map(SessionToken::from);

    let found = harness.store().get_sessions_and_users(&tokens).await;
    let one = harness.store().get_session_and_user(&tokens[0]).await;

    let ends = |answer: &authjs_adapter::Result<Option<(authjs_adapter::Session, _)>>| {
        let found = answer.as_ref().expect("the row is read").as_ref();
        found.map(|(session, _): &(_, authjs_adapter::User)| session.expires)
    };
    let found: Vec<_> = found.expect("an answer").iter().map(ends).collect();
    assert_eq!(found, [Some(last()), Some(last()), None, Some(last())]);
    assert_eq!(ends(&one), Some(last()));
}

#[tokio::test]
async fn what_a_write_returns_is_clamped_too() {
    let harness = poisoned().await;
    let store = harness.store();

    let updated = store
        .update_session(&"for-ever".into(), SessionPatch::default())
        .await;
    let touched = store.touch_session(&"javascript".into(), first()).await;
    let deleted = store.delete_session(&"never".into()).await;
    let user = store.delete_user(&UserId::from(2)).await;

    let end = |session: authjs_adapter::Result<Option<authjs_adapter::Session>>| {
        session.expect("the row is read").map(|row| row.expires)
    };
    assert_eq!(end(updated), Some(last()));
    assert_eq!(end(touched), Some(last()));
    assert_eq!(end(deleted), Some(first()));
    let user = user.expect("the row is read").expect("the row is there");
    assert_eq!(user.email_verified, Some(last()));
}

#[tokio::test]
async fn a_list_of_devices_shows_the_last_instant() {
    let harness = poisoned().await;

    let sessions = harness.store().list_sessions(&UserId::from(1)).await;

    let ends: Vec<_> = sessions
        .expect("the rows are read")
        .iter()
        .map(|session| session.expires)
        .collect();
    assert_eq!(ends, [last(), last()]);
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

/// Columns that an application made nullable, with NULL where the contract has a value.
const NULLS: &str = r#"
    ALTER TABLE accounts ALTER type DROP NOT NULL, ALTER "userId" DROP NOT NULL;
    ALTER TABLE sessions ALTER expires DROP NOT NULL, ALTER "userId" DROP NOT NULL;
    ALTER TABLE verification_token ALTER expires DROP NOT NULL;
    INSERT INTO users (id) VALUES (1);
    INSERT INTO accounts ("userId", type, provider, "providerAccountId") VALUES
        (1, NULL, 'github', 'no type'), (NULL, 'oauth', 'github', 'no user');
    INSERT INTO sessions ("userId", expires, "sessionToken") VALUES
        (1, NULL, 'no end'), (NULL, '2030-01-01T00:00:00Z', 'no user');
    INSERT INTO verification_token (identifier, expires, token) VALUES ('a', NULL, 'hash');
"#;

fn account(id: &str) -> AccountKey<'_> {
    AccountKey {
        provider: "github",
        provider_account_id: id,
    }
}

fn kind<T>(answer: authjs_adapter::Result<T>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind())
}

#[tokio::test]
async fn null_where_a_value_belongs_is_an_error_and_never_a_session() {
    let harness = Harness::fresh().await;
    let mut raw = harness.database().connect().await;
    raw.execute(NULLS)
        .await
        .expect("PostgreSQL stores the rows");
    let store = harness.store();
    let internal = Some(ErrorKind::Internal);
    let (no_end, no_user) = (SessionToken::new("no end"), SessionToken::new("no user"));

    assert_eq!(store.get_session_and_user(&no_end).await, Ok(None));
    assert_eq!(store.get_session_and_user(&no_user).await, Ok(None));
    assert_eq!(store.touch_session(&no_end, last()).await, Ok(None));
    assert_eq!(store.list_sessions(&UserId::from(1)).await, Ok(Vec::new()));
    assert_eq!(kind(store.delete_session(&no_end).await), internal);
    assert_eq!(kind(store.get_account(account("no type")).await), internal);
    assert_eq!(kind(store.get_account(account("no user")).await), internal);
    assert_eq!(kind(store.list_accounts(&UserId::from(1)).await), internal);
    let owner = store.get_user_by_account(account("no user")).await;
    assert_eq!(owner, Ok(None));
    let used = store.use_verification_token("a", &"hash".into()).await;
    assert_eq!(kind(used), internal);
}

/// Columns that another tool made with other types.
#[tokio::test]
async fn a_column_of_another_type_is_an_error() {
    let harness = Harness::fresh().await;
    let mut raw = harness.database().connect().await;
    let types = r#"
        INSERT INTO users (id, name) VALUES (1, 'Ada');
        INSERT INTO accounts ("userId", type, provider, "providerAccountId", expires_at) VALUES
            (1, 'oauth', 'github', '42', 1);
        ALTER TABLE users ALTER name TYPE bytea USING name::bytea;
        ALTER TABLE accounts ALTER expires_at TYPE text;"#;
    raw.execute(types)
        .await
        .expect("PostgreSQL changes the types");
    let store = harness.store();

    let user = store.get_user(&UserId::from(1)).await;
    let account = store.get_account(account("42")).await;

    assert_eq!(kind(user), Some(ErrorKind::Internal));
    assert_eq!(kind(account), Some(ErrorKind::Internal));
}
