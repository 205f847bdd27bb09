//! The cases of `revoke`.

use authjs_adapter::{SessionAdmin, SessionHandle};
use chrono::TimeDelta;

use super::{handle, info};
use crate::race::Rounds;
use crate::{Harness, check, given, sample};

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
