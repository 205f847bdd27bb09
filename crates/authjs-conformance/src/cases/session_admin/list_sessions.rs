//! The cases of `list_sessions`.

use authjs_adapter::{
    Adapter as _, ErrorKind, NewSession, Operation, SessionAdmin, SessionInfo, Unique,
};
use chrono::TimeDelta;

use super::info;
use crate::race::Rounds;
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

/// `list_sessions` beside `create_session` lists whole rows, each once.
pub async fn list_sessions_lists_whole_rows_beside_create_session<H>(h: &H)
where
    H: Harness,
    H::Store: SessionAdmin,
{
    // Rust-specific: an end that is set in a second step is seen as another one.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let new = sample::session(&ada.id, &format!("token {round}"));

        let seen = rounds.release(|caller| {
            let new = &new;
            async move {
                if caller.is_multiple_of(2) {
                    let created = h.store().create_session(new.clone()).await;
                    let conflict = ErrorKind::Conflict(Unique::SessionToken);
                    check::inserted(Operation::CreateSession, conflict, created);
                }
                h.store().list_sessions(&new.user_id).await.unwrap()
            }
        });

        let stored = given::stored_session(h, &new.session_token).await;
        assert!(stored.is_some(), "the session was not stored");
        let expected = SessionInfo {
            handle: new.session_token.handle(),
            user_id: new.user_id,
            expires: new.expires,
        };
        for mut listed in seen {
            listed.retain(|row| row.handle == expected.handle);
            assert!(listed.len() <= 1, "a session is listed twice");
            for found in listed {
                check::same("the row that was seen", &found, &expected);
            }
        }
    }
}
