//! The cases of `update_session`.

use authjs_adapter::{
    Adapter as _, Field, NewSession, Operation, Session, SessionPatch, SessionToken,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::race::{CALLERS, Rounds};
use crate::{Harness, check, given, sample, start};

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

/// `update_session` with nothing set is a plain read of that session, whoever's it is.
pub async fn update_session_with_nothing_set_is_a_read<H: Harness>(h: &H) {
    // Rust-specific: absent is not NULL, and no end is not now.
    let ada = given::ada(h).await;
    let grace = given::grace(h).await;
    let of_ada = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let of_grace = NewSession {
        expires: sample::cut_time(),
        ..sample::session(&grace.id, "grace-token")
    };
    let of_grace = given::session(h, of_grace).await;
    let before = h.snapshot().await;

    for session in [of_ada, of_grace] {
        let read = h
            .store()
            .update_session(&session.session_token, SessionPatch::default())
            .await;

        let read = read.unwrap().expect("a stored session was not found");
        check::same("the returned row", &check::session(&read), &session);
    }
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

/// `update_session` compares tokens byte for byte.
pub async fn update_session_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: a collation or a pattern extends somebody else's session.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::LIKE_ADA_TOKEN {
        let token = SessionToken::new(token);
        let patch = until(sample::cut_time());
        let updated = h.store().update_session(&token, patch).await;
        let read = h
            .store()
            .update_session(&token, SessionPatch::default())
            .await;
        check::nothing(
            &format!("an updated session under {:?}", token.expose()),
            updated,
        );
        check::nothing(&format!("a session under {:?}", token.expose()), read);
    }

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

    // The input is looked at before the row.
    for token in ["ada-token", "unknown", ""] {
        for time in [sample::before_1970(), sample::year_10000()] {
            let result = h.store().update_session(&token.into(), until(time)).await;
            check::invalid(Operation::UpdateSession, Field::Expires, result);
        }
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

/// Of simultaneous `update_session` calls each finds the session, and one of the ends lasts.
pub async fn update_session_stores_one_of_simultaneous_ends<H: Harness>(h: &H) {
    // Rust-specific: delete, then insert, finds nothing in between.
    let ada = given::ada(h).await;
    let token = SessionToken::new("ada-token");
    given::session(h, sample::session(&ada.id, "ada-token")).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let minutes = (1..).map(TimeDelta::minutes).take(CALLERS);
        let day = start() + TimeDelta::days(i64::try_from(round).unwrap());
        let ends: Vec<_> = minutes.map(|minutes| day + minutes).collect();

        let answers = rounds.release(|caller| {
            let end = ends.get(caller).copied().unwrap();
            h.store().update_session(&token, until(end))
        });

        let found = answers.into_iter().filter_map(Result::unwrap);
        let found: Vec<_> = found.map(|row| check::session(&row).expires).collect();
        let stored = given::stored_session(h, &token).await.unwrap();
        assert_eq!(found.len(), CALLERS, "how many callers found the session");
        assert!(
            found.iter().all(|end| ends.contains(end)),
            "an end was returned that nobody set"
        );
        assert!(ends.contains(&stored.expires), "nobody set the stored end");
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
