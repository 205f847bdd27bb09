//! The cases of `get_user_by_account`.

use authjs_adapter::{AccountKey, Adapter as _, NewUser};

use crate::reading::users_are_read_whole;
use crate::sample::{GITHUB_42, GITHUB_43, GITHUB_99, GITLAB_42};
use crate::{Harness, check, given, sample};

/// `get_user_by_account` finds the user whom the account is linked to, whoever it is.
pub async fn get_user_by_account_returns_the_linked_user<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByAccount"
    let (ada, grace) = given::two_people(h).await;

    for (account, owner) in [(GITHUB_42, ada), (GITHUB_43, grace)] {
        let found = h.store().get_user_by_account(account).await.unwrap();

        let found = found.expect("a user was not found by their account");
        check::same("the found row", &check::user(&found), &owner);
    }
}

/// `get_user_by_account` finds nobody unless both halves of the key match.
pub async fn get_user_by_account_is_none_for_an_unknown_account<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByAccount"
    given::two_people(h).await;

    let other_provider = h.store().get_user_by_account(GITLAB_42).await;
    let other_account = h.store().get_user_by_account(GITHUB_99).await;

    check::nothing("the user of another provider's account", other_provider);
    check::nothing("the user of an unknown account", other_account);
}

/// `get_user_by_account` compares both halves of the key byte for byte.
pub async fn get_user_by_account_compares_byte_for_byte<H: Harness>(h: &H) {
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
        let found = h.store().get_user_by_account(key).await;
        check::nothing(&format!("{provider:?}/{provider_account_id:?}"), found);
    }
}

/// `get_user_by_account` finds nobody under a key that cannot be stored.
pub async fn get_user_by_account_is_none_for_an_impossible_key<H: Harness>(h: &H) {
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
        let by_provider = h.store().get_user_by_account(provider).await;
        let by_account = h.store().get_user_by_account(account).await;
        check::nothing("the user of an impossible provider", by_provider);
        check::nothing("the user of an impossible account", by_account);
    }
}

/// `get_user_by_account` gives NULL back as absent.
pub async fn get_user_by_account_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: a NULL that becomes 1970 verifies an address that nobody verified.
    let nobody = given::user(h, NewUser::default()).await;
    given::account(h, sample::account(&nobody.id)).await;

    let found = h.store().get_user_by_account(GITHUB_42).await.unwrap();

    let found = check::user(&found.unwrap());
    check::same("the found row", &found, &sample::nobody(&nobody.id));
}

/// `get_user_by_account` beside `update_user` finds the whole row, as it was or as it is.
pub async fn get_user_by_account_reads_whole_rows_beside_update_user<H: Harness>(h: &H) {
    // Rust-specific: one update is one change for everybody.
    let (ada, _) = given::two_people(h).await;

    users_are_read_whole(h, &ada, || async {
        let found = h.store().get_user_by_account(GITHUB_42).await.unwrap();
        found.map(|user| check::user(&user))
    })
    .await;
}
