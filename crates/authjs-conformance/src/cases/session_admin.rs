//! Devices, and signing them out.

use authjs_adapter::{
    Field, NewSession, Operation, Session, SessionAdmin, SessionHandle, SessionInfo, SessionToken,
};
use chrono::TimeDelta;

use crate::race::{CALLERS, Rounds};
use crate::{Harness, check, given, sample, start};

/// `list_sessions` lists the sessions of the user by handle, those that end last first.
pub async fn list_sessions_lists_those_of_the_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    let (ada, _) = given::two_people(h).await;
    let session = |token, days| NewSession {
        expires: start() + TimeDelta::days(days),
        ..sample::session(&ada.id, token)
    };
    let first = given::session(h, session("first", 10)).await;
    let last = given::session(h, session("last", 90)).await;
    let middle = given::stored_session(h, &"ada-token".into()).await.unwrap();

    let listed = h.store().list_sessions(&ada.id).await.unwrap();

    check::same(
        "the list",
        &listed,
        &[last, middle, first].map(info).to_vec(),
    );
}

/// `list_sessions` lists a session until it ends, and not from its very end on.
pub async fn list_sessions_lists_live_sessions_only<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: expired means `expires <= now`.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires - TimeDelta::milliseconds(1));
    let live = h.store().list_sessions(&ada.id).await.unwrap();
    h.clock().set(session.expires);
    let ended = h.store().list_sessions(&ada.id).await.unwrap();

    assert_eq!(live.len(), 1, "the number of sessions 1 ms before the end");
    assert!(ended.is_empty(), "a session is listed that ends now");
}

/// `list_sessions` is empty for an unknown user.
pub async fn list_sessions_is_empty_for_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    given::two_people(h).await;

    let listed = h.store().list_sessions(&h.unknown_id()).await.unwrap();

    assert!(listed.is_empty(), "an unknown user has sessions");
}

/// `list_sessions` is empty for a text that cannot be an id.
pub async fn list_sessions_is_empty_for_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a list never fails for what cannot be stored.
    let (ada, _) = given::two_people(h).await;

    for id in h.malformed_ids(&ada.id) {
        let listed = h.store().list_sessions(&id).await.unwrap();
        assert!(listed.is_empty(), "the user {id:?} has sessions");
    }
}

/// `revoke` removes the session with this handle and no other.
pub async fn revoke_removes_the_session<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;
    given::session(h, sample::session(&ada.id, "phone")).await;

    h.store().revoke(&ada.id, &handle("phone")).await.unwrap();

    check::unchanged(&before, &h.snapshot().await);
}

/// `revoke` returns the session as it was.
pub async fn revoke_returns_the_removed_session<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: the page that lists devices shows what was signed out.
    let (ada, _) = given::two_people(h).await;
    let session = given::session(h, sample::session(&ada.id, "phone")).await;

    let removed = h.store().revoke(&ada.id, &handle("phone")).await.unwrap();

    check::same("the returned session", &removed, &Some(info(session)));
}

/// `revoke` removes a session that has ended.
pub async fn revoke_looks_at_no_expiry<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: the page may be older than the end of the session.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires + TimeDelta::days(1));
    let removed = h
        .store()
        .revoke(&ada.id, &handle("ada-token"))
        .await
        .unwrap();

    assert!(removed.is_some(), "an expired session was not revoked");
    assert!(
        h.snapshot().await.sessions.is_empty(),
        "an expired session stayed"
    );
}

/// `revoke` does not touch a session of another user.
pub async fn revoke_is_none_for_a_session_of_another_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a handle is no secret, so it must not sign others out.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    let removed = h.store().revoke(&ada.id, &handle("grace-token")).await;

    check::nothing("another user's session", removed);
    check::unchanged(&before, &h.snapshot().await);
}

