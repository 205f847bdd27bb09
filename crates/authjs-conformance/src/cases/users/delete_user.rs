//! The cases of `delete_user`.

use authjs_adapter::{Adapter as _, ErrorKind, NewAccount, NewUser, Result, UserId};

use crate::race::Rounds;
use crate::{Harness, check, given, sample};

/// `delete_user` removes the user with their accounts and sessions.
pub async fn delete_user_removes_accounts_and_sessions<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "deleteUser"
    let (ada, _) = given::two_people(h).await;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await;
    assert!(
        after.users.iter().all(|row| row.id != ada.id),
        "the user stayed"
    );
    let accounts = after.accounts.iter().filter(|row| row.user_id == ada.id);
    assert_eq!(accounts.count(), 0, "the number of accounts that stayed");
    let sessions = after.sessions.iter().filter(|row| row.user_id == ada.id);
    assert_eq!(sessions.count(), 0, "the number of sessions that stayed");
}

/// `delete_user` returns the user as they were.
pub async fn delete_user_returns_the_removed_row<H: Harness>(h: &H) {
    // Rust-specific: the reference returns nothing.
    let ada = given::ada(h).await;

    let removed = h.store().delete_user(&ada.id).await.unwrap();

    let removed = removed.expect("the removed user was not returned");
    check::same("the returned row", &check::user(&removed), &ada);
}

/// `delete_user` leaves the rows of other people alone.
pub async fn delete_user_leaves_others_alone<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has one user.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await;
    let mut expected = before;
    expected.users.retain(|row| row.id != ada.id);
    expected.accounts.retain(|row| row.user_id != ada.id);
    expected.sessions.retain(|row| row.user_id != ada.id);
    expected
        .verification_tokens
        .clone_from(&after.verification_tokens);
    check::unchanged(&expected, &after);
}

/// `delete_user` keeps verification tokens, which expire by themselves.
pub async fn delete_user_keeps_verification_tokens<H: Harness>(h: &H) {
    // Rust-specific: a token belongs to an address, and not to a user.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await.verification_tokens;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await.verification_tokens;
    check::same("verification_token", &after, &before);
}

/// `delete_user` does nothing for an unknown id.
pub async fn delete_user_is_none_for_an_unknown_id<H: Harness>(h: &H) {
    // Rust-specific: deleting is idempotent.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let removed = h.store().delete_user(&h.unknown_id()).await;

    check::nothing("a removed user", removed);
    check::unchanged(&before, &h.snapshot().await);
}

/// `delete_user` does nothing for a text that cannot be an id.
pub async fn delete_user_is_none_for_a_malformed_id<H: Harness>(h: &H) {
    // Rust-specific: MySQL's `id = '1abc'` deletes user 1.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    for id in h.malformed_ids(&ada.id) {
        let removed = h.store().delete_user(&id).await;
        check::nothing(&format!("a removed user with the id {id:?}"), removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `delete_user` calls, one gets the row; no `create_session` beside them
/// leaves a session behind.
pub async fn delete_user_leaves_no_orphan_beside_create_session<H: Harness>(h: &H) {
    // Rust-specific: the reference left orphans in one of ten races.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| {
            let session = sample::session(&user.id, &format!("orphan-{round}-{caller}"));
            delete_or_insert(h, &user.id, caller, h.store().create_session(session))
        });

        let after = h.snapshot().await;
        let orphans = after.sessions.iter().filter(|row| row.user_id == user.id);
        assert_eq!(orphans.count(), 0, "the number of sessions without a user");
        let removed = answers.into_iter().filter(|removed| *removed).count();
        assert_eq!(removed, 1, "how often the user was returned as removed");
    }
}

/// `delete_user` gives NULL back as absent in the row that it removed.
pub async fn delete_user_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: the row of a RETURNING clause is read like any other.
    let nobody = given::user(h, NewUser::default()).await;

    let removed = h.store().delete_user(&nobody.id).await.unwrap();

    let removed = check::user(&removed.unwrap());
    check::same("the returned row", &removed, &sample::nobody(&nobody.id));
}

/// No `link_account` beside `delete_user` leaves an account behind.
pub async fn delete_user_leaves_no_orphan_beside_link_account<H: Harness>(h: &H) {
    // Rust-specific: who signs in with an orphaned account is locked out for good.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| {
            let account = NewAccount {
                provider_account_id: format!("orphan-{round}-{caller}"),
                ..sample::account(&user.id)
            };
            delete_or_insert(h, &user.id, caller, h.store().link_account(account))
        });

        let after = h.snapshot().await;
        let orphans = after.accounts.iter().filter(|row| row.user_id == user.id);
        assert_eq!(orphans.count(), 0, "the number of accounts without a user");
        let removed = answers.into_iter().filter(|removed| *removed).count();
        assert_eq!(removed, 1, "how often the user was returned as removed");
    }
}

/// Deletes the user, one caller of four, or inserts a row of theirs; true if this call removed
/// the user.
pub(crate) async fn delete_or_insert<H: Harness, T>(
    h: &H,
    id: &UserId,
    caller: usize,
    insert: impl Future<Output = Result<T>>,
) -> bool {
    if caller.is_multiple_of(4) {
        return h.store().delete_user(id).await.unwrap().is_some();
    }
    let Err(error) = insert.await else {
        return false;
    };
    assert_eq!(
        error.kind(),
        ErrorKind::UserMissing,
        "the kind of {error:?}"
    );
    false
}
