//! The cases of `get_user_by_email`.

use authjs_adapter::{Adapter as _, ErrorKind, NewUser, Operation, Unique, User};

use crate::race::Rounds;
use crate::{Harness, check, given, sample};

/// `get_user_by_email` finds a user by address.
pub async fn get_user_by_email_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByEmail"
    let (ada, _) = given::two_people(h).await;

    let found = h
        .store()
        .get_user_by_email("ada@example.com")
        .await
        .unwrap();

    let found = found.expect("a stored user was not found by address");
    check::same("the found row", &check::user(&found), &ada);
}

/// `get_user_by_email` finds nobody under an unknown address.
pub async fn get_user_by_email_is_none_for_an_unknown_address<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByEmail"
    given::ada(h).await;
    given::user(h, NewUser::default()).await;

    let found = h.store().get_user_by_email("eve@example.com").await;

    check::nothing("a user under an unknown address", found);
}

/// `get_user_by_email` compares byte for byte: no case folding, no trimming, no patterns.
pub async fn get_user_by_email_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: collations and LIKE find somebody else's row.
    given::ada(h).await;

    for email in [
        "Ada@example.com",
        "ADA@EXAMPLE.COM",
        "ada@example.com ",
        " ada@example.com",
        "ad_@example.com",
        "%",
        "\u{e1}da@example.com",
    ] {
        let found = h.store().get_user_by_email(email).await;
        check::nothing(&format!("a user under the address {email:?}"), found);
    }
}

/// `get_user_by_email` finds nobody under a text that cannot be an address.
pub async fn get_user_by_email_is_none_for_an_impossible_address<H: Harness>(h: &H) {
    // Rust-specific: a look-up never fails for what cannot be stored.
    given::ada(h).await;

    for email in sample::impossible_keys() {
        let found = h.store().get_user_by_email(&email).await;
        check::nothing("a user under an impossible address", found);
    }
}

/// `get_user_by_email` gives NULL back as absent.
pub async fn get_user_by_email_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: a NULL that becomes 1970 verifies an address that nobody verified.
    let bare = NewUser {
        email: sample::ada().email,
        ..NewUser::default()
    };
    let bare = given::user(h, bare).await;

    let found = h.store().get_user_by_email("ada@example.com").await;

    let found = check::user(&found.unwrap().unwrap());
    let expected = User {
        email: sample::ada().email,
        ..sample::nobody(&bare.id)
    };
    check::same("the found row", &found, &expected);
}

/// `get_user_by_email` beside `create_user` finds nobody or the whole row.
pub async fn get_user_by_email_reads_whole_rows_beside_create_user<H: Harness>(h: &H) {
    // Rust-specific: who is created in two steps is seen half-made.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = NewUser {
            email: Some(format!("ada-{round}@example.com")),
            ..sample::ada()
        };

        let seen = rounds.release(|caller| create_or_find(h, &new, caller));

        let users = h.snapshot().await.users;
        let stored = users.into_iter().find(|user| user.email == new.email);
        for found in seen.into_iter().flatten() {
            check::same("the row that was seen", &Some(found), &stored);
        }
        assert_eq!(stored.unwrap().name, new.name, "the stored name");
    }
}

/// Creates the user, one caller of two, or looks for them.
async fn create_or_find<H: Harness>(h: &H, new: &NewUser, caller: usize) -> Option<User> {
    let store = h.store();
    let seen = if caller.is_multiple_of(2) {
        let created = store.create_user(new.clone().into()).await;
        let conflict = ErrorKind::Conflict(Unique::Email);
        check::inserted(Operation::CreateUser, conflict, created)
    } else {
        let email = new.email.as_deref().unwrap();
        store.get_user_by_email(email).await.unwrap()
    };
    seen.map(|user| check::user(&user))
}
