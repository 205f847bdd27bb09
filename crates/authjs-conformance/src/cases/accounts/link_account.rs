//! The cases of `link_account`.

use authjs_adapter::{
    Account, AccountTokens, Adapter as _, ErrorKind, Field, NewAccount, Operation, ProviderAccount,
    Unique,
};

use crate::race::Rounds;
use crate::sample::{GITHUB_42, Spoil};
use crate::{Harness, check, given, sample};

/// `link_account` returns the row that it stored, with each value that it was given.
pub async fn link_account_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "linkAccount"
    let ada = given::ada(h).await;

    let linked = h
        .store()
        .link_account(sample::account(&ada.id))
        .await
        .unwrap();

    let expected = Account {
        id: linked.id.clone(),
        user_id: ada.id,
        r#type: "oauth".to_owned(),
        provider: "github".to_owned(),
        provider_account_id: "42".to_owned(),
        tokens: sample::tokens(),
    };
    check::same("the returned row", &linked, &expected);
    check::same("accounts", &h.snapshot().await.accounts, &vec![expected]);
}

/// `link_account` stores what it is not given as NULL.
pub async fn link_account_stores_absent_tokens_as_null<H: Harness>(h: &H) {
    // Rust-specific: the reference makes NaN of an absent `expires_at`.
    let ada = given::ada(h).await;
    let bare = sample::bare_account(&ada.id);

    let linked = given::account(h, bare).await;

    let stored = given::stored_account(h, GITHUB_42).await.unwrap();
    check::same(
        "the returned tokens",
        &linked.tokens,
        &AccountTokens::default(),
    );
    check::same(
        "the stored tokens",
        &stored.tokens,
        &AccountTokens::default(),
    );
}

/// `link_account` stores `expires_at` as the 64-bit number that it is.
pub async fn link_account_keeps_large_numbers<H: Harness>(h: &H) {
    // Rust-specific: seconds leave 32 bits in 2038.
    let ada = given::ada(h).await;

    for (provider, expires_at) in [
        ("a", i64::MAX),
        ("b", i64::MIN),
        ("c", 4_102_444_800),
        ("d", 0),
    ] {
        let mut account = ProviderAccount::new("oauth", provider, "42");
        account.tokens.expires_at = Some(expires_at);
        let linked = given::account(h, account.of_user(ada.id.clone())).await;
        let stored = given::stored_account(h, linked.key()).await.unwrap();
        assert_eq!(linked.tokens.expires_at, Some(expires_at), "returned");
        assert_eq!(stored.tokens.expires_at, Some(expires_at), "stored");
    }
}

/// `link_account` stores texts as they are, whatever is in them.
pub async fn link_account_stores_texts_verbatim<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has no odd texts.
    let ada = given::ada(h).await;

    for text in sample::odd_texts() {
        let account = NewAccount {
            user_id: ada.id.clone(),
            r#type: text.clone(),
            provider: text.clone(),
            provider_account_id: text.clone(),
            tokens: AccountTokens {
                refresh_token: Some(text.as_str().into()),
                access_token: Some(text.as_str().into()),
                expires_at: None,
                id_token: Some(text.as_str().into()),
                scope: Some(text.clone()),
                session_state: Some(text.as_str().into()),
                token_type: Some(text.clone()),
            },
        };
        let linked = given::account(h, account.clone()).await;
        let found = h.store().get_account(account.key()).await.unwrap().unwrap();
        assert_eq!(linked.r#type, account.r#type, "the returned type");
        assert_eq!(linked.key(), account.key(), "the returned key");
        check::same("the returned tokens", &linked.tokens, &account.tokens);
        check::same("the found row", &found, &linked);
    }
}

/// A user may have several accounts, and two providers may name theirs alike.
pub async fn link_account_allows_several_accounts_of_one_user<H: Harness>(h: &H) {
    // Rust-specific: some copied schemas allow one account per user.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;

    let second = ProviderAccount::new("oauth", "github", "43").of_user(ada.id.clone());
    let third = ProviderAccount::new("oidc", "gitlab", "42").of_user(ada.id);
    given::account(h, second).await;
    given::account(h, third).await;

    assert_eq!(
        h.snapshot().await.accounts.len(),
        3,
        "the number of accounts"
    );
}

/// `link_account` stores texts of the greatest length.
pub async fn link_account_stores_the_longest_values<H: Harness>(h: &H) {
    // Rust-specific: providers send ID tokens of many kilobytes.
    let ada = given::ada(h).await;
    let long = sample::longest_text();
    let account = NewAccount {
        user_id: ada.id,
        r#type: sample::longest_short(),
        provider: sample::longest_short(),
        provider_account_id: sample::longest_short(),
        tokens: AccountTokens {
            refresh_token: Some(long.as_str().into()),
            access_token: Some(long.as_str().into()),
            expires_at: None,
            id_token: Some(long.as_str().into()),
            scope: Some(long.clone()),
            session_state: Some(long.as_str().into()),
            token_type: Some(sample::longest_short()),
        },
    };

    let linked = given::account(h, account.clone()).await;

    let stored = given::stored_account(h, account.key()).await.unwrap();
    assert!(
        stored.tokens == account.tokens,
        "a stored token was altered"
    );
    assert!(
        stored.r#type == account.r#type,
        "the stored type was altered"
    );
    assert!(linked == stored, "the returned row is not the stored one");
}

