//! A case of `delete_user` beside `upsert_account`.

use authjs_adapter::{Accounts, NewAccount, NewUser};

use crate::cases::users::delete_user::delete_or_insert;
use crate::race::Rounds;
use crate::{Harness, given, sample};

/// No `upsert_account` beside `delete_user` leaves an account behind.
pub async fn delete_user_leaves_no_orphan_beside_upsert_account<H>(h: &H)
where
    H: Harness,
    H::Store: Accounts,
{
    // Rust-specific: who signs in with an orphaned account is locked out for good.
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| {
            let account = NewAccount {
                provider_account_id: format!("account {}", caller % 2),
                ..sample::account(&user.id)
            };
            delete_or_insert(h, &user.id, caller, h.store().upsert_account(account))
        });

        let orphans = h.snapshot().await.accounts.len();
        assert_eq!(orphans, 0, "the number of accounts without a user");
        let removed = answers.into_iter().filter(|removed| *removed).count();
        assert_eq!(removed, 1, "how often the user was returned as removed");
    }
}
