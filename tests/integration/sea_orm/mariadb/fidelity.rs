//! What is stored comes back as it was, and nothing else is found in its place.

use authjs_adapter::{
    AccountKey, Adapter as _, BatchLookup as _, ErrorKind, NewSession, NewUser, Patch,
    SessionAdmin as _, SessionPatch, SessionToken, SignIn as _, UserPatch,
};
use authjs_conformance::start;
use authjs_sea_orm::EmailLookup;
use authjs_tests::MariadbDatabase;
use chrono::{DateTime, TimeDelta, Utc};

use crate::sea_orm::given::{self, Given, kind};
use crate::sea_orm::stock::Stock as _;

type Mariadb = Given<MariadbDatabase>;

/// What the server's default collations take for `Session-é😀`.
const LOOKALIKES: [&str; 6] = [
    "session-é😀",
    "Session-e😀",
    "Session-é😀 ",
    "Session-é😁",
    "Session-e\u{301}😀",
    "Session-é",
];

#[tokio::test]
async fn a_token_finds_no_other_that_looks_like_it() {
    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    given.session(&user, "Session-é😀").await;

    let mut found = Vec::new();
    for lookalike in LOOKALIKES {
        let session = given.store.get_session_and_user(&lookalike.into()).await;
        found.extend(session.expect("an answer"));
    }
    let tokens = LOOKALIKES.map(SessionToken::new);
    let batch = given.store.get_sessions_and_users(&tokens).await;

    assert_eq!(found, []);
    assert_eq!(batch, Ok(vec![Ok(None); LOOKALIKES.len()]));
}

/// On tables of others a batch compares byte for byte too, whatever their collation.
#[tokio::test]
async fn a_batch_compares_byte_for_byte_on_tables_of_others() {
    let given = Mariadb::stock("").await;
    let user = given.ada().await;
    given.session(&user, "Session").await;
    let tokens = ["session", "Session ", "Session"].map(SessionToken::new);

    let answers = given.store.get_sessions_and_users(&tokens).await;

    let found = answers.expect("answers").into_iter();
    let found: Vec<_> = found
        .map(|answer| answer.map(|row| row.is_some()))
        .collect();
    assert_eq!(found, [Ok(false), Ok(false), Ok(true)]);
}

/// The default collations take `ä` for `a`, and so would whoever looks for the person.
#[tokio::test]
async fn an_address_in_another_domain_is_not_the_victims() {
    let given = Mariadb::stock("").await;
    let victim = given.ada().await;
    let lookalike = "ada@exämple.com";
    let mut link = given::link(start() + TimeDelta::days(1));
    link.identifier = lookalike.to_owned();
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    let mut click = given::click("attacker");
    click.identifier = lookalike.to_owned();
    click.email = lookalike.to_owned();
    let without_case = given.store.clone();
    let without_case = without_case.with_email_lookup(EmailLookup::ExactThenLower);

    let found = without_case.get_user_by_email("ADA@EXÄMPLE.COM").await;
    let folded = without_case.get_user_by_email("ADA@EXAMPLE.COM").await;
    let entered = given.store.sign_in_with_email(click).await;

    assert_eq!(found, Ok(None));
    assert_eq!(folded, Ok(Some(victim.clone())));
    let (person, is_new) = given::signed_in(entered);
    assert!(is_new && person.id != victim.id);
}

/// The server does not compare what it cannot write: nobody is told that there is no such person.
#[tokio::test]
async fn a_key_that_the_columns_character_set_lacks_is_an_error() {
    let given = Mariadb::stock("ALTER TABLE users CONVERT TO CHARACTER SET latin1").await;
    given.ada().await;

    let found = given.store.get_user_by_email("ada😀@example.com").await;
    let known = given.store.get_user_by_email("ada@example.com").await;

    assert_eq!(kind(found), Some(ErrorKind::Internal));
    assert!(known.expect("an answer").is_some());
}

#[tokio::test]
async fn lookalikes_are_other_people_and_other_accounts() {
    let given = Mariadb::migrated().await;
    let mut people = Vec::new();
    for address in ["ada@x", "Ada@x", "àda@x", "ada@x ", "ada@x\u{200b}"] {
        let user = NewUser {
            email: Some(address.to_owned()),
            ..NewUser::default()
        };
        people.push(given.store.create_user(user).await.expect("new").id);
    }
    for (user, id) in people.iter().zip(["a", "A", "á", "a ", "ａ"]) {
        let mut account = given::account(user);
        account.provider_account_id = id.to_owned();
        given.store.link_account(account).await.expect("new");
    }

    let owner = |id| AccountKey {
        provider: "github",
        provider_account_id: id,
    };
    let upper = given.store.get_user_by_account(owner("A")).await;
    let spaced = given.store.get_user_by_email("ada@x ").await;

    assert_eq!(
        upper.expect("an answer").map(|user| user.id),
        people.get(1).cloned()
    );
    assert_eq!(
        spaced.expect("an answer").map(|user| user.id),
        people.get(3).cloned()
    );
}

