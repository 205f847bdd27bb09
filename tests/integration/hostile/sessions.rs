//! Texts in the methods of sessions.

use authjs_adapter::{
    Adapter as _, BatchLookup as _, ErrorKind, Session, SessionAdmin as _, SessionHandle,
    SessionPatch, SessionToken, User, UserId,
};
use authjs_tests::{Named, hostile_texts};
use chrono::{DateTime, TimeDelta, Utc};

use super::refusals::Rule;
use super::rows::{end, session, session_row};
use super::{Bench, Subject};

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    let owner = bench.owner().await;
    let decoy = bench
        .store()
        .create_session(session(&owner.id, "decoy"))
        .await;
    let decoy = decoy.expect("the token is new");
    bench.rows.sessions.push(bench.stored_session(&decoy));

    look_ups(bench, &owner, &[], " (no rows)").await;
    let mut planted = create_session(bench, &owner.id).await;
    look_ups(bench, &owner, &planted, "").await;
    writes(bench, &mut planted).await;
    batch(bench, &owner, &planted).await;
    handles(bench, &owner.id, &planted).await;
    delete_session(bench, &planted).await;
    bench.clear().await;
    except(bench).await;
    bench.clear().await;
}

/// The session whose token is this text.
fn planted<'p>(sessions: &'p [Session], text: &str) -> Option<&'p Session> {
    sessions
        .iter()
        .find(|session| session.session_token.expose() == text)
}

async fn create_session<H: Subject>(bench: &mut Bench<'_, H>, owner: &UserId) -> Vec<Session> {
    let store = bench.store();
    let mut planted = Vec::new();
    for text in hostile_texts() {
        bench.probe("create_session.session_token", text.name, &text.value);
        let refusal = Rule::Key.refuses(&text.value);
        let new = session(owner, &text.value);

        let answer = bench.call(store.create_session(new.clone())).await;

        let refusal = refusal.map(|reason| (authjs_adapter::Field::SessionToken, reason));
        if let Some(stored) = bench.taken(refusal, answer) {
            let row = session_row(new, stored.id.as_ref());
            bench.same("the answer", &stored, &row);
            bench.rows.sessions.push(bench.stored_session(&row));
            planted.push(row);
        }
    }
    bench.settle().await;
    planted
}

/// Finds the row of each token and no other.
async fn look_ups<H: Subject>(
    bench: &mut Bench<'_, H>,
    owner: &User,
    sessions: &[Session],
    rows: &str,
) {
    let store = bench.store();
    let keep = SessionPatch::default;
    for Named { name, value } in hostile_texts() {
        let is_possible = Rule::Key.allows(&value);
        let row = planted(sessions, &value);
        let both = row.map(|row| (row.clone(), owner.clone()));
        let token = SessionToken::new(value.as_str());

        bench.probe(&format!("get_session_and_user.token{rows}"), name, &value);
        let answer = bench.call(store.get_session_and_user(&token)).await;
        bench.looked_up(is_possible, both.as_ref(), answer);

        bench.probe(
            &format!("get_sessions_and_users.tokens{rows}"),
            name,
            &value,
        );
        let one = std::slice::from_ref(&token);
        let answers = bench.call(store.get_sessions_and_users(one)).await;
        let answer = answers.and_then(|mut answers| answers.remove(0));
        bench.looked_up(is_possible, both.as_ref(), answer);

        bench.probe(&format!("update_session.token{rows}"), name, &value);
        let answer = bench.call(store.update_session(&token, keep())).await;
        bench.looked_up(is_possible, row, answer);

        bench.probe(&format!("touch_session.token{rows}"), name, &value);
        let answer = bench.call(store.touch_session(&token, end())).await;
        bench.looked_up(is_possible, row, answer);
    }
    bench.settle().await;
}

