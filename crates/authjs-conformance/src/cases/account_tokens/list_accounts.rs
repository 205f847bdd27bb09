//! The cases of `list_accounts`.

use authjs_adapter::{Accounts, NewAccount, ProviderAccount};

use crate::race::Rounds;
use crate::sample::GITHUB_42;
use crate::{Harness, check, given, sample};

/// `list_accounts` lists the accounts of the user, by the bytes of provider and provider account
/// id.
pub async fn list_accounts_lists_those_of_the_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: Auth.js has no such method.
    let (ada, _) = given::two_people(h).await;
    let of_ada = |provider, id| ProviderAccount::new("oauth", provider, id).of_user(ada.id.clone());
    // Capital letters come first, unlike in the collation of a language.
    let zoho = given::account(h, of_ada("Zoho", "1")).await;
    let apple = given::account(h, of_ada("apple", "9")).await;
    let github_7 = given::account(h, of_ada("github", "7")).await;
    let github_42 = given::stored_account(h, GITHUB_42).await.unwrap();

    let listed = h.store().list_accounts(&ada.id).await.unwrap();

    check::same("the list", &listed, &vec![zoho, apple, github_42, github_7]);
}

/// `list_accounts` is empty for an unknown user.
pub async fn list_accounts_is_empty_for_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: Auth.js has no such method.
    given::two_people(h).await;

    let listed = h.store().list_accounts(&h.unknown_id()).await.unwrap();

    assert!(listed.is_empty(), "an unknown user has accounts");
}

/// `list_accounts` is empty for a text that cannot be an id.
pub async fn list_accounts_is_empty_for_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: a list never fails for what cannot be stored.
    let (ada, _) = given::two_people(h).await;

    for id in h.malformed_ids(&ada.id) {
        let listed = h.store().list_accounts(&id).await.unwrap();
        assert!(listed.is_empty(), "the user {id:?} has accounts");
    }
}

/// `list_accounts` gives NULL back as absent.
pub async fn list_accounts_reads_null_as_absent<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: an empty refresh token is sent to the provider, an absent one is not.
    let ada = given::ada(h).await;
    let bare = given::account(h, sample::bare_account(&ada.id)).await;

    let listed = h.store().list_accounts(&ada.id).await.unwrap();

    check::same("the list", &listed, &vec![bare]);
}

/// `list_accounts` beside `upsert_account` lists whole rows, each once.
pub async fn list_accounts_lists_whole_rows_beside_upsert_account<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
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
                    return vec![h.store().upsert_account(new.clone()).await.unwrap()];
                }
                h.store().list_accounts(&new.user_id).await.unwrap()
            }
        });

        let stored = given::stored_account(h, new.key()).await.unwrap();
        for mut listed in seen {
            listed.retain(|row| row.key() == new.key());
            assert!(listed.len() <= 1, "an account is listed twice");
            for found in listed {
                check::same("the row that was seen", &found, &stored);
            }
        }
    }
}