/// `link_account` refuses values that cannot be stored as they are.
pub async fn link_account_refuses_what_cannot_be_stored<H: Harness>(h: &H) {
    // Rust-specific: a cut token is worthless, a cut account id is somebody else's.
    let ada = given::ada(h).await;
    let before = h.snapshot().await;
    let table: [Spoil<NewAccount>; 11] = [
        (Field::Type, |a| a.r#type.clear()),
        (Field::Provider, |a| a.provider.clear()),
        (Field::ProviderAccountId, |a| a.provider_account_id.clear()),
        (Field::ProviderAccountId, |a| {
            a.provider_account_id.push('\0');
        }),
        (Field::ProviderAccountId, |a| {
            a.provider_account_id = sample::too_long_short();
        }),
        (Field::RefreshToken, |a| {
            a.tokens.refresh_token = Some(sample::too_long_text().into());
        }),
        (Field::AccessToken, |a| {
            a.tokens.access_token = Some("\0".into());
        }),
        (Field::IdToken, |a| {
            a.tokens.id_token = Some(sample::too_long_text().into());
        }),
        (Field::Scope, |a| {
            a.tokens.scope = Some(sample::too_long_text());
        }),
        (Field::SessionState, |a| {
            a.tokens.session_state = Some("\0".into());
        }),
        (Field::TokenType, |a| {
            a.tokens.token_type = Some(sample::too_long_short());
        }),
    ];

    // The input is looked at before the user.
    for user_id in [ada.id, h.unknown_id()] {
        for (field, spoil) in table {
            let mut account = sample::account(&user_id);
            spoil(&mut account);
            let result = h.store().link_account(account).await;
            check::invalid(Operation::LinkAccount, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `link_account` refuses an account of another user, which keeps its owner.
pub async fn link_account_refuses_an_account_of_another_user<H: Harness>(h: &H) {
    // Rust-specific: the tables of the reference take the account over, or hold it twice.
    let (_, grace) = given::two_people(h).await;
    let before = h.snapshot().await;

    let result = h.store().link_account(sample::account(&grace.id)).await;

    let conflict = ErrorKind::Conflict(Unique::Account);
    check::refused(Operation::LinkAccount, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `link_account` refuses an account that the user has already, and keeps its tokens.
pub async fn link_account_refuses_the_same_account_twice<H: Harness>(h: &H) {
    // Rust-specific: `upsert_account` is the one that refreshes tokens.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;
    let again = NewAccount {
        tokens: sample::next_tokens(),
        ..sample::account(&ada.id)
    };

    let result = h.store().link_account(again).await;

    let conflict = ErrorKind::Conflict(Unique::Account);
    check::refused(Operation::LinkAccount, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `link_account` refuses an unknown user, before it looks whether the account is linked.
pub async fn link_account_reports_a_missing_user_before_a_conflict<H: Harness>(h: &H) {
    // Rust-specific: the order of the checks is part of the contract.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;

    let result = h
        .store()
        .link_account(sample::account(&h.unknown_id()))
        .await;

    check::refused(Operation::LinkAccount, ErrorKind::UserMissing, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `link_account` refuses an unknown user.
pub async fn link_account_refuses_an_unknown_user<H: Harness>(h: &H) {
    // Rust-specific: the tables of the reference have no foreign key.
    let result = h
        .store()
        .link_account(sample::account(&h.unknown_id()))
        .await;

    check::refused(Operation::LinkAccount, ErrorKind::UserMissing, result);
    assert!(
        h.snapshot().await.accounts.is_empty(),
        "an account was stored"
    );
}

/// `link_account` refuses a text that cannot be the id of a user.
pub async fn link_account_refuses_a_malformed_user<H: Harness>(h: &H) {
    // Rust-specific: a careless parser links the account to somebody else.
    let ada = given::ada(h).await;

    for id in h.malformed_ids(&ada.id) {
        let result = h.store().link_account(sample::account(&id)).await;
        check::refused(Operation::LinkAccount, ErrorKind::UserMissing, result);
    }

    assert!(
        h.snapshot().await.accounts.is_empty(),
        "an account was stored"
    );
}

/// Of simultaneous `link_account` calls of several people for one account, one succeeds; that
/// person is the owner.
pub async fn link_account_links_one_of_simultaneous_callers<H: Harness>(h: &H) {
    // Rust-specific: two owners of one account are two people in one session.
    let people = given::crowd(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let id = format!("account {round}");

        let answers = rounds.release(|caller| {
            let account = NewAccount {
                provider_account_id: id.clone(),
                ..sample::account(people.get(caller).unwrap())
            };
            h.store().link_account(account)
        });

        let stored = h.snapshot().await.accounts;
        let linked: Vec<_> = stored
            .iter()
            .filter(|row| row.provider_account_id == id)
            .collect();
        let winners: Vec<_> = answers.iter().flatten().collect();
        assert_eq!(
            linked, winners,
            "the stored rows are those of the successes"
        );
        assert_eq!(linked.len(), 1, "the number of rows with one key");
        let conflict = ErrorKind::Conflict(Unique::Account);
        check::losers(Operation::LinkAccount, conflict, answers);
    }
}
