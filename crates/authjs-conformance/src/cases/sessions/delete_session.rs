//! The cases of `delete_session`.

use authjs_adapter::{Adapter as _, ErrorKind, Operation, SessionToken, Unique, UserId};
use chrono::TimeDelta;

use crate::check::Change;
use crate::race::Rounds;
use crate::{Harness, check, given, sample};

/// `delete_session` removes the session and no other.
pub async fn delete_session_removes_the_session<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "deleteSession"
    let (ada, _) = given::two_people(h).await;
    let mut expected = h.snapshot().await;
    given::session(h, sample::session(&ada.id, "phone")).await;

    h.store().delete_session(&"phone".into()).await.unwrap();

    let after = h.snapshot().await;
    expected
        .sessions
        .retain(|row| row.session_token.expose() != h.stored_token(&"phone".into()));
    check::unchanged(&expected, &after);
}

/// `delete_session` returns the session as it was.
pub async fn delete_session_returns_the_removed_row<H: Harness>(h: &H) {
    // Rust-specific: the `signOut` event of Auth.js is given the row.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    let removed = h.store().delete_session(&"ada-token".into()).await.unwrap();

    let removed = removed.expect("the removed session was not returned");
    check::same("the returned row", &check::session(&removed), &session);
}

/// `delete_session` removes a session that has ended.
pub async fn delete_session_looks_at_no_expiry<H: Harness>(h: &H) {
    // Rust-specific: who signs out is signed out.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires + TimeDelta::days(1));
    let removed = h.store().delete_session(&"ada-token".into()).await.unwrap();

    assert!(removed.is_some(), "an expired session was not deleted");
    assert!(
        h.snapshot().await.sessions.is_empty(),
        "an expired session stayed"
    );
}

/// `delete_session` does nothing for an unknown token.
pub async fn delete_session_is_none_for_an_unknown_token<H: Harness>(h: &H) {
    // Rust-specific: deleting is idempotent.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let removed = h.store().delete_session(&"unknown".into()).await;

    check::nothing("a removed session", removed);
    check::unchanged(&before, &h.snapshot().await);
}

/// `delete_session` compares tokens byte for byte.
pub async fn delete_session_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: a collation or a pattern signs somebody else out.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::LIKE_ADA_TOKEN {
        let removed = h.store().delete_session(&token.into()).await;
        check::nothing(&format!("a removed session under {token:?}"), removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `delete_session` does nothing for a token that cannot be stored.
pub async fn delete_session_is_none_for_an_impossible_token<H: Harness>(h: &H) {
    // Rust-specific: a cookie may hold anything, and none of it is an error.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::impossible_keys() {
        let removed = h.store().delete_session(&token.into()).await;
        check::nothing("a session under an impossible token", removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `delete_session` calls, one gets the row.
pub async fn delete_session_returns_the_row_to_one_caller<H: Harness>(h: &H) {
    // Rust-specific: find, then delete, returns it to several.
    let ada = given::ada(h).await;
    let token = SessionToken::new("ada-token");
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::session(h, sample::session(&ada.id, "ada-token")).await;

        let answers = rounds.release(|_| h.store().delete_session(&token));

        let removed = answers.into_iter().filter_map(Result::unwrap).count();
        assert_eq!(removed, 1, "how often the row was returned as removed");
    }
}

/// Beside `create_session`, `delete_session` returns each session that was created, and once.
pub async fn delete_session_returns_each_created_row_once<H: Harness>(h: &H) {
    // Rust-specific: of what was created and what was removed the difference is stored.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let before = h.snapshot().await.sessions.len();

        let changes = rounds.release(|caller| create_or_delete(h, &ada.id, caller));

        let after = h.snapshot().await.sessions.len();
        assert!(after <= 1, "{after} rows have one token");
        check::balance(before, &changes, after);
    }
}

/// Creates the session, one caller of two, or deletes it.
async fn create_or_delete<H: Harness>(h: &H, user_id: &UserId, caller: usize) -> Change {
    let session = sample::session(user_id, "ada-token");
    if caller.is_multiple_of(2) {
        let created = h.store().create_session(session).await;
        let conflict = ErrorKind::Conflict(Unique::SessionToken);
        Change::of_insert(Operation::CreateSession, conflict, created)
    } else {
        Change::of_delete(h.store().delete_session(&session.session_token).await)
    }
}
