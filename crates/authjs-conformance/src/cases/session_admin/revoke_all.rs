//! The cases of `revoke_all`.

use authjs_adapter::{NewSession, SessionAdmin};
use chrono::TimeDelta;

use crate::race::Rounds;
use crate::{Harness, check, given, sample, start};

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

/// `revoke_all` that is to spare a token of nobody, like that of a session or one that cannot be,
/// ends all.
pub async fn revoke_all_spares_nothing_for_an_unknown_token<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: a token that cannot be stored must not spare every session.
    let ada = given::ada(h).await;

    let impossible = ["unknown", "", "nul\0"];
    for except in impossible.into_iter().chain(sample::LIKE_ADA_TOKEN) {
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

/// `revoke_all` ends sessions that have ended already.
pub async fn revoke_all_looks_at_no_expiry<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: who signs out everywhere leaves no row behind.
    let ada = given::ada(h).await;
    let session = given::session(h, sample::session(&ada.id, "ada-token")).await;

    h.clock().set(session.expires);
    let count = h.store().revoke_all(&ada.id, None).await.unwrap();

    assert_eq!(count, 1, "the number of sessions that were ended");
    assert!(h.snapshot().await.sessions.is_empty(), "a session stayed");
}

/// Simultaneous `revoke_all` calls count each session once.
pub async fn revoke_all_counts_each_session_once<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: count, then delete, counts a session several times.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        for device in ["laptop", "phone", "tablet"] {
            given::session(h, sample::session(&ada.id, device)).await;
        }

        let answers = rounds.release(|_| h.store().revoke_all(&ada.id, None));

        let counted: u64 = answers.into_iter().map(Result::unwrap).sum();
        assert_eq!(counted, 3, "the number of sessions that were ended");
        assert!(h.snapshot().await.sessions.is_empty(), "a session stayed");
    }
}
