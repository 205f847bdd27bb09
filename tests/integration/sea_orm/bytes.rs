//! Keys are compared byte for byte, whatever the columns of others take for equal (P24).

mod folding;

use authjs_adapter::{
    AccountKey, AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _,
    BatchLookup as _, EmailSignIn, ErrorKind, HashedToken, NewUser, Patch, SessionAdmin as _,
    SessionPatch, SessionToken, SignIn as _, Snapshot, Unique, User,
};
use authjs_conformance::start;
use chrono::TimeDelta;
use sea_orm::TransactionTrait as _;

use self::folding::{Folding, folding, refusing};
use super::given::{self, Given, conflict, in_thirty_days, kind, passkey, signed_in};

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            no_look_up_finds_another_spelling,
            no_look_up_finds_another_spelling_by_a_unique,
            no_write_changes_another_spelling,
            no_write_changes_another_spelling_by_a_unique,
            each_spelling_finds_its_own_row,
            a_token_of_another_spelling_is_no_twin,
            signing_out_elsewhere_ends_other_spellings,
            another_spelling_of_an_address_is_another_person,
            a_sign_in_that_another_spelling_refuses_changes_nothing,
            a_sign_in_that_another_spelling_refuses_fails_in_the_callers_transaction,
            an_upsert_that_another_spelling_refuses_changes_nothing,
            another_spelling_of_an_account_is_another_account
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

const GITHUB: AccountKey<'static> = AccountKey {
    provider: "github",
    provider_account_id: "abc",
};

/// The same account to a column that folds case, by each half of its key.
const OTHERS: [AccountKey<'static>; 2] = [
    AccountKey {
        provider: "GitHub",
        ..GITHUB
    },
    AccountKey {
        provider_account_id: "ABC",
        ..GITHUB
    },
];

/// Ada with one row of each kind.
async fn with_rows<D: Folding>(given: &Given<D>) -> User {
    let store = &given.store;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let mut account = given::account(&user.id);
    account.provider_account_id = "abc".into();
    account.tokens.refresh_token = Some("refresh".into());
    store.link_account(account).await.expect("it is new");
    let link = given::link(start() + TimeDelta::days(1));
    store
        .create_verification_token(link)
        .await
        .expect("it is new");
    let passkey = passkey(&user.id, "key");
    store
        .create_authenticator(passkey)
        .await
        .expect("it is new");
    user
}

async fn no_look_up_finds_another_spelling<D: Folding>() {
    look_up_in_vain(&folding::<D>().await).await;
}

async fn no_look_up_finds_another_spelling_by_a_unique<D: Folding>() {
    look_up_in_vain(&refusing::<D>().await).await;
}

async fn look_up_in_vain<D: Folding>(given: &Given<D>) {
    let user = with_rows(given).await;
    let store = &given.store;
    let tokens = ["TOKEN", "token"].map(SessionToken::new);

    for other in OTHERS {
        assert_eq!(store.get_user_by_account(other).await, Ok(None));
        assert_eq!(store.get_account(other).await, Ok(None));
    }
    let email = store.get_user_by_email("Ada@example.com").await;
    let session = store.get_session_and_user(&"Token".into()).await;
    let unchanged = SessionPatch::default();
    let read = store.update_session(&"Token".into(), unchanged).await;
    let batch = store.get_sessions_and_users(&tokens).await;
    let key = store.get_authenticator("KEY").await;

    assert_eq!((email, session, read), (Ok(None), Ok(None), Ok(None)));
    assert_eq!(key, Ok(None));
    let batch = batch.expect("answers");
    let batch: Vec<_> = batch
        .into_iter()
        .map(|answer| answer.expect("an answer").map(|(_, user)| user.id))
        .collect();
    assert_eq!(batch, [None, Some(user.id)]);
}

async fn no_write_changes_another_spelling<D: Folding>() {
    write_in_vain(&folding::<D>().await).await;
}

async fn no_write_changes_another_spelling_by_a_unique<D: Folding>() {
    write_in_vain(&refusing::<D>().await).await;
}