/// Moves the end of each session and of no other.
async fn writes<H: Subject>(bench: &mut Bench<'_, H>, sessions: &mut [Session]) {
    let store = bench.store();
    for (place, row) in sessions.iter_mut().enumerate() {
        let later = |by: usize| -> DateTime<Utc> {
            end() + TimeDelta::milliseconds(i64::try_from(by).expect("a small number"))
        };
        let token = row.session_token.clone();
        let patch = SessionPatch {
            expires: Some(later(place + 1)),
        };
        let updated = bench.call(store.update_session(&token, patch)).await;
        row.expires = later(place + 1);
        bench.same("the updated session", &updated, &Ok(Some(row.clone())));
        let touched = bench
            .call(store.touch_session(&token, later(place + 1000)))
            .await;
        row.expires = later(place + 1000);
        bench.same("the touched session", &touched, &Ok(Some(row.clone())));
    }
    // The decoy is the first row.
    bench.rows.sessions.truncate(1);
    for row in sessions.iter() {
        bench.rows.sessions.push(bench.stored_session(row));
    }
    bench.settle().await;
}

/// All texts in one look-up: the answers stand where their tokens stand.
async fn batch<H: Subject>(bench: &mut Bench<'_, H>, owner: &User, sessions: &[Session]) {
    let texts = hostile_texts();
    let tokens: Vec<SessionToken> = texts
        .iter()
        .map(|text| SessionToken::new(text.value.as_str()))
        .collect();
    bench.probe("get_sessions_and_users.tokens (all at once)", "all", "");
    let answers = bench
        .call(bench.store().get_sessions_and_users(&tokens))
        .await;
    let answers = answers.unwrap_or_default();
    bench.same("the number of answers", &answers.len(), &texts.len());
    for (text, answer) in texts.iter().zip(answers) {
        let row = planted(sessions, &text.value);
        let expected = row.map(|row| (row.clone(), owner.clone()));
        bench.probe(
            "get_sessions_and_users.tokens (all at once)",
            text.name,
            &text.value,
        );
        bench.same("the answer", &answer, &Ok(expected));
    }
    bench.note("in order");
}

/// A handle that is no handle names nothing; the others are those of the tokens.
async fn handles<H: Subject>(bench: &mut Bench<'_, H>, owner: &UserId, sessions: &[Session]) {
    let store = bench.store();
    for text in hostile_texts() {
        bench.probe("revoke.handle", text.name, &text.value);
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_possible = text.value.len() == 64 && text.value.bytes().all(is_hex);
        let handle = SessionHandle::new(text.value);
        let answer = bench.call(store.revoke(owner, &handle)).await;
        bench.looked_up(is_possible, None, answer);
    }
    let listed = bench.call(store.list_sessions(owner)).await;
    let mut listed: Vec<SessionHandle> = listed
        .unwrap_or_default()
        .into_iter()
        .map(|info| info.handle)
        .collect();
    let mut expected: Vec<SessionHandle> = sessions
        .iter()
        .map(|row| row.session_token.handle())
        .chain([SessionToken::new("decoy").handle()])
        .collect();
    listed.sort_unstable();
    expected.sort_unstable();
    bench.same("the list of handles", &listed, &expected);
    bench.settle().await;
}

/// Takes the row of each token and no other.
async fn delete_session<H: Subject>(bench: &mut Bench<'_, H>, sessions: &[Session]) {
    let store = bench.store();
    for text in hostile_texts() {
        bench.probe("delete_session.token", text.name, &text.value);
        let row = planted(sessions, &text.value);
        let token = SessionToken::new(text.value.as_str());

        let answer = bench.call(store.delete_session(&token)).await;

        bench.looked_up(Rule::Key.allows(&text.value), row, answer);
    }
    bench.rows.sessions.truncate(1);
    bench.settle().await;
}

/// Only the token itself is spared.
async fn except<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    let owner = bench.owner().await.id;
    for text in hostile_texts() {
        bench.probe("revoke_all.except", text.name, &text.value);
        let spared = session(&owner, "ada@example.com");
        match store
            .create_session(spared)
            .await
            .map_err(|error| error.kind())
        {
            // The one that was spared before.
            Ok(_) | Err(ErrorKind::Conflict(_)) => {}
            Err(kind) => bench.fail(&format!("{kind:?} before the call")),
        }
        let token = SessionToken::new(text.value.as_str());

        let answer = bench.call(store.revoke_all(&owner, Some(&token))).await;

        let expected = u64::from(text.value != "ada@example.com");
        bench.same("the number of sessions", &answer, &Ok(expected));
        bench.note(if answer == Ok(0) { "spared" } else { "revoked" });
    }
    bench.settle().await;
}
