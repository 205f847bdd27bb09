//! The cases of `unlink_account`.

use authjs_adapter::{
    AccountKey, AccountTokens, Adapter as _, ErrorKind, Operation, Unique, UserId,
};

use crate::check::Change;
use crate::race::Rounds;
use crate::sample::{GITHUB_42, GITHUB_99, GITLAB_42};
use crate::{Harness, check, given, sample};

/// `unlink_account` removes the account and no other.
pub async fn unlink_account_removes_the_account<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "unlinkAccount"
    given::two_people(h).await;
    let mut expected = h.snapshot().await;

    h.store().unlink_account(GITHUB_42).await.unwrap();

    expected
        .accounts
        .retain(|account| account.key() != GITHUB_42);
    check::unchanged(&expected, &h.snapshot().await);
}

/// `unlink_account` returns the account as it was.
pub async fn unlink_account_returns_the_removed_row<H: Harness>(h: &H) {
    // Rust-specific: the reference returns nothing.
    let ada = given::ada(h).await;
    let linked = given::account(h, sample::account(&ada.id)).await;

    let removed = h.store().unlink_account(GITHUB_42).await.unwrap();

    let removed = removed.expect("the removed account was not returned");
    check::same("the returned row", &removed, &linked);
}

/// `unlink_account` removes nothing unless both halves of the key match.
pub async fn unlink_account_is_none_for_an_unknown_account<H: Harness>(h: &H) {
    // Rust-specific: deleting is idempotent, and never by half a key.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let other_provider = h.store().unlink_account(GITLAB_42).await;
    let other_account = h.store().unlink_account(GITHUB_99).await;

    check::nothing("another provider's account", other_provider);
    check::nothing("an unknown account", other_account);
    check::unchanged(&before, &h.snapshot().await);
}

/// `unlink_account` compares both halves of the key byte for byte.
pub async fn unlink_account_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: provider account ids may differ in case only.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for (provider, provider_account_id) in [
        ("GitHub", "42"),
        ("github ", "42"),
        ("github", "42 "),
        ("github", "042"),
        ("%", "42"),
        ("github", "%"),
    ] {
        let key = AccountKey {
            provider,
            provider_account_id,
        };
        let removed = h.store().unlink_account(key).await;
        check::nothing(&format!("{provider:?}/{provider_account_id:?}"), removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `unlink_account` removes nothing under a key that cannot be stored.
pub async fn unlink_account_is_none_for_an_impossible_key<H: Harness>(h: &H) {
    // Rust-specific: deleting never fails for what cannot be stored.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for text in sample::impossible_keys() {
        let provider = AccountKey {
            provider: &text,
            ..GITHUB_42
        };
        let account = AccountKey {
            provider_account_id: &text,
            ..GITHUB_42
        };
        let by_provider = h.store().unlink_account(provider).await;
        let by_account = h.store().unlink_account(account).await;
        check::nothing("an account of an impossible provider", by_provider);
        check::nothing("an impossible account", by_account);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `unlink_account` calls, one gets the row.
pub async fn unlink_account_returns_the_row_to_one_caller<H: Harness>(h: &H) {
    // Rust-specific: find, then delete, returns it to several.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::account(h, sample::account(&ada.id)).await;

        let answers = rounds.release(|_| h.store().unlink_account(GITHUB_42));

        let removed = answers.into_iter().filter_map(Result::unwrap).count();
        assert_eq!(removed, 1, "how often the row was returned as removed");
    }
}

/// `unlink_account` gives NULL back as absent in the row that it removed.
pub async fn unlink_account_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: the row of a RETURNING clause is read like any other.
    let ada = given::ada(h).await;
    given::account(h, sample::bare_account(&ada.id)).await;

    let removed = h.store().unlink_account(GITHUB_42).await.unwrap().unwrap();

    check::same(
        "the returned tokens",
        &removed.tokens,
        &AccountTokens::default(),
    );
}

/// Beside `link_account`, `unlink_account` returns each row that was linked, and once.
pub async fn unlink_account_returns_each_linked_row_once<H: Harness>(h: &H) {
    // Rust-specific: of what was linked and what was removed the difference is stored.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let before = h.snapshot().await.accounts.len();

        let changes = rounds.release(|caller| link_or_unlink(h, &ada.id, caller));

        let after = h.snapshot().await.accounts.len();
        assert!(after <= 1, "{after} rows have one key");
        check::balance(before, &changes, after);
    }
}

/// Links the account, one caller of two, or unlinks it.
async fn link_or_unlink<H: Harness>(h: &H, user_id: &UserId, caller: usize) -> Change {
    if caller.is_multiple_of(2) {
        let linked = h.store().link_account(sample::account(user_id)).await;
        let conflict = ErrorKind::Conflict(Unique::Account);
        Change::of_insert(Operation::LinkAccount, conflict, linked)
    } else {
        Change::of_delete(h.store().unlink_account(GITHUB_42).await)
    }
}