async fn write_in_vain<D: Folding>(given: &Given<D>) {
    with_rows(given).await;
    let store = &given.store;
    let before = given.rows().await;
    let token = SessionToken::new("TOKEN");
    let (identifier, link) = ("ada@example.com", HashedToken::new("link-hash"));
    let later = SessionPatch {
        expires: Some(in_thirty_days() + TimeDelta::days(1)),
    };
    let tokens = || AccountTokensPatch {
        access_token: Patch::Set("stolen".into()),
        ..AccountTokensPatch::default()
    };

    for other in OTHERS {
        let expected = Some(&"refresh".into());
        let updated = store.update_account_tokens(other, expected, tokens()).await;
        assert_eq!(kind(updated), Some(ErrorKind::NotFound));
        assert_eq!(store.unlink_account(other).await, Ok(None));
    }
    let other_token = Some(&"REFRESH".into());
    let updated = store
        .update_account_tokens(GITHUB, other_token, tokens())
        .await;
    assert_eq!(updated, Ok(None));
    let patched = store.update_session(&token, later).await;
    let touched = store
        .touch_session(&token, in_thirty_days() + TimeDelta::days(1))
        .await;
    let deleted = store.delete_session(&token).await;
    assert_eq!((patched, touched, deleted), (Ok(None), Ok(None), Ok(None)));
    let used = store.use_verification_token("Ada@example.com", &link).await;
    assert_eq!(used, Ok(None));
    let used = store
        .use_verification_token(identifier, &"Link-hash".into())
        .await;
    assert_eq!(used, Ok(None));
    let counted = store.update_authenticator_counter("Key", 8).await;
    assert_eq!(kind(counted), Some(ErrorKind::NotFound));

    assert_eq!(given.rows().await, before);
}

async fn each_spelling_finds_its_own_row<D: Folding>() {
    let given = folding::<D>().await;
    let store = &given.store;
    let lower = with_rows(&given).await;
    let upper = NewUser {
        email: Some("ADA@EXAMPLE.COM".to_owned()),
        ..NewUser::default()
    };
    let upper = store.create_user(upper).await.expect("new");
    let mut account = given::account(&upper.id);
    account.provider_account_id = "ABC".into();
    store.link_account(account).await.expect("new");
    let passkey = passkey(&upper.id, "KEY");
    store.create_authenticator(passkey).await.expect("new");

    let by_email = store.get_user_by_email("ADA@EXAMPLE.COM").await;
    let by_account = store.get_user_by_account(OTHERS[1]).await;
    let by_key = store.get_authenticator("KEY").await.expect("an answer");
    let first = store.get_user_by_email("ada@example.com").await;
    let unlinked = store.unlink_account(OTHERS[1]).await.expect("an answer");

    assert_eq!(by_email, Ok(Some(upper.clone())));
    assert_eq!(by_account, Ok(Some(upper.clone())));
    assert_eq!(by_key.map(|key| key.user_id), Some(upper.id.clone()));
    assert_eq!(first, Ok(Some(lower.clone())));
    assert_eq!(unlinked.map(|account| account.user_id), Some(upper.id));
    let kept = store.get_user_by_account(GITHUB).await;
    assert_eq!(kept, Ok(Some(lower)));
}

async fn a_token_of_another_spelling_is_no_twin<D: Folding>() {
    let given = folding::<D>().await;
    let (ada, grace) = (given.ada().await, given.grace().await);
    given.session(&ada, "token").await;
    given.session(&grace, "Token").await;
    let (store, later) = (&given.store, in_thirty_days() + TimeDelta::days(1));
    let patch = SessionPatch {
        expires: Some(later),
    };

    let found = store.get_session_and_user(&"Token".into()).await;
    let patched = store.update_session(&"Token".into(), patch).await;
    let touched = store.touch_session(&"token".into(), later).await;
    let batch = store.get_sessions_and_users(&["Token".into()]).await;
    let deleted = store.delete_session(&"Token".into()).await;

    let owner = |session: authjs_adapter::Session| session.user_id;
    let found = found.expect("an answer").map(|(_, user)| user);
    assert_eq!(found.as_ref(), Some(&grace));
    let patched = patched.expect("an answer").map(owner);
    assert_eq!(patched.as_ref(), Some(&grace.id));
    assert_eq!(touched.expect("an answer").map(owner), Some(ada.id.clone()));
    let batch = batch.expect("answers").into_iter().flatten().flatten();
    let batch: Vec<_> = batch.map(|(_, user)| user.id).collect();
    assert_eq!(batch, std::slice::from_ref(&grace.id));
    assert_eq!(deleted.expect("an answer").map(owner), Some(grace.id));
    let left = given.rows().await.sessions;
    let left: Vec<_> = left.iter().map(|row| &row.user_id).collect();
    assert_eq!(left, [&ada.id]);
}