/// `revoke` does nothing for a handle of no session, and for a text that is no handle.
pub async fn revoke_is_none_for_an_unknown_handle<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: the handle comes from a browser.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;
    let upper_case = handle("ada-token").as_str().to_uppercase();
    let [empty, nul, long] = <[String; 3]>::try_from(sample::impossible_keys()).unwrap();
    let unknown = handle("unknown").as_str().to_owned();

    for text in [
        unknown,
        "ada-token".to_owned(),
        upper_case,
        empty,
        nul,
        long,
    ] {
        let removed = h.store().revoke(&ada.id, &SessionHandle::new(text)).await;
        check::nothing("a session under a handle of none", removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `revoke` does nothing for an unknown user.
pub async fn revoke_is_none_for_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let removed = h
        .store()
        .revoke(&h.unknown_id(), &handle("ada-token"))
        .await;

    check::nothing("a session of an unknown user", removed);
    check::unchanged(&before, &h.snapshot().await);
}

/// `revoke` does nothing for a text that cannot be an id.
pub async fn revoke_is_none_for_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a careless parser takes `034` for user 34.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    for id in h.malformed_ids(&ada.id) {
        let removed = h.store().revoke(&id, &handle("ada-token")).await;
        check::nothing(&format!("a session of the user {id:?}"), removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `revoke` calls, one gets the session.
pub async fn revoke_returns_the_session_to_one_caller<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: find, then delete, returns it to several.
    let ada = given::ada(h).await;
    let handle = handle("ada-token");
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        given::session(h, sample::session(&ada.id, "ada-token")).await;

        let answers = rounds.release(|_| h.store().revoke(&ada.id, &handle));

        let removed = answers.into_iter().filter_map(Result::unwrap).count();
        assert_eq!(removed, 1, "how often the session was returned as removed");
    }
}

/// `revoke_all` ends the sessions of the user, ended ones included, and counts them.
pub async fn revoke_all_removes_and_counts_the_sessions_of_the_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js cannot sign out everywhere.
    let (ada, _) = given::two_people(h).await;
    let mut expected = h.snapshot().await;
    given::session(h, sample::session(&ada.id, "phone")).await;
    let ended = NewSession {
        expires: start() - TimeDelta::days(1),
        ..sample::session(&ada.id, "ended")
    };
    given::session(h, ended).await;

    let count = h.store().revoke_all(&ada.id, None).await.unwrap();

    expected.sessions.retain(|row| row.user_id != ada.id);
    assert_eq!(count, 3, "the number of sessions that were ended");
    check::unchanged(&expected, &h.snapshot().await);
}

/// `revoke_all` spares the session that it is told to.
pub async fn revoke_all_spares_one_session<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: who changes a password stays signed in.
    let (ada, _) = given::two_people(h).await;
    let expected = h.snapshot().await;
    given::session(h, sample::session(&ada.id, "laptop")).await;
    given::session(h, sample::session(&ada.id, "phone")).await;

    let count = h
        .store()
        .revoke_all(&ada.id, Some(&"ada-token".into()))
        .await
        .unwrap();

    assert_eq!(count, 2, "the number of sessions that were ended");
    check::unchanged(&expected, &h.snapshot().await);
}

/// `revoke_all` that is to spare a token of nobody, or one that cannot be, ends all.
pub async fn revoke_all_spares_nothing_for_an_unknown_token<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a token that cannot be stored must not spare every session.
    let ada = given::ada(h).await;

    for except in ["unknown", "", "nul\0"] {
        given::session(h, sample::session(&ada.id, "ada-token")).await;
        let count = h
            .store()
            .revoke_all(&ada.id, Some(&except.into()))
            .await
            .unwrap();
        assert_eq!(
            count, 1,
            "the number of sessions that were ended but for {except:?}"
        );
    }

    assert!(h.snapshot().await.sessions.is_empty(), "a session stayed");
}

/// `revoke_all` does nothing for an unknown user.
pub async fn revoke_all_is_zero_for_an_unknown_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: Auth.js has no such method.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let count = h.store().revoke_all(&h.unknown_id(), None).await.unwrap();

    assert_eq!(count, 0, "the number of sessions that were ended");
    check::unchanged(&before, &h.snapshot().await);
}

/// `revoke_all` does nothing for a text that cannot be an id.
pub async fn revoke_all_is_zero_for_a_malformed_user<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a careless parser signs somebody else out.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    for id in h.malformed_ids(&ada.id) {
        let count = h.store().revoke_all(&id, None).await.unwrap();
        assert_eq!(count, 0, "the number of sessions of {id:?} that were ended");
    }

    check::unchanged(&before, &h.snapshot().await);
}

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

    for time in [sample::before_1970(), sample::year_10000()] {
        let result = h.store().touch_session(&"ada-token".into(), time).await;
        check::invalid(Operation::TouchSession, Field::Expires, result);
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

fn handle(token: &str) -> SessionHandle {
    SessionToken::new(token).handle()
}

fn info(session: Session) -> SessionInfo {
    SessionInfo {
        handle: session.session_token.handle(),
        user_id: session.user_id,
        expires: session.expires,
    }
}
