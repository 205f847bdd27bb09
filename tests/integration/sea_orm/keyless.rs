//! Rows that only a key would have refused, in tables without constraints, on each backend:
//! accounts of people who are gone, and keys that stand for more than one row.

use authjs_adapter::{
    AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _, ErrorKind,
    Housekeeping as _, OAuthToken, Patch,
};

use super::given::{self, Given, kind};
use super::stock::{AUTHENTICATORS, Stock};

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            an_account_of_a_living_user_is_found_before_an_orphan,
            an_upsert_refreshes_the_account_of_the_living_user,
            tokens_are_compared_with_the_account_of_the_living_user,
            unlinking_removes_the_orphan_too_and_returns_the_account_of_the_living_user,
            an_orphan_alone_is_found,
            a_purge_leaves_the_live_row_of_a_key_that_stands_twice,
            a_purge_leaves_the_live_session_of_a_number_that_stands_twice,
            a_credential_of_two_users_is_an_error_and_nothing_is_changed,
            of_one_users_equal_credentials_the_highest_counter_is_found,
            counting_a_credential_that_one_user_has_twice_writes_every_row
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

/// Ada was deleted without her account, and signed up again.
const ORPHAN: &str = r#"
    INSERT INTO users (id, name) VALUES (2, 'Ada');
    INSERT INTO accounts (id, "userId", type, provider, "providerAccountId", refresh_token)
    VALUES (1, 1, 'oauth', 'github', '42', 'dead'), (2, 2, 'oauth', 'github', '42', 'live'),
        (3, 2, 'oauth', 'github', '42', 'twin');"#;

/// One key of a row that is 25 hours over and of a live one, in tables that were copied without
/// their keys.
const COPIED: &str = r#"
    CREATE TABLE copied_tokens AS SELECT * FROM verification_token;
    DROP TABLE verification_token;
    ALTER TABLE copied_tokens RENAME TO verification_token;
    INSERT INTO verification_token (identifier, expires, token) VALUES
        ('ada', '2019-12-30T23:00:00+00:00', 'twice'), ('ada', '2020-01-02T00:00:00+00:00', 'twice');
    CREATE TABLE copied_sessions AS SELECT * FROM sessions;
    DROP TABLE sessions;
    ALTER TABLE copied_sessions RENAME TO sessions;
    INSERT INTO sessions (id, "userId", expires, "sessionToken") VALUES
        (1, 1, '2019-12-30T23:00:00+00:00', 'over'), (1, 1, '2020-01-02T00:00:00+00:00', 'live');"#;

/// `torn`: Ada's and Grace's. `twice`: Ada's, two rows. `alone`: Grace's.
const CREDENTIALS: &str = r#"
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Grace');
    INSERT INTO authenticators ("credentialID", "userId", "providerAccountId",
        "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp") VALUES
        ('torn', 1, 'torn', 'of Ada', 1, 'multiDevice', false),
        ('torn', 2, 'torn', 'of Grace', 1, 'multiDevice', false),
        ('twice', 1, 'twice', 'first', 3, 'multiDevice', false),
        ('twice', 1, 'twice', 'second', 5, 'multiDevice', false),
        ('twice', 1, 'twice', 'third', 4, 'multiDevice', false),
        ('alone', 2, 'alone', 'key', 1, 'multiDevice', false);"#;

async fn credentials<D: Stock>() -> Given<D> {
    Given::stock(&format!("{AUTHENTICATORS}{CREDENTIALS}")).await
}

/// The numbers and refresh tokens of all accounts.
async fn accounts<D: Stock>(given: &Given<D>) -> Vec<(String, String)> {
    let rows = given.rows().await.accounts.into_iter();
    rows.map(|row| {
        let token = row.tokens.refresh_token.as_ref().map(OAuthToken::expose);
        (
            row.id.unwrap_or_default(),
            token.unwrap_or_default().to_owned(),
        )
    })
    .collect()
}

fn stored(rows: [(&str, &str); 3]) -> Vec<(String, String)> {
    rows.map(|(id, token)| (id.to_owned(), token.to_owned()))
        .into()
}

pub(super) async fn an_account_of_a_living_user_is_found_before_an_orphan<D: Stock>() {
    let given = Given::<D>::stock(ORPHAN).await;
    let account = given::provider_account();

    let found = given.store.get_account(account.key()).await;
    let user = given.store.get_user_by_account(account.key()).await;

    let found = found.expect("an answer").expect("an account");
    assert_eq!(
        (found.id.as_deref(), found.user_id),
        (Some("2"), user.expect("an answer").expect("a user").id)
    );
}

pub(super) async fn an_upsert_refreshes_the_account_of_the_living_user<D: Stock>() {
    let given = Given::<D>::stock(ORPHAN).await;
    let mut account = given::account(&2.into());
    account.tokens.refresh_token = Some("new".into());

    let updated = given.store.upsert_account(account).await;

    assert_eq!(updated.expect("an account").id.as_deref(), Some("2"));
    let expected = stored([("1", "dead"), ("2", "new"), ("3", "twin")]);
    assert_eq!(accounts(&given).await, expected);
}

