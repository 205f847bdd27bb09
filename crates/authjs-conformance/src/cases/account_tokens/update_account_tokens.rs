//! The cases of `update_account_tokens`.

use authjs_adapter::{
    Account, AccountKey, AccountTokens, AccountTokensPatch, Accounts, Adapter as _, ErrorKind,
    Field, NewAccount, OAuthToken, Operation, Patch,
};

use crate::race::{CALLERS, Rounds};
use crate::sample::{GITHUB_42, GITHUB_99, GITLAB_42, Spoil};
use crate::{Harness, check, given, sample};

/// `update_account_tokens` writes the tokens that it is given, keeps and clears others as it is
/// told, and changes no other row.
pub async fn update_account_tokens_sets_clears_and_keeps<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: null against absent, for each column.
    given::two_people(h).await;
    let mut expected = h.snapshot().await;
    let patch = AccountTokensPatch {
        refresh_token: Patch::Set("refresh-2".into()),
        access_token: Patch::Set("access-2".into()),
        expires_at: Patch::Set(1_577_844_000),
        id_token: Patch::Clear,
        scope: Patch::Keep,
        session_state: Patch::Clear,
        token_type: Patch::Keep,
    };

    let updated = update(h, Some("refresh-1"), patch).await.unwrap();

    let row = expected
        .accounts
        .iter_mut()
        .find(|row| row.key() == GITHUB_42)
        .unwrap();
    row.tokens = AccountTokens {
        refresh_token: Some("refresh-2".into()),
        access_token: Some("access-2".into()),
        expires_at: Some(1_577_844_000),
        id_token: None,
        session_state: None,
        ..sample::tokens()
    };
    check::same("the returned row", &updated.as_ref(), &Some(&*row));
    check::unchanged(&expected, &h.snapshot().await);
}

/// `update_account_tokens` changes the account of that provider with that id: not one of the same
/// id at another provider, and not another one at the same.
pub async fn update_account_tokens_leaves_others_alone<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: accounts are numbered by each provider for itself.
    given::look_alikes(h).await;
    let mut expected = h.snapshot().await;
    let patch = AccountTokensPatch {
        access_token: Patch::Set("access-2".into()),
        ..AccountTokensPatch::default()
    };

    let updated = update(h, Some("refresh-1"), patch).await.unwrap();

    let row = expected
        .accounts
        .iter_mut()
        .find(|row| row.key() == GITHUB_42)
        .unwrap();
    row.tokens.access_token = Some("access-2".into());
    check::same("the returned row", &updated.as_ref(), &Some(&*row));
    check::unchanged(&expected, &h.snapshot().await);
}

/// `update_account_tokens` sets each column, and clears each, the number too.
pub async fn update_account_tokens_clears_every_column<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: an absent `expires_at` is NULL, and not 0.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let patch = AccountTokensPatch {
        refresh_token: Patch::Clear,
        access_token: Patch::Clear,
        expires_at: Patch::Clear,
        id_token: Patch::Clear,
        scope: Patch::Clear,
        session_state: Patch::Clear,
        token_type: Patch::Clear,
    };

    let updated = update(h, Some("refresh-1"), patch).await.unwrap().unwrap();

    let stored = given::stored_account(h, GITHUB_42).await.unwrap();
    check::same(
        "the returned tokens",
        &updated.tokens,
        &AccountTokens::default(),
    );
    check::same(
        "the stored tokens",
        &stored.tokens,
        &AccountTokens::default(),
    );
}

/// `update_account_tokens` with nothing set returns the row if the refresh token is as expected.
pub async fn update_account_tokens_with_nothing_set_is_a_read<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: an UPDATE without columns is not valid SQL.
    let ada = given::ada(h).await;
    let linked = given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;

    let read = update(h, Some("refresh-1"), AccountTokensPatch::default())
        .await
        .unwrap();
    let lost = update(h, Some("refresh-0"), AccountTokensPatch::default()).await;

    check::same("the returned row", &read, &Some(linked));
    check::nothing("an account with another refresh token", lost);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_account_tokens` changes nothing if the refresh token is another one.
pub async fn update_account_tokens_is_none_after_a_lost_race<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: the guide of Auth.js has this race in its own sample.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;

    let updated = update(h, Some("refresh-0"), rotated()).await;

    check::nothing("an account with another refresh token", updated);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_account_tokens` that expects NULL finds NULL, which no other expectation does.
pub async fn update_account_tokens_compares_null_with_null<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: `refresh_token = NULL` is never true in SQL.
    let ada = given::ada(h).await;
    given::account(h, without_refresh_token(sample::account(&ada.id))).await;

    let other = update(h, Some("refresh-1"), rotated()).await;
    let null = update(h, None, rotated()).await.unwrap();

    check::nothing("an account without a refresh token", other);
    let null = null.expect("NULL was not found equal to NULL");
    assert_eq!(
        null.tokens.refresh_token,
        Some("refresh-2".into()),
        "the new token"
    );
}

