//! The cases of `delete_user`.

use authjs_adapter::{Adapter as _, Authenticators, NewUser};

use crate::cases::users::delete_user::delete_or_insert;
use crate::race::Rounds;
use crate::{Harness, check, given, sample};

/// `delete_user` removes the credentials of the user and of nobody else.
pub async fn delete_user_removes_authenticators<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: the reference has no such table.
    let (ada, grace) = given::two_people(h).await;
    given::passkey(h, sample::passkey(&ada.id, "cred-1")).await;
    let kept = given::passkey(h, sample::passkey(&grace.id, "cred-2")).await;

    h.store().delete_user(&ada.id).await.unwrap();

    check::same(
        "authenticators",
        &h.snapshot().await.authenticators,
        &vec![kept],
    );
}

/// No `create_authenticator` beside `delete_user` leaves a credential behind.
pub async fn delete_user_leaves_no_orphan_beside_create_authenticator<H>(h: &H)
where
    H: Harness,
    H::Store: Authenticators,
{
    // Rust-specific: an orphaned credential cannot be registered again.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| {
            let passkey = sample::passkey(&user.id, &format!("orphan-{round}-{caller}"));
            let insert = h.store().create_authenticator(passkey);
            delete_or_insert(h, &user.id, caller, insert)
        });

        let stored = h.snapshot().await.authenticators;
        let orphans = stored.iter().filter(|row| row.user_id == user.id);
        assert_eq!(
            orphans.count(),
            0,
            "the number of credentials without a user"
        );
        let removed = answers.into_iter().filter(|removed| *removed).count();
        assert_eq!(removed, 1, "how often the user was returned as removed");
    }
}
