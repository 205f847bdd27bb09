//! Sessions.

use authjs_adapter::{
    Adapter as _, ErrorKind, Field, NewSession, Operation, Session, SessionPatch, SessionToken,
    Unique,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::race::{CALLERS, Rounds};
use crate::sample::Spoil;
use crate::{Harness, check, given, sample, start};

/// `create_session` returns the row that it stored, with each value that it was given.
pub async fn create_session_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "createSession"
    let ada = given::ada(h).await;
    let new = sample::session(&ada.id, "ada-token");

    let created = h.store().create_session(new.clone()).await.unwrap();

    let expected = Session {
        id: None,
        session_token: new.session_token,
        user_id: ada.id,
        expires: new.expires,
    };
    let stored = given::stored_session(h, &expected.session_token).await;
    check::same("the returned row", &check::session(&created), &expected);
    check::same("the stored row", &stored, &Some(expected));
    assert_eq!(
        h.snapshot().await.sessions.len(),
        1,
        "the number of sessions"
    );
}

/// A user may have several sessions.
pub async fn create_session_allows_several_sessions_of_one_user<H: Harness>(h: &H) {
    // Rust-specific: some copied schemas allow one session per user.
    let ada = given::ada(h).await;
    given::session(h, sample::session(&ada.id, "laptop")).await;

    given::session(h, sample::session(&ada.id, "phone")).await;

    assert_eq!(
        h.snapshot().await.sessions.len(),
        2,
        "the number of sessions"
    );
}

/// `create_session` stores a session that has ended already.
pub async fn create_session_looks_at_no_expiry<H: Harness>(h: &H) {
    // Rust-specific: whether a session is live is asked when it is used.
    let ada = given::ada(h).await;
    let ended = NewSession {
        expires: start() - TimeDelta::days(1),
        ..sample::session(&ada.id, "ended")
    };

    given::session(h, ended.clone()).await;

    let stored = given::stored_session(h, &ended.session_token).await;
    assert_eq!(stored.unwrap().expires, ended.expires, "the stored end");
}

/// `create_session` cuts the end to milliseconds before it stores and returns it.
pub async fn create_session_cuts_the_time_to_milliseconds<H: Harness>(h: &H) {
    // Rust-specific: a JavaScript Date holds no more.
    let ada = given::ada(h).await;
    let fine = NewSession {
        expires: sample::fine_time(),
        ..sample::session(&ada.id, "fine")
    };

    let created = given::session(h, fine.clone()).await;

    let stored = given::stored_session(h, &fine.session_token).await;
    assert_eq!(created.expires, sample::cut_time(), "the returned end");
    assert_eq!(
        stored.unwrap().expires,
        sample::cut_time(),
        "the stored end"
    );
}

/// `create_session` takes any text as a token and gives it back as it is.
pub async fn create_session_keeps_tokens_verbatim<H: Harness>(h: &H) {
    // Rust-specific: Auth.js lets applications generate tokens of any form.
    let ada = given::ada(h).await;
    let longest = [sample::longest_short()];

    for text in sample::odd_texts().into_iter().chain(longest) {
        let created = given::session(h, sample::session(&ada.id, &text)).await;
        let found = h.store().get_session_and_user(&text.as_str().into()).await;
        let (found, _) = found.unwrap().expect("a stored token was not found");
        assert!(
            created.session_token.expose() == text,
            "the returned token was altered"
        );
        check::same("the found row", &check::session(&found), &created);
    }
}