/// `update_account_tokens` that expects NULL does not find a refresh token.
pub async fn update_account_tokens_that_expects_null_finds_no_token<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: an absent expectation is no "whatever it is".
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;

    let updated = update(h, None, rotated()).await;

    check::nothing("an account with a refresh token", updated);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_account_tokens` fails for an account that is not linked.
pub async fn update_account_tokens_fails_for_an_unknown_account<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a lost race and a missing row are told apart.
    given::two_people(h).await;
    let before = h.snapshot().await;
    let expected = OAuthToken::new("refresh-1");

    for key in [GITLAB_42, GITHUB_99] {
        let result = h
            .store()
            .update_account_tokens(key, Some(&expected), rotated())
            .await;
        check::refused(Operation::UpdateAccountTokens, ErrorKind::NotFound, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `update_account_tokens` fails for a key that cannot be stored.
pub async fn update_account_tokens_fails_for_an_impossible_key<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: what cannot be stored is not linked.
    given::two_people(h).await;
    let before = h.snapshot().await;
    let expected = OAuthToken::new("refresh-1");

    for text in sample::impossible_keys() {
        let provider = AccountKey {
            provider: &text,
            ..GITHUB_42
        };
        let account = AccountKey {
            provider_account_id: &text,
            ..GITHUB_42
        };
        for key in [provider, account] {
            let result = h
                .store()
                .update_account_tokens(key, Some(&expected), rotated())
                .await;
            check::refused(Operation::UpdateAccountTokens, ErrorKind::NotFound, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `update_account_tokens` refuses values that cannot be stored as they are.
pub async fn update_account_tokens_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a cut token is worthless.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let before = h.snapshot().await;
    let table: [Spoil<AccountTokensPatch>; 4] = [
        (Field::RefreshToken, |p| {
            p.refresh_token = Patch::Set(sample::too_long_text().into());
        }),
        (Field::AccessToken, |p| {
            p.access_token = Patch::Set("\0".into());
        }),
        (Field::Scope, |p| {
            p.scope = Patch::Set(sample::too_long_text());
        }),
        (Field::TokenType, |p| {
            p.token_type = Patch::Set(sample::too_long_short());
        }),
    ];

    // The input is looked at before the refresh token.
    for expected in ["refresh-1", "refresh-0"] {
        for (field, spoil) in table {
            let mut patch = rotated();
            spoil(&mut patch);
            let result = update(h, Some(expected), patch).await;
            check::invalid(Operation::UpdateAccountTokens, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `update_account_tokens` calls that expect one refresh token, one succeeds.
pub async fn update_account_tokens_succeeds_for_one_caller<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a provider takes a refresh token that was used twice for a theft.
    let ada = given::ada(h).await;
    given::account(h, sample::account(&ada.id)).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let expected = given::stored_account(h, GITHUB_42)
            .await
            .unwrap()
            .tokens
            .refresh_token;

        let answers = rounds.release(|caller| {
            let patch = AccountTokensPatch {
                refresh_token: Patch::Set(format!("refresh {round} of {caller}").into()),
                ..AccountTokensPatch::default()
            };
            h.store()
                .update_account_tokens(GITHUB_42, expected.as_ref(), patch)
        });

        let stored = given::stored_account(h, GITHUB_42).await.unwrap();
        let winners: Vec<_> = answers.into_iter().filter_map(Result::unwrap).collect();
        check::same("the rows of the winners", &winners, &vec![stored]);
    }
}

/// No `update_account_tokens` that is in flight brings an unlinked account back.
pub async fn update_account_tokens_never_revives_an_unlinked_account<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: find, then save, inserts the row again.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::account(h, sample::account(&ada.id)).await;

        let answers = rounds.release(|caller| async move {
            if caller == CALLERS / 2 {
                h.store().unlink_account(GITHUB_42).await.unwrap();
                return None;
            }
            let patch = AccountTokensPatch {
                access_token: Patch::Set("access-2".into()),
                ..AccountTokensPatch::default()
            };
            Some(update(h, Some("refresh-1"), patch).await)
        });

        let stored = given::stored_account(h, GITHUB_42).await;
        assert!(stored.is_none(), "an unlinked account was there again");
        let answers = answers.into_iter().flatten().collect();
        check::losers(Operation::UpdateAccountTokens, ErrorKind::NotFound, answers);
    }
}

async fn update<H>(
    h: &H,
    expected: Option<&str>,
    patch: AccountTokensPatch,
) -> authjs_adapter::Result<Option<Account>>
where
    H: Harness,
    H::Store: Accounts,
{
    let expected = expected.map(OAuthToken::from);
    h.store()
        .update_account_tokens(GITHUB_42, expected.as_ref(), patch)
        .await
}

fn rotated() -> AccountTokensPatch {
    AccountTokensPatch {
        refresh_token: Patch::Set("refresh-2".into()),
        access_token: Patch::Set("access-2".into()),
        ..AccountTokensPatch::default()
    }
}

fn without_refresh_token(mut account: NewAccount) -> NewAccount {
    account.tokens.refresh_token = None;
    account
}
