//! A table that was there before our migrations has no CHECK: what is no date in it is an
//! error, never a panic and never an answer.

use authjs_adapter::{
    AccountKey, Accounts as _, Adapter as _, BatchLookup as _, ErrorKind, Housekeeping as _,
    ManualClock, SessionAdmin as _, SessionToken, UserId,
};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::SqliteDatabase;
use sqlx::Executor as _;

const TABLES: &str = r#"
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, "emailVerified" DATETIME,
        image TEXT);
    CREATE TABLE sessions (id INTEGER PRIMARY KEY, "userId" INTEGER NOT NULL,
        expires DATETIME NOT NULL, "sessionToken" TEXT NOT NULL);
"#;

/// The third session is text that sorts behind every date; the fourth is what other tools
/// write, milliseconds.
const ROWS: &str = r#"
    INSERT INTO users (id, name, "emailVerified") VALUES
        (1, 'Ada', NULL), (2, 'Bob', 'not a date'), (3, 'Cy', 1577836800000), (4, x'ff', NULL);
    INSERT INTO sessions ("userId", expires, "sessionToken") VALUES
        (1, '2030-01-01T00:00:00+00:00', 'good'), (2, '2030-01-01T00:00:00+00:00', 'bad-user'),
        (1, 'not a date', 'text'), (1, 1893456000000, 'number'), (1, 'Infinity', 'infinity');
"#;

struct Poisoned {
    store: SeaOrmAdapter,
    database: SqliteDatabase,
}

async fn poisoned() -> Poisoned {
    let database = SqliteDatabase::empty();
    let mut raw = database.connect().await;
    raw.execute(TABLES).await.expect("tables");
    raw.execute(ROWS).await.expect("SQLite stores the rows");
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(pool).with_clock(ManualClock::new(start()));
    Poisoned { store, database }
}

fn kind<T>(answer: authjs_adapter::Result<T>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind())
}

#[tokio::test]
async fn a_user_whose_time_is_no_date_is_an_error() {
    let Poisoned { store, .. } = &poisoned().await;

    assert_eq!(kind(store.get_user(&UserId::from(1)).await), None);
    for id in [2, 3, 4] {
        let user = store.get_user(&UserId::from(id)).await;
        assert_eq!(kind(user), Some(ErrorKind::Internal), "user {id}");
    }
}

#[tokio::test]
async fn a_session_whose_end_is_no_date_is_an_error() {
    let Poisoned { store, .. } = &poisoned().await;

    let good = store.get_session_and_user(&"good".into()).await;
    assert_eq!(
        good.expect("the row is read").map(|(row, _)| row.user_id),
        Some(1.into())
    );
    for token in ["bad-user", "text", "infinity"] {
        let answer = store.get_session_and_user(&token.into()).await;
        assert_eq!(kind(answer), Some(ErrorKind::Internal), "session {token}");
    }
}

/// SQLite sorts numbers before texts: compared as it stands, the session would be long over.
#[tokio::test]
async fn a_session_whose_end_is_a_number_is_an_error() {
    let Poisoned { store, .. } = &poisoned().await;

    let answer = store.get_session_and_user(&"number".into()).await;

    assert_eq!(kind(answer), Some(ErrorKind::Internal));
}

/// Other tools write milliseconds. Who adopts such a database must not lose its sessions.
#[tokio::test]
async fn the_purge_takes_no_session_whose_end_is_a_number() {
    let Poisoned { store, database } = poisoned().await;

    // Whether it is an error is the adapter's choice.
    let _ = store.purge_expired(100).await;

    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions")
        .fetch_one(&mut database.connect().await)
        .await
        .expect("the table is there");
    assert_eq!(left, 5);
}

#[tokio::test]
async fn a_list_with_such_a_session_is_an_error() {
    let Poisoned { store, .. } = &poisoned().await;
    let tokens = ["good", "text"].map(SessionToken::from);

    let list = store.list_sessions(&UserId::from(1)).await;
    let batch = store.get_sessions_and_users(&tokens).await;

    assert_eq!(kind(list), Some(ErrorKind::Internal));
    // The whole batch or the one answer: never a session without an end.
    let answers = batch.and_then(|answers| answers.into_iter().collect::<Result<Vec<_>, _>>());
    assert_eq!(kind(answers), Some(ErrorKind::Internal));
}

#[tokio::test]
async fn deleting_such_a_session_is_an_error() {
    let Poisoned { store, .. } = &poisoned().await;

    let deleted = store.delete_session(&"text".into()).await;

    assert_eq!(kind(deleted), Some(ErrorKind::Internal));
}

/// SQLite keeps any bytes as text, and any value in any column.
const OTHERS: &str = r#"
    CREATE TABLE accounts (id INTEGER PRIMARY KEY, "userId" INTEGER, type TEXT, provider TEXT,
        "providerAccountId" TEXT, refresh_token TEXT, access_token TEXT, expires_at BIGINT,
        id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
    CREATE TABLE verification_token (identifier TEXT, expires DATETIME, token TEXT);
    INSERT INTO users (id, name) VALUES (5, CAST(x'41ff42' AS TEXT));
    INSERT INTO accounts ("userId", type, provider, "providerAccountId", expires_at) VALUES
        (1, NULL, 'github', 'no type', NULL), (NULL, 'oauth', 'github', 'no user', NULL),
        (1, 'oauth', 'github', 'text', 'soon'), (1, 'oauth', 'github', 'real', 1.5),
        ('x', 'oauth', 'github', 'user', NULL),
        (1, CAST(x'ff' AS TEXT), 'github', 'bytes', NULL);
    INSERT INTO verification_token VALUES ('a', NULL, 'hash'), ('b', 1893456000, 'hash'),
        ('c', CAST(x'ff' AS TEXT), 'hash');
"#;

async fn with_others() -> Poisoned {
    let poisoned = poisoned().await;
    let mut raw = poisoned.database.connect().await;
    raw.execute(OTHERS).await.expect("SQLite stores the rows");
    poisoned
}

#[tokio::test]
async fn a_text_that_is_not_utf8_is_an_error() {
    let Poisoned { store, .. } = &with_others().await;

    let user = store.get_user(&UserId::from(5)).await;

    assert_eq!(kind(user), Some(ErrorKind::Internal));
}

#[tokio::test]
async fn an_account_that_is_not_one_is_an_error() {
    let Poisoned { store, .. } = &with_others().await;

    for id in ["no type", "no user", "text", "real", "user", "bytes"] {
        let key = AccountKey {
            provider: "github",
            provider_account_id: id,
        };
        let account = store.get_account(key).await;
        assert_eq!(kind(account), Some(ErrorKind::Internal), "account {id}");
    }
    let list = store.list_accounts(&UserId::from(1)).await;
    assert_eq!(kind(list), Some(ErrorKind::Internal));
}

#[tokio::test]
async fn a_verification_token_whose_end_is_no_date_is_an_error() {
    let Poisoned { store, .. } = &with_others().await;

    for identifier in ["a", "b", "c"] {
        let used = store
            .use_verification_token(identifier, &"hash".into())
            .await;
        assert_eq!(kind(used), Some(ErrorKind::Internal), "{identifier}");
    }
}
