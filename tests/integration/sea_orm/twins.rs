//! Rows that stand twice, in tables without constraints, on each backend.

use authjs_adapter::{
    Accounts as _, Adapter as _, BatchLookup as _, ErrorKind, OAuthToken, SessionAdmin as _,
    SessionPatch, SessionToken, SignIn as _, UserId,
};
use authjs_conformance::start;
use chrono::{DateTime, TimeDelta, Utc};

use super::given::{self, Given, in_thirty_days, kind, signed_in};
use super::stock::Stock;

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            of_two_people_with_one_address_the_lowest_id_is_found,
            of_two_people_with_one_address_the_lowest_id_signs_in,
            of_two_equal_accounts_the_lowest_id_is_found,
            an_upsert_updates_the_lowest_of_two_equal_accounts,
            unlinking_removes_both_of_two_equal_accounts_and_returns_the_lowest,
            a_token_that_one_user_has_twice_ends_at_the_later_time,
            writing_to_a_token_that_one_user_has_twice_writes_all_its_rows,
            a_token_with_live_rows_of_two_users_is_an_error_and_nothing_is_changed,
            in_a_batch_only_the_torn_token_is_an_error,
            an_expired_row_of_another_user_is_neither_seen_nor_changed,
            signing_out_removes_every_row_of_the_token,
            revoking_a_device_takes_only_the_rows_of_its_user,
            rows_for_a_user_who_does_not_exist_are_refused_without_foreign_keys,
            deleting_a_user_without_cascade_leaves_nothing_of_theirs_and_all_of_others
        }
    };
    ($database:ty: $($name:ident),*) => {
        $(
            #[tokio::test]
            async fn $name() {
                super::$name::<$database>().await;
            }
        )*
    };
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    each!(PostgresDatabase);
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    each!(MariadbDatabase);
}

mod sqlite {
    use authjs_tests::SqliteDatabase;

    each!(SqliteDatabase);
}

/// Two people with one address; the later row comes first on the disk.
const TWIN_USERS: &str = "
    INSERT INTO users (id, name, email) VALUES
        (9, 'Second', 'ada@example.com'), (4, 'First', 'ada@example.com');";

/// One account of two rows, again the later first.
const TWIN_ACCOUNTS: &str = r#"
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Grace');
    INSERT INTO accounts (id, "userId", type, provider, "providerAccountId", refresh_token)
    VALUES (8, 1, 'oauth', 'github', '42', 'second'), (3, 1, 'oauth', 'github', '42', 'first');"#;

/// `twice`: Ada's, two ends. `torn`: live rows of both. `left`: Ada's live and Grace's expired
/// row. `alone`: Grace's.
const TWIN_SESSIONS: &str = r#"
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Grace');
    INSERT INTO sessions (id, "userId", expires, "sessionToken") VALUES
        (1, 1, '2020-01-10T00:00:00+00:00', 'twice'), (2, 1, '2020-01-20T00:00:00+00:00', 'twice'),
        (3, 1, '2020-01-15T00:00:00+00:00', 'twice'),
        (4, 1, '2020-01-10T00:00:00+00:00', 'torn'), (5, 2, '2020-01-20T00:00:00+00:00', 'torn'),
        (6, 1, '2020-01-10T00:00:00+00:00', 'left'), (7, 2, '2019-12-31T00:00:00+00:00', 'left'),
        (8, 2, '2020-01-10T00:00:00+00:00', 'alone');"#;

fn day(day: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(day - 1)
}

fn to(expires: DateTime<Utc>) -> SessionPatch {
    SessionPatch {
        expires: Some(expires),
    }
}

/// The rows with this token: their ids and ends.
async fn stored<D: Stock>(given: &Given<D>, token: &str) -> Vec<(String, DateTime<Utc>)> {
    let rows = given.rows().await.sessions.into_iter();
    rows.filter(|row| row.session_token.expose() == token)
        .map(|row| (row.id.unwrap_or_default(), row.expires))
        .collect()
}

pub(super) async fn of_two_people_with_one_address_the_lowest_id_is_found<D: Stock>() {
    let given = Given::<D>::stock(TWIN_USERS).await;

    let found = given.store.get_user_by_email("ada@example.com").await;

    assert_eq!(
        found.expect("an answer").map(|user| user.id),
        Some(4.into())
    );
}

pub(super) async fn of_two_people_with_one_address_the_lowest_id_signs_in<D: Stock>() {
    let given = Given::<D>::stock(TWIN_USERS).await;
    let created = given
        .store
        .create_verification_token(given::link(day(2)))
        .await;
    created.expect("the link is new");

    let entered = given.store.sign_in_with_email(given::click("token")).await;

    let (user, created) = signed_in(entered);
    assert_eq!((user.id, created), (4.into(), false));
    let rows = given.rows().await;
    let verified = rows.users.iter().map(|row| row.email_verified.is_some());
    assert_eq!(verified.collect::<Vec<_>>(), [true, false]);
}

