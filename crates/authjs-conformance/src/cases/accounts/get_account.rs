//! The cases of `get_account`.

use authjs_adapter::{
    AccountKey, AccountTokens, Adapter as _, ErrorKind, NewAccount, Operation, Unique,
};

use crate::race::Rounds;
use crate::sample::{GITHUB_42, GITHUB_99, GITLAB_42};
use crate::{Harness, check, given, sample};

/// `get_account` returns the stored row.
pub async fn get_account_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getAccount"
    let (ada, _) = given::two_people(h).await;

    let found = h.store().get_account(GITHUB_42).await.unwrap();

    let found = found.expect("a linked account was not found");
    let stored = given::stored_account(h, GITHUB_42).await.unwrap();
    assert_eq!(found.user_id, ada.id, "the owner");
    check::same("the found tokens", &found.tokens, &sample::tokens());
    check::same("the found row", &found, &stored);
}

/// `get_account` finds nothing unless both halves of the key match.
pub async fn get_account_is_none_for_an_unknown_account<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getAccount"
    given::two_people(h).await;

    let other_provider = h.store().get_account(GITLAB_42).await;
    let other_account = h.store().get_account(GITHUB_99).await;

    check::nothing("another provider's account", other_provider);
    check::nothing("an unknown account", other_account);
}

/// `get_account` compares both halves of the key byte for byte.
pub async fn get_account_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: provider account ids may differ in case only.
    given::two_people(h).await;

    for (provider, provider_account_id) in [
        ("GitHub", "42"),
        ("github ", "42"),
        ("github", "42 "),
        ("github", "042"),
    ] {
        let key = AccountKey {
            provider,
            provider_account_id,
        };
        let found = h.store().get_account(key).await;
        check::nothing(&format!("{provider:?}/{provider_account_id:?}"), found);
    }
}

/// `get_account` finds nothing under a key that cannot be stored.
pub async fn get_account_is_none_for_an_impossible_key<H: Harness>(h: &H) {
    // Rust-specific: a look-up never fails for what cannot be stored.
    given::two_people(h).await;

    for text in sample::impossible_keys() {
        let provider = AccountKey {
            provider: &text,
            ..GITHUB_42
        };
        let account = AccountKey {
            provider_account_id: &text,
            ..GITHUB_42
        };
        let by_provider = h.store().get_account(provider).await;
        let by_account = h.store().get_account(account).await;
        check::nothing("an account of an impossible provider", by_provider);
        check::nothing("an impossible account", by_account);
    }
}

/// `get_account` gives NULL back as absent.
pub async fn get_account_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: an empty refresh token is sent to the provider, an absent one is not.
    let ada = given::ada(h).await;
    given::account(h, sample::bare_account(&ada.id)).await;

    let found = h.store().get_account(GITHUB_42).await.unwrap().unwrap();

    check::same("the found tokens", &found.tokens, &AccountTokens::default());
}

/// `get_account` beside `link_account` finds nothing or the whole row.
pub async fn get_account_reads_whole_rows_beside_link_account<H: Harness>(h: &H) {
    // Rust-specific: an account that is linked in two steps is seen without its tokens.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = NewAccount {
            provider_account_id: format!("account {round}"),
            ..sample::account(&ada.id)
        };

        let seen = rounds.release(|caller| {
            let new = &new;
            async move {
                if caller.is_multiple_of(2) {
                    let linked = h.store().link_account(new.clone()).await;
                    let conflict = ErrorKind::Conflict(Unique::Account);
                    return check::inserted(Operation::LinkAccount, conflict, linked);
                }
                h.store().get_account(new.key()).await.unwrap()
            }
        });

        let stored = given::stored_account(h, new.key()).await;
        for found in seen.into_iter().flatten() {
            check::same("the row that was seen", &Some(found), &stored);
        }
        check::same("the tokens", &stored.unwrap().tokens, &new.tokens);
    }
}
