//! The cases of `touch_session`.

use authjs_adapter::{Adapter as _, Field, Operation, Session, SessionAdmin, SessionToken};
use chrono::TimeDelta;

use crate::race::{CALLERS, Rounds};
use crate::{Harness, check, given, sample, start};

/// `touch_session` extends the session, to the millisecond, returns it, and changes no other.
pub async fn touch_session_extends<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has `updateSession` only.
    let (ada, _) = given::two_people(h).await;
    let mut expected = h.snapshot().await;
    let token = SessionToken::new("ada-token");
    let later = start() + TimeDelta::days(60);
    let stored = h.stored_token(&token);

    let fine = later + TimeDelta::microseconds(999);
    let touched = h.store().touch_session(&token, fine).await.unwrap();

    let touched = touched.expect("a live session was not found");
    let whole = Session {
        id: None,
        session_token: token,
        user_id: ada.id,
        expires: later,
    };
    check::same("the returned row", &check::session(&touched), &whole);
    let row = expected
        .sessions
        .iter_mut()
        .find(|s| s.session_token.expose() == stored);
    row.unwrap().expires = later;
    check::unchanged(&expected, &h.snapshot().await);
}

/// `touch_session` never shortens: the later end stays, and is returned.
pub async fn touch_session_never_shortens<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: of two extensions the shorter one may come last.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let before = h.snapshot().await;

    let earlier = start() + TimeDelta::days(1);
    let touched = h
        .store()
        .touch_session(&"ada-token".into(), earlier)
        .await
        .unwrap();

    let touched = touched.expect("a live session was not found");
    check::same("the returned row", &check::session(&touched), &session);
    check::unchanged(&before, &h.snapshot().await);
}

/// `touch_session` extends a session that is live for one more millisecond.
pub async fn touch_session_extends_until_the_end<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: expired means `expires <= now`.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let later = session.expires + TimeDelta::days(30);

    h.clock().set(session.expires - TimeDelta::milliseconds(1));
    let touched = h
        .store()
        .touch_session(&"ada-token".into(), later)
        .await
        .unwrap();

    assert!(
        touched.is_some(),
        "a session that is live for 1 ms was not extended"
    );
}

/// `touch_session` never revives a session, from the very millisecond of its end on.
pub async fn touch_session_never_revives<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: an expired session that a request extends never ends.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;
    let before = h.snapshot().await;

    h.clock().set(session.expires);
    let later = session.expires + TimeDelta::days(30);
    let touched = h.store().touch_session(&"ada-token".into(), later).await;

    check::nothing("a session that ends now", touched);
    check::unchanged(&before, &h.snapshot().await);
}

/// `touch_session` finds nothing under an unknown token, and inserts nothing.
pub async fn touch_session_is_none_for_an_unknown_token<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let touched = h
        .store()
        .touch_session(&"unknown".into(), sample::end_of_9999())
        .await;

    check::nothing("a session under an unknown token", touched);
    check::unchanged(&before, &h.snapshot().await);
}

/// `touch_session` compares tokens byte for byte.
pub async fn touch_session_compares_byte_for_byte<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a collation or a pattern extends somebody else's session.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::LIKE_ADA_TOKEN {
        let later = sample::end_of_9999();
        let touched = h.store().touch_session(&token.into(), later).await;
        check::nothing(&format!("a session under {token:?}"), touched);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `touch_session` finds nothing under a token that cannot be stored.
pub async fn touch_session_is_none_for_an_impossible_token<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a cookie may hold anything, and none of it is an error.
    given::two_people(h).await;
    let before = h.snapshot().await;

    for token in sample::impossible_keys() {
        let touched = h
            .store()
            .touch_session(&token.into(), sample::end_of_9999())
            .await;
        check::nothing("a session under an impossible token", touched);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `touch_session` refuses an end that cannot be stored.
pub async fn touch_session_refuses_times_out_of_range<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: "never ends" is not a time.
    given::two_people(h).await;
    let before = h.snapshot().await;

    // The input is looked at before the row.
    for token in ["ada-token", "unknown", ""] {
        for time in [sample::before_1970(), sample::year_10000()] {
            let result = h.store().touch_session(&token.into(), time).await;
            check::invalid(Operation::TouchSession, Field::Expires, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `touch_session` calls the latest end wins.
pub async fn touch_session_keeps_the_latest_of_simultaneous_ends<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: in the reference the shorter one won half of the races.
    let ada = given::ada(h).await;
    let token = SessionToken::new("ada-token");
    let mut end = given::session(h, sample::session(&ada.id, "ada-token"))
        .await
        .expires;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let ends: Vec<_> = (1..=16)
            .rev()
            .map(|n| end + TimeDelta::minutes(n))
            .collect();
        end += TimeDelta::minutes(16);

        let answers = rounds.release(|caller| {
            let end = ends.get(caller).copied().unwrap_or(start());
            h.store().touch_session(&token, end)
        });

        let touched = answers.into_iter().filter_map(Result::unwrap).count();
        let stored = given::stored_session(h, &token).await.unwrap();
        assert_eq!(touched, CALLERS, "how many callers found the session");
        assert_eq!(stored.expires, end, "the latest of the ends");
    }
}

/// No `touch_session` that is in flight brings a deleted session back.
pub async fn touch_session_never_revives_a_deleted_session<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: find, then save, inserts the row again.
    let ada = given::ada(h).await;
    let token = SessionToken::new("ada-token");
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::session(h, sample::session(&ada.id, "ada-token")).await;

        rounds.release(|caller| touch_or_delete(h, &token, caller));

        let stored = given::stored_session(h, &token).await;
        assert!(stored.is_none(), "a deleted session was there again");
    }
}

/// Deletes the session, one caller of sixteen, or extends it.
async fn touch_or_delete<H>(h: &H, token: &SessionToken, caller: usize)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    if caller == CALLERS / 2 {
        h.store().delete_session(token).await.unwrap();
    } else {
        let later = start() + TimeDelta::days(60);
        h.store().touch_session(token, later).await.unwrap();
    }
}