async fn signing_out_elsewhere_ends_other_spellings<D: Folding>() {
    let given = folding::<D>().await;
    let ada = given.ada().await;
    let stays = given.session(&ada, "token").await;
    given.session(&ada, "Token").await;

    let revoked = given
        .store
        .revoke_all(&ada.id, Some(&stays.session_token))
        .await;

    assert_eq!(revoked, Ok(1));
    let left = given.store.get_session_and_user(&"token".into()).await;
    assert_eq!(left, Ok(Some((stays, ada))));
}

/// Somebody whose address Ada's column takes for `ada@example.com`, and who asks for a link.
async fn with_a_lookalike<D: Folding>(given: &Given<D>) -> (User, Snapshot) {
    let victim = NewUser {
        email: Some("Ada@Example.com".to_owned()),
        ..NewUser::default()
    };
    let victim = given.store.create_user(victim).await.expect("new");
    let link = given::link(start() + TimeDelta::days(1));
    let created = given.store.create_verification_token(link).await;
    created.expect("the link is new");
    (victim, given.rows().await)
}

async fn another_spelling_of_an_address_is_another_person<D: Folding>() {
    let given = folding::<D>().await;
    let (victim, _) = with_a_lookalike(&given).await;

    let mut other = given::click("other");
    other.identifier = "ADA@example.com".into();
    let unknown = given.store.sign_in_with_email(other).await;
    let answer = given.store.sign_in_with_email(given::click("new")).await;

    assert_eq!(unknown, Ok(EmailSignIn::Unknown));
    let (person, is_new) = signed_in(answer);
    assert!(is_new && person.id != victim.id);
    assert_eq!(person.email.as_deref(), Some("ada@example.com"));
    assert_eq!(given.store.get_user(&victim.id).await, Ok(Some(victim)));
}

async fn a_sign_in_that_another_spelling_refuses_changes_nothing<D: Folding>() {
    let given = refusing::<D>().await;
    let (_, before) = with_a_lookalike(&given).await;

    let refused = given.store.sign_in_with_email(given::click("new")).await;

    assert_eq!(kind(refused), Some(conflict(Unique::Email)));
    assert_eq!(given.rows().await, before);
}

async fn a_sign_in_that_another_spelling_refuses_fails_in_the_callers_transaction<D: Folding>() {
    let given = refusing::<D>().await;
    let (_, before) = with_a_lookalike(&given).await;
    let transaction = given.pool.connection().begin().await;
    let transaction = transaction.expect("a transaction begins");

    let inside = given.store.on(&transaction);
    let refused = inside.sign_in_with_email(given::click("new")).await;
    transaction.rollback().await.expect("the rollback");

    assert_eq!(kind(refused), Some(conflict(Unique::Email)));
    assert_eq!(given.rows().await, before);
}

async fn an_upsert_that_another_spelling_refuses_changes_nothing<D: Folding>() {
    let given = refusing::<D>().await;
    let user = with_rows(&given).await;
    let before = given.rows().await;

    for other in OTHERS {
        let mut account = given::account(&user.id);
        account.provider = other.provider.to_owned();
        account.provider_account_id = other.provider_account_id.to_owned();
        account.tokens.access_token = Some("new".into());
        let refused = given.store.upsert_account(account).await;
        assert_eq!(kind(refused), Some(conflict(D::REFUSED_UPSERT)));
    }

    assert_eq!(given.rows().await, before);
}

async fn another_spelling_of_an_account_is_another_account<D: Folding>() {
    let given = folding::<D>().await;
    let user = with_rows(&given).await;
    let mut account = given::account(&user.id);
    account.provider_account_id = "ABC".into();
    account.tokens.refresh_token = Some("new".into());

    let inserted = given.store.upsert_account(account.clone()).await;
    let refreshed = given.store.upsert_account(account).await;

    let inserted = inserted.expect("it is stored");
    assert_eq!(inserted.provider_account_id, "ABC");
    assert_eq!(refreshed, Ok(inserted));
    let first = given.store.get_account(GITHUB).await.expect("an answer");
    let token = first.and_then(|account| account.tokens.refresh_token);
    assert_eq!(token, Some("refresh".into()));
    assert_eq!(given.rows().await.accounts.len(), 2);
}