pub(super) async fn of_two_equal_accounts_the_lowest_id_is_found<D: Stock>() {
    let given = Given::<D>::stock(TWIN_ACCOUNTS).await;
    let account = given::provider_account();

    let found = given.store.get_account(account.key()).await;

    let id = found.expect("an answer").and_then(|account| account.id);
    assert_eq!(id.as_deref(), Some("3"));
}

pub(super) async fn an_upsert_updates_the_lowest_of_two_equal_accounts<D: Stock>() {
    let given = Given::<D>::stock(TWIN_ACCOUNTS).await;
    let mut account = given::account(&1.into());
    account.tokens.refresh_token = Some("new".into());

    let updated = given.store.upsert_account(account).await;

    assert_eq!(updated.expect("an account").id.as_deref(), Some("3"));
    let rows = given.rows().await.accounts;
    let tokens = rows
        .iter()
        .map(|row| row.tokens.refresh_token.as_ref().map(OAuthToken::expose));
    assert_eq!(tokens.collect::<Vec<_>>(), [Some("new"), Some("second")]);
}

pub(super) async fn unlinking_removes_both_of_two_equal_accounts_and_returns_the_lowest<
    D: Stock,
>() {
    let given = Given::<D>::stock(TWIN_ACCOUNTS).await;
    let account = given::provider_account();

    let removed = given.store.unlink_account(account.key()).await;

    let id = removed.expect("an answer").and_then(|account| account.id);
    assert_eq!(id.as_deref(), Some("3"));
    assert_eq!(given.rows().await.accounts, []);
}

pub(super) async fn a_token_that_one_user_has_twice_ends_at_the_later_time<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let token = SessionToken::new("twice");

    let found = given.store.get_session_and_user(&token).await;

    let (session, user) = found.expect("an answer").expect("a session");
    assert_eq!(session.id.as_deref(), Some("2"));
    assert_eq!((session.expires, user.id), (day(20), 1.into()));
}

pub(super) async fn writing_to_a_token_that_one_user_has_twice_writes_all_its_rows<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let token = SessionToken::new("twice");

    let touched = given.store.touch_session(&token, day(18)).await;
    let after_touch = stored(&given, "twice").await;
    let updated = given.store.update_session(&token, to(day(5))).await;
    let after_update = stored(&given, "twice").await;

    let id = |row: Option<authjs_adapter::Session>| row.and_then(|row| row.id);
    assert_eq!(id(touched.expect("an answer")).as_deref(), Some("2"));
    // Touch never shortens.
    let ends = |rows: Vec<(String, _)>| rows.into_iter().map(|(_, end)| end).collect::<Vec<_>>();
    assert_eq!(ends(after_touch), [day(18), day(20), day(18)]);
    assert_eq!(id(updated.expect("an answer")).as_deref(), Some("1"));
    assert_eq!(ends(after_update), [day(5), day(5), day(5)]);
}

pub(super) async fn a_token_with_live_rows_of_two_users_is_an_error_and_nothing_is_changed<
    D: Stock,
>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let token = SessionToken::new("torn");
    let before = given.rows().await;

    let lookup = given.store.get_session_and_user(&token).await;
    let read = given
        .store
        .update_session(&token, SessionPatch::default())
        .await;
    let update = given
        .store
        .update_session(&token, to(in_thirty_days()))
        .await;
    let touch = given.store.touch_session(&token, in_thirty_days()).await;

    assert_eq!(kind(lookup), Some(ErrorKind::Inconsistent));
    assert_eq!(kind(read), Some(ErrorKind::Inconsistent));
    assert_eq!(kind(update), Some(ErrorKind::Inconsistent));
    assert_eq!(kind(touch), Some(ErrorKind::Inconsistent));
    assert_eq!(given.rows().await, before);
}

pub(super) async fn in_a_batch_only_the_torn_token_is_an_error<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let tokens = ["twice", "torn", "none", "left", "alone"].map(SessionToken::new);

    let answers = given.store.get_sessions_and_users(&tokens).await;

    let users: Vec<_> = answers
        .expect("answers")
        .into_iter()
        .map(|answer| match answer {
            Ok(found) => Ok(found.map(|(session, user)| (user.id, session.expires))),
            Err(error) => Err(error.kind()),
        })
        .collect();
    let (ada, grace) = (UserId::from(1), UserId::from(2));
    assert_eq!(
        users,
        [
            Ok(Some((ada.clone(), day(20)))),
            Err(ErrorKind::Inconsistent),
            Ok(None),
            Ok(Some((ada, day(10)))),
            Ok(Some((grace, day(10)))),
        ]
    );
}

