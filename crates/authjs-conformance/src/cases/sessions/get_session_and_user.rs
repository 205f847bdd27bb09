//! The cases of `get_session_and_user`.

use authjs_adapter::{Adapter as _, NewUser, SessionRow as _, SessionToken, UserRow as _};
use chrono::TimeDelta;

use crate::race::{CALLERS, Rounds};
use crate::reading::users_are_read_whole;
use crate::{Harness, check, given, sample};

/// `get_session_and_user` answers "who is this?" with the session and its user, whoever it is.
pub async fn get_session_and_user_returns_both_rows<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getSessionAndUser"
    let (ada, grace) = given::two_people(h).await;

    for (token, owner) in [("ada-token", ada), ("grace-token", grace)] {
        let token = SessionToken::new(token);
        let found = h.store().get_session_and_user(&token).await.unwrap();

        let (session, user) = found.expect("a live session was not found");
        let stored = given::stored_session(h, &token).await;
        check::same("the found user", &check::user(&user), &owner);
        check::same(
            "the found session",
            &Some(check::session(&session)),
            &stored,
        );
    }
}

/// `get_session_and_user` finds nothing under an unknown token.
pub async fn get_session_and_user_is_none_for_an_unknown_token<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getSessionAndUser"
    given::two_people(h).await;

    let found = h
        .store()
        .get_session_and_user(&"invalid-token".into())
        .await;

    check::nothing("a session under an unknown token", found);
}

/// `get_session_and_user` compares tokens byte for byte.
pub async fn get_session_and_user_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: the default collations of MySQL and MariaDB find `SeSsIoN` and `session `.
    given::two_people(h).await;

    for token in sample::LIKE_ADA_TOKEN {
        let found = h.store().get_session_and_user(&token.into()).await;
        check::nothing(&format!("a session under the token {token:?}"), found);
    }
}

/// `get_session_and_user` finds nothing under a token that cannot be stored.
pub async fn get_session_and_user_is_none_for_an_impossible_token<H: Harness>(h: &H) {
    // Rust-specific: a cookie may hold anything, and none of it is an error.
    given::two_people(h).await;

    for token in sample::impossible_keys() {
        let found = h.store().get_session_and_user(&token.into()).await;
        check::nothing("a session under an impossible token", found);
    }
}

/// The handle of a session, which lists of devices show, is no token.
pub async fn get_session_and_user_is_none_for_a_handle<H: Harness>(h: &H) {
    // Rust-specific: a store of hashes that takes a hash for a token signs in who reads it.
    given::two_people(h).await;
    let handle = SessionToken::new("ada-token").handle();

    let found = h
        .store()
        .get_session_and_user(&handle.as_str().into())
        .await;

    check::nothing("a session under its handle", found);
}

/// A session is live one millisecond before it ends.
pub async fn get_session_and_user_finds_a_session_until_it_ends<H: Harness>(h: &H) {
    // Rust-specific: the reference never looks at `expires`.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires - TimeDelta::milliseconds(1));
    let found = h.store().get_session_and_user(&"ada-token".into()).await;

    assert!(
        found.unwrap().is_some(),
        "a session that is live for 1 ms was not found"
    );
}

/// A session is expired at the very millisecond in which it ends.
pub async fn get_session_and_user_is_none_from_the_end_on<H: Harness>(h: &H) {
    // Rust-specific: expired means `expires <= now`.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires);
    let found = h.store().get_session_and_user(&"ada-token".into()).await;

    check::nothing("a session that ends now", found);
}

/// A session that ended is not found, and its row is left to the purge.
pub async fn get_session_and_user_leaves_an_expired_row_to_the_purge<H: Harness>(h: &H) {
    // Rust-specific: the reference returns the row, and its OAuth callback does not check.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let before = h.snapshot().await;

    h.clock().set(session.expires + TimeDelta::milliseconds(1));
    let found = h.store().get_session_and_user(&"ada-token".into()).await;

    check::nothing("an expired session", found);
    check::unchanged(&before, &h.snapshot().await);
}

/// A session is gone with its user.
pub async fn get_session_and_user_is_none_after_the_user_is_deleted<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "deleteUser"
    let (ada, _) = given::two_people(h).await;

    h.store().delete_user(&ada.id).await.unwrap();
    let found = h.store().get_session_and_user(&"ada-token".into()).await;

    check::nothing("the session of a deleted user", found);
}

/// `get_session_and_user` gives NULL back as absent.
pub async fn get_session_and_user_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: a NULL that becomes 1970 verifies an address that nobody verified.
    let nobody = given::user(h, NewUser::default()).await;
    given::session(h, sample::session(&nobody.id, "token")).await;

    let found = h.store().get_session_and_user(&"token".into()).await;

    let (_, user) = found.unwrap().unwrap();
    check::same("the user", &check::user(&user), &sample::nobody(&nobody.id));
}

/// `get_session_and_user` beside `update_user` finds the whole user, as they were or as they
/// are.
pub async fn get_session_and_user_reads_whole_rows_beside_update_user<H: Harness>(h: &H) {
    // Rust-specific: one update is one change for everybody.
    let (ada, _) = given::two_people(h).await;

    users_are_read_whole(h, &ada, || async {
        let found = h.store().get_session_and_user(&"ada-token".into()).await;
        found.unwrap().map(|(_, user)| check::user(&user))
    })
    .await;
}

/// `get_session_and_user` beside `delete_user` finds both rows or nothing, and never fails.
pub async fn get_session_and_user_finds_both_or_nothing_beside_delete_user<H: Harness>(h: &H) {
    // Rust-specific: two look-ups find the session, and then no user.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let user = given::user(h, NewUser::default()).await;
        let token = SessionToken::new(format!("token {round}"));
        given::session(h, sample::session(&user.id, token.expose())).await;

        let answers = rounds.release(|caller| {
            let (id, token) = (&user.id, &token);
            async move {
                if caller == CALLERS / 2 {
                    h.store().delete_user(id).await.unwrap();
                }
                h.store().get_session_and_user(token).await
            }
        });

        for answer in answers {
            let found = answer.unwrap();
            let found = found.map(|(session, found)| (session.user_id(), found.id()));
            let expected = found.as_ref().map(|_| (user.id.clone(), user.id.clone()));
            assert_eq!(found, expected, "the ids in both rows");
        }
    }
}