/// `create_session` refuses a token that the user has already, and keeps that session.
pub async fn create_session_refuses_a_token_of_the_same_user<H: Harness>(h: &H) {
    // Rust-specific: an upsert would extend a session that was to be new.
    let ada = given::ada(h).await;
    given::session(h, sample::session(&ada.id, "ada-token")).await;
    let before = h.snapshot().await;
    let again = NewSession {
        expires: start() + TimeDelta::days(60),
        ..sample::session(&ada.id, "ada-token")
    };

    let result = h.store().create_session(again).await;

    let conflict = ErrorKind::Conflict(Unique::SessionToken);
    check::refused(Operation::CreateSession, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_session` refuses a token of another user, and keeps that session.
pub async fn create_session_refuses_a_token_of_another_user<H: Harness>(h: &H) {
    // Rust-specific: an upsert would hand one browser's session to another person.
    let (_, grace) = given::two_people(h).await;
    let before = h.snapshot().await;

    let result = h
        .store()
        .create_session(sample::session(&grace.id, "ada-token"))
        .await;

    let conflict = ErrorKind::Conflict(Unique::SessionToken);
    check::refused(Operation::CreateSession, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_session` refuses an unknown user.
pub async fn create_session_refuses_an_unknown_user<H: Harness>(h: &H) {
    // Rust-specific: the tables of the reference have no foreign key.
    let result = h
        .store()
        .create_session(sample::session(&h.unknown_id(), "orphan"))
        .await;

    check::refused(Operation::CreateSession, ErrorKind::UserMissing, result);
    assert!(
        h.snapshot().await.sessions.is_empty(),
        "a session was stored"
    );
}

/// `create_session` refuses a text that cannot be the id of a user.
pub async fn create_session_refuses_a_malformed_user<H: Harness>(h: &H) {
    // Rust-specific: a careless parser signs somebody else in.
    let ada = given::ada(h).await;

    for id in h.malformed_ids(&ada.id) {
        let result = h
            .store()
            .create_session(sample::session(&id, "orphan"))
            .await;
        check::refused(Operation::CreateSession, ErrorKind::UserMissing, result);
    }

    assert!(
        h.snapshot().await.sessions.is_empty(),
        "a session was stored"
    );
}

/// `create_session` refuses an unknown user before it looks whether the token is taken.
pub async fn create_session_reports_a_missing_user_before_a_conflict<H: Harness>(h: &H) {
    // Rust-specific: the order of the checks is part of the contract.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let result = h
        .store()
        .create_session(sample::session(&h.unknown_id(), "ada-token"))
        .await;

    check::refused(Operation::CreateSession, ErrorKind::UserMissing, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `create_session` refuses values that cannot be stored as they are.
pub async fn create_session_refuses_what_cannot_be_stored<H: Harness>(h: &H) {
    // Rust-specific: a cut token is a weaker one.
    let ada = given::ada(h).await;
    let before = h.snapshot().await;
    let table: [Spoil<NewSession>; 5] = [
        (Field::SessionToken, |s| s.session_token = "".into()),
        (Field::SessionToken, |s| s.session_token = "token\0".into()),
        (Field::SessionToken, |s| {
            s.session_token = sample::too_long_short().into();
        }),
        (Field::Expires, |s| s.expires = sample::before_1970()),
        (Field::Expires, |s| s.expires = sample::year_10000()),
    ];

    for (field, spoil) in table {
        let mut session = sample::session(&ada.id, "ada-token");
        spoil(&mut session);
        let result = h.store().create_session(session).await;
        check::invalid(Operation::CreateSession, field, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `create_session` calls with one token, one succeeds.
pub async fn create_session_creates_one_of_simultaneous_callers<H: Harness>(h: &H) {
    // Rust-specific: two sessions with one token belong to one browser.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = sample::session(&ada.id, &format!("token {round}"));

        let answers = rounds.release(|_| h.store().create_session(new.clone()));

        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::SessionToken);
        check::losers(Operation::CreateSession, conflict, answers);
        let sessions = h.snapshot().await.sessions.len();
        assert_eq!(
            sessions, round,
            "the number of sessions after {round} rounds"
        );
    }
}

/// `get_session_and_user` answers "who is this?" with the session and its user.
pub async fn get_session_and_user_returns_both_rows<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getSessionAndUser"
    let (ada, _) = given::two_people(h).await;

    let found = h
        .store()
        .get_session_and_user(&"ada-token".into())
        .await
        .unwrap();

    let (session, user) = found.expect("a live session was not found");
    let stored = given::stored_session(h, &"ada-token".into()).await;
    check::same("the found user", &check::user(&user), &ada);
    check::same(
        "the found session",
        &Some(check::session(&session)),
        &stored,
    );
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

    for token in [
        "Ada-Token",
        "ada-token ",
        " ada-token",
        "\u{e1}da-token",
        "ada_token",
        "%",
    ] {
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

/// `update_session` sets the end, to the millisecond, and returns the row.
pub async fn update_session_sets_the_end<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "updateSession"
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    let updated = h
        .store()
        .update_session(&"ada-token".into(), until(sample::fine_time()))
        .await;

    let expected = Session {
        expires: sample::cut_time(),
        ..session
    };
    let updated = updated.unwrap().expect("a stored session was not updated");
    let stored = given::stored_session(h, &"ada-token".into()).await;
    check::same("the returned row", &check::session(&updated), &expected);
    check::same("the stored row", &stored, &Some(expected));
}

/// `update_session` honours an end that is earlier than the old one.
pub async fn update_session_honours_an_earlier_end<H: Harness>(h: &H) {
    // Rust-specific: only `touch_session` never shortens.
    let ada = given::ada(h).await;
    given::session(h, sample::session(&ada.id, "ada-token")).await;
    let earlier = start() + TimeDelta::hours(1);

    h.store()
        .update_session(&"ada-token".into(), until(earlier))
        .await
        .unwrap();

    let stored = given::stored_session(h, &"ada-token".into()).await;
    assert_eq!(stored.unwrap().expires, earlier, "the stored end");
}

/// `update_session` looks at no expiry: it changes a session that has ended.
pub async fn update_session_looks_at_no_expiry<H: Harness>(h: &H) {
    // Rust-specific: as the reference; `touch_session` is the one that looks.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let later = session.expires + TimeDelta::days(30);

    h.clock().set(session.expires + TimeDelta::days(1));
    let updated = h
        .store()
        .update_session(&"ada-token".into(), until(later))
        .await;

    assert!(
        updated.unwrap().is_some(),
        "an expired session was not updated"
    );
    let stored = given::stored_session(h, &"ada-token".into()).await;
    assert_eq!(stored.unwrap().expires, later, "the stored end");
}

/// `update_session` with nothing set is a plain read.
pub async fn update_session_with_nothing_set_is_a_read<H: Harness>(h: &H) {
    // Rust-specific: absent is not NULL, and no end is not now.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let before = h.snapshot().await;

    let read = h
        .store()
        .update_session(&"ada-token".into(), SessionPatch::default())
        .await;

    let read = read.unwrap().expect("a stored session was not found");
    check::same("the returned row", &check::session(&read), &session);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_session` leaves other sessions alone.
pub async fn update_session_leaves_others_alone<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has one session.
    let (ada, _) = given::two_people(h).await;
    given::session(h, sample::session(&ada.id, "phone")).await;
    let mut expected = h.snapshot().await;
    let stored = h.stored_token(&"ada-token".into());

    h.store()
        .update_session(&"ada-token".into(), until(sample::cut_time()))
        .await
        .unwrap();

    let updated = expected
        .sessions
        .iter_mut()
        .find(|s| s.session_token.expose() == stored);
    updated.unwrap().expires = sample::cut_time();
    check::unchanged(&expected, &h.snapshot().await);
}

/// `update_session` finds nothing under an unknown token, and inserts nothing.
pub async fn update_session_is_none_for_an_unknown_token<H: Harness>(h: &H) {
    // Rust-specific: a missing session is no error, as in the reference.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let updated = h
        .store()
        .update_session(&"unknown".into(), until(sample::cut_time()))
        .await;

    check::nothing("a session under an unknown token", updated);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_session` finds nothing under a token that cannot be stored.
pub async fn update_session_is_none_for_an_impossible_token<H: Harness>(h: &H) {
    // Rust-specific: a cookie may hold anything, and none of it is an error.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::impossible_keys() {
        let updated = h
            .store()
            .update_session(&token.into(), until(sample::cut_time()))
            .await;
        check::nothing("a session under an impossible token", updated);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `update_session` refuses an end that cannot be stored.
pub async fn update_session_refuses_times_out_of_range<H: Harness>(h: &H) {
    // Rust-specific: the range that each backend and JavaScript's JSON can hold.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for time in [sample::before_1970(), sample::year_10000()] {
        let result = h
            .store()
            .update_session(&"ada-token".into(), until(time))
            .await;
        check::invalid(Operation::UpdateSession, Field::Expires, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// No `update_session` that is in flight brings a deleted session back.
pub async fn update_session_never_revives_a_deleted_session<H: Harness>(h: &H) {
    // Rust-specific: find, then save, inserts the row again.
    let ada = given::ada(h).await;
    let token = SessionToken::new("ada-token");
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::session(h, sample::session(&ada.id, "ada-token")).await;

        rounds.release(|caller| update_or_delete(h, &token, caller));

        let stored = given::stored_session(h, &token).await;
        assert!(stored.is_none(), "a deleted session was there again");
    }
}

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

/// Deletes the session, one caller of sixteen, or extends it.
async fn update_or_delete<H: Harness>(h: &H, token: &SessionToken, caller: usize) {
    if caller == CALLERS / 2 {
        h.store().delete_session(token).await.unwrap();
    } else {
        h.store()
            .update_session(token, until(sample::cut_time()))
            .await
            .unwrap();
    }
}

const fn until(expires: DateTime<Utc>) -> SessionPatch {
    SessionPatch {
        expires: Some(expires),
    }
}