pub(super) async fn an_expired_row_of_another_user_is_neither_seen_nor_changed<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let token = SessionToken::new("left");

    let found = given.store.get_session_and_user(&token).await;
    let touched = given.store.touch_session(&token, day(11)).await;
    let updated = given.store.update_session(&token, to(day(12))).await;

    assert_eq!(
        found.expect("an answer").map(|(_, user)| user.id),
        Some(1.into())
    );
    assert_eq!(
        touched.expect("an answer").map(|row| row.user_id),
        Some(1.into())
    );
    assert_eq!(
        updated.expect("an answer").map(|row| row.user_id),
        Some(1.into())
    );
    let rows = stored(&given, "left").await;
    assert_eq!(rows, [("6".to_owned(), day(12)), ("7".to_owned(), day(0))]);
}

pub(super) async fn signing_out_removes_every_row_of_the_token<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;

    let twice = given.store.delete_session(&"twice".into()).await;
    let torn = given.store.delete_session(&"torn".into()).await;

    let id = |row: Option<authjs_adapter::Session>| row.and_then(|row| row.id);
    assert_eq!(id(twice.expect("an answer")).as_deref(), Some("2"));
    assert!(torn.expect("an answer").is_some());
    let left = given.rows().await.sessions;
    assert!(
        left.iter()
            .all(|row| ["left", "alone"].contains(&row.session_token.expose()))
    );
    assert_eq!(left.len(), 3);
}

pub(super) async fn revoking_a_device_takes_only_the_rows_of_its_user<D: Stock>() {
    let given = Given::<D>::stock(TWIN_SESSIONS).await;
    let handle = SessionToken::new("torn").handle();

    let revoked = given.store.revoke(&1.into(), &handle).await;

    assert_eq!(
        revoked.expect("an answer").map(|row| row.expires),
        Some(day(10))
    );
    let left = given.store.get_session_and_user(&"torn".into()).await;
    assert_eq!(
        left.expect("an answer").map(|(_, user)| user.id),
        Some(2.into())
    );
}

pub(super) async fn rows_for_a_user_who_does_not_exist_are_refused_without_foreign_keys<
    D: Stock,
>() {
    let given = Given::<D>::stock("").await;

    let linked = given.store.link_account(given::account(&7.into())).await;
    let upserted = given.store.upsert_account(given::account(&7.into())).await;
    let session = given
        .store
        .create_session(given::session(&7.into(), "token"))
        .await;

    assert_eq!(kind(linked), Some(ErrorKind::UserMissing));
    assert_eq!(kind(upserted), Some(ErrorKind::UserMissing));
    assert_eq!(kind(session), Some(ErrorKind::UserMissing));
    let rows = given.rows().await;
    assert!(rows.accounts.is_empty() && rows.sessions.is_empty());
}

pub(super) async fn deleting_a_user_without_cascade_leaves_nothing_of_theirs_and_all_of_others<
    D: Stock,
>() {
    let given = Given::<D>::stock(
        r#"INSERT INTO users (id) VALUES (1), (2);
        INSERT INTO accounts ("userId", type, provider, "providerAccountId") VALUES
            (1, 'oauth', 'github', '1'), (2, 'oauth', 'github', '2');
        INSERT INTO sessions ("userId", expires, "sessionToken") VALUES
            (1, '2020-01-10T00:00:00+00:00', 'a'), (1, '2019-01-10T00:00:00+00:00', 'b'), (2, '2020-01-10T00:00:00+00:00', 'c');
        INSERT INTO verification_token VALUES ('ada@example.com', '2020-01-02T00:00:00+00:00', 'hash');"#,
    )
    .await;

    let deleted = given.store.delete_user(&1.into()).await;

    assert_eq!(
        deleted.expect("an answer").map(|user| user.id),
        Some(1.into())
    );
    let rows = given.rows().await;
    let owners = |ids: Vec<UserId>| ids.iter().all(|id| *id == UserId::from(2));
    assert!(owners(rows.users.into_iter().map(|row| row.id).collect()));
    assert!(owners(
        rows.accounts.into_iter().map(|row| row.user_id).collect()
    ));
    assert_eq!(rows.sessions.len(), 1);
    assert!(owners(
        rows.sessions.into_iter().map(|row| row.user_id).collect()
    ));
    assert_eq!(rows.verification_tokens.len(), 1);
}
