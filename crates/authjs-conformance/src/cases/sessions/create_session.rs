//! The cases of `create_session`.

use authjs_adapter::{Adapter as _, ErrorKind, Field, NewSession, Operation, Session, Unique};
use chrono::TimeDelta;

use crate::race::Rounds;
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

    // The input is looked at before the user.
    for user_id in [ada.id, h.unknown_id()] {
        for (field, spoil) in table {
            let mut session = sample::session(&user_id, "ada-token");
            spoil(&mut session);
            let result = h.store().create_session(session).await;
            check::invalid(Operation::CreateSession, field, result);
        }
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