#[tokio::test]
async fn times_from_the_first_to_the_last_come_back() {
    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    let times: [DateTime<Utc>; 5] = [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.001Z",
        "2038-01-19T03:14:08Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999Z",
    ]
    .map(|text| text.parse().expect("a time"));

    let mut stored = Vec::new();
    for time in times {
        let patch = UserPatch {
            email_verified: Patch::Set(time),
            ..UserPatch::default()
        };
        let updated = given.store.update_user(&user.id, patch).await;
        let session = NewSession {
            session_token: SessionToken::new(time.to_string()),
            user_id: user.id.clone(),
            expires: time,
        };
        let created = given.store.create_session(session).await.expect("new");
        stored.push((
            updated.expect("Ada is there").email_verified,
            created.expires,
        ));
    }

    assert_eq!(stored, times.map(|time| (Some(time), time)));
    let rows = given.rows().await;
    let ends: Vec<_> = rows.sessions.iter().map(|row| row.expires).collect();
    assert_eq!(ends, times);
}

/// Tables of others whose times have no fraction, or one of one digit: what a write answers is what
/// is stored.
#[tokio::test]
async fn what_a_coarse_column_cuts_off_is_not_in_the_answer() {
    let given = Mariadb::stock(
        r#"ALTER TABLE sessions MODIFY expires DATETIME NOT NULL;
        ALTER TABLE users MODIFY "emailVerified" DATETIME(1) NULL;"#,
    )
    .await;
    let (store, token) = (&given.store, SessionToken::new("token"));
    let user = given.ada().await;
    let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    let patch = UserPatch {
        email_verified: Patch::Set(time("2030-01-01T00:00:00.789Z")),
        ..UserPatch::default()
    };

    let mut session = given::session(&user.id, "token");
    session.expires = time("2030-01-01T00:00:00.789Z");
    let created = store.create_session(session).await.expect("new");
    let patched = SessionPatch {
        expires: Some(time("2031-01-01T00:00:00.789Z")),
    };
    let updated = store.update_session(&token, patched).await;
    let touched = store
        .touch_session(&token, time("2032-01-01T00:00:00.789Z"))
        .await;
    let verified = store.update_user(&user.id, patch).await;

    let end = |session: Option<authjs_adapter::Session>| session.map(|session| session.expires);
    assert_eq!(created.expires, time("2030-01-01T00:00:00Z"));
    assert_eq!(updated.map(end), Ok(Some(time("2031-01-01T00:00:00Z"))));
    assert_eq!(touched.map(end), Ok(Some(time("2032-01-01T00:00:00Z"))));
    let verified = verified.expect("Ada is there");
    assert_eq!(
        verified.email_verified,
        Some(time("2030-01-01T00:00:00.700Z"))
    );
    assert_eq!(store.get_user(&user.id).await, Ok(Some(verified)));
}

/// The zero date is no date: whoever wrote it meant "not yet", and nobody may panic over it.
#[tokio::test]
async fn a_zero_date_is_read_as_the_first_time() {
    let given = Mariadb::stock("").await;
    let sql = r#"SET sql_mode = ''; INSERT INTO users (email, "emailVerified") VALUES
        ('zero', '0000-00-00'), ('never', NULL), ('early', '0999-01-01')"#;
    given.database.execute(sql).await;

    let mut verified = Vec::new();
    for email in ["zero", "never", "early"] {
        let user = given.store.get_user_by_email(email).await;
        let user = user.expect("an answer").expect("a row");
        verified.push(user.email_verified);
    }

    let first = Some(DateTime::<Utc>::UNIX_EPOCH);
    assert_eq!(verified, [first, None, first]);
}

#[tokio::test]
async fn a_refresh_of_an_account_consumes_no_number() {
    use authjs_adapter::Accounts as _;

    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    let first = given.store.upsert_account(given::account(&user.id)).await;
    for _ in 0..5 {
        let again = given.store.upsert_account(given::account(&user.id)).await;
        assert_eq!(again, first);
    }
    let mut other = given::account(&user.id);
    other.provider = "gitlab".to_owned();

    let next = given.store.upsert_account(other).await.expect("new");

    assert_eq!(first.expect("new").id.as_deref(), Some("1"));
    assert_eq!(next.id.as_deref(), Some("2"));
}