pub(super) async fn tokens_are_compared_with_the_account_of_the_living_user<D: Stock>() {
    let given = Given::<D>::stock(ORPHAN).await;
    let account = given::provider_account();
    let tokens = AccountTokensPatch {
        refresh_token: Patch::Set("new".into()),
        ..AccountTokensPatch::default()
    };

    let live = OAuthToken::from("live");
    let updated = given
        .store
        .update_account_tokens(account.key(), Some(&live), tokens)
        .await;

    let updated = updated.expect("an answer").expect("an account");
    assert_eq!(updated.id.as_deref(), Some("2"));
    let expected = stored([("1", "dead"), ("2", "new"), ("3", "twin")]);
    assert_eq!(accounts(&given).await, expected);
}

pub(super) async fn unlinking_removes_the_orphan_too_and_returns_the_account_of_the_living_user<
    D: Stock,
>() {
    let given = Given::<D>::stock(ORPHAN).await;
    let account = given::provider_account();

    let removed = given.store.unlink_account(account.key()).await;

    let id = removed.expect("an answer").and_then(|account| account.id);
    assert_eq!(id.as_deref(), Some("2"));
    assert_eq!(given.rows().await.accounts, []);
}

pub(super) async fn an_orphan_alone_is_found<D: Stock>() {
    let given = Given::<D>::stock(ORPHAN).await;
    given
        .database
        .execute("DELETE FROM users; DELETE FROM accounts WHERE id = 2;")
        .await;
    let account = given::provider_account();

    let found = given.store.get_account(account.key()).await;
    let removed = given.store.unlink_account(account.key()).await;

    let id = |row: Option<authjs_adapter::Account>| row.and_then(|row| row.id);
    assert_eq!(id(found.expect("an answer")).as_deref(), Some("1"));
    assert_eq!(id(removed.expect("an answer")).as_deref(), Some("1"));
}

pub(super) async fn a_purge_leaves_the_live_row_of_a_key_that_stands_twice<D: Stock>() {
    let given = Given::<D>::stock(COPIED).await;

    let purged = given.store.purge_expired(10).await;

    assert_eq!(purged.expect("an answer").verification_tokens, 1);
    let left = given.rows().await.verification_tokens;
    let left: Vec<_> = left.iter().map(|row| row.expires).collect();
    assert_eq!(
        left,
        [authjs_conformance::start() + chrono::TimeDelta::days(1)]
    );
}

pub(super) async fn a_purge_leaves_the_live_session_of_a_number_that_stands_twice<D: Stock>() {
    let given = Given::<D>::stock(COPIED).await;

    let purged = given.store.purge_expired(10).await;

    assert_eq!(purged.expect("an answer").sessions, 1);
    let left = given.rows().await.sessions;
    let left: Vec<_> = left.iter().map(|row| row.session_token.expose()).collect();
    assert_eq!(left, ["live"]);
}

pub(super) async fn a_credential_of_two_users_is_an_error_and_nothing_is_changed<D: Stock>() {
    let given = credentials::<D>().await;
    let before = given.rows().await;

    let lookup = given.store.get_authenticator("torn").await;
    let update = given.store.update_authenticator_counter("torn", 9).await;

    assert_eq!(kind(lookup), Some(ErrorKind::Inconsistent));
    assert_eq!(kind(update), Some(ErrorKind::Inconsistent));
    assert_eq!(given.rows().await, before);
}

pub(super) async fn of_one_users_equal_credentials_the_highest_counter_is_found<D: Stock>() {
    let given = credentials::<D>().await;

    let twice = given.store.get_authenticator("twice").await;
    let alone = given.store.get_authenticator("alone").await;
    let unknown = given.store.get_authenticator("unknown").await;

    let twice = twice.expect("an answer").map(|row| row.counter);
    let alone = alone.expect("an answer").map(|row| row.user_id);
    assert_eq!((twice, alone), (Some(5), Some(2.into())));
    assert_eq!(unknown, Ok(None));
}

pub(super) async fn counting_a_credential_that_one_user_has_twice_writes_every_row<D: Stock>() {
    let given = credentials::<D>().await;

    let updated = given.store.update_authenticator_counter("twice", 9).await;
    let found = given.store.get_authenticator("twice").await;
    let unknown = given.store.update_authenticator_counter("unknown", 9).await;

    let updated = updated.expect("a passkey");
    assert_eq!(found, Ok(Some(updated.clone())));
    assert_eq!(updated.counter, 9);
    assert_eq!(kind(unknown), Some(ErrorKind::NotFound));
    let rows = given.rows().await.authenticators.into_iter();
    let counters = rows.filter(|row| row.credential_id == "twice");
    let counters: Vec<u32> = counters.map(|row| row.counter).collect();
    assert_eq!(counters, [9, 9, 9]);
}
