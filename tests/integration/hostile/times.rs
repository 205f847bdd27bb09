//! Times in every argument that is one: cut to milliseconds, or refused.

use authjs_adapter::{
    Adapter as _, EmailSignIn, Field, HashedToken, NewSession, NewUser, Patch, Reason, Session,
    SessionAdmin as _, SessionPatch, SessionToken, SignIn as _, SignInSession, SignInWithEmail,
    SignUp, UserPatch, VerificationToken,
};
use authjs_conformance::start;
use authjs_tests::{HostileTime, Named, hostile_times};

use super::rows::{account, end, session, sign_in_session, user_row};
use super::{Bench, Subject};

/// Why a time cannot be stored.
fn refusal(field: Field, time: &HostileTime) -> Option<(Field, Reason)> {
    time.stored.is_none().then_some((field, Reason::OutOfRange))
}

fn probe<H: Subject>(bench: &mut Bench<'_, H>, argument: &str, time: &Named<HostileTime>) {
    bench.probe(argument, time.name, &time.value.given.to_rfc3339());
}

pub(super) async fn users<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    for time in hostile_times() {
        probe(bench, "create_user.email_verified", &time);
        let mut new = NewUser {
            email_verified: Some(time.value.given),
            ..NewUser::default()
        };

        let answer = bench.call(store.create_user(new.clone())).await;

        if let Some(user) = bench.taken(refusal(Field::EmailVerified, &time.value), answer) {
            new.email_verified = time.value.stored;
            let row = user_row(new, &user.id);
            bench.same("the answer", &user, &row);
            let read = bench.call(store.get_user(&user.id)).await;
            bench.same("what is read", &read, &Ok(Some(row.clone())));
            bench.rows.users.push(row);
        }
    }
    bench.settle().await;
    for time in hostile_times() {
        let mut row = store.create_user(NewUser::default()).await.expect("a user");
        probe(bench, "update_user.email_verified", &time);
        let patch = UserPatch {
            email_verified: Patch::Set(time.value.given),
            ..UserPatch::default()
        };

        let answer = bench.call(store.update_user(&row.id, patch)).await;

        if let Some(user) = bench.taken(refusal(Field::EmailVerified, &time.value), answer) {
            row.email_verified = time.value.stored;
            bench.same("the answer", &user, &row);
        }
        bench.rows.users.push(row);
    }
    bench.settle().await;
    bench.clear().await;
}

pub(super) async fn sessions<H: Subject>(bench: &mut Bench<'_, H>) {
    create_session(bench).await;
    for (argument, is_touch) in [
        ("update_session.expires", false),
        ("touch_session.expires", true),
    ] {
        move_session(bench, argument, is_touch).await;
    }
}

async fn create_session<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    let owner = bench.owner().await;
    for time in hostile_times() {
        probe(bench, "create_session.expires", &time);
        let new = NewSession {
            expires: time.value.given,
            ..session(&owner.id, time.name)
        };

        let answer = bench.call(store.create_session(new)).await;

        if let Some(session) = bench.taken(refusal(Field::Expires, &time.value), answer) {
            bench.same("the end", &Some(session.expires), &time.value.stored);
            live(bench, &session).await;
            bench.rows.sessions.push(bench.stored_session(&session));
        }
    }
    bench.settle().await;
    bench.clear().await;
}

/// A session is found exactly while its end is after now.
async fn live<H: Subject>(bench: &mut Bench<'_, H>, session: &Session) {
    let found = bench
        .call(bench.store().get_session_and_user(&session.session_token))
        .await;
    let found = found.map(|found| found.map(|(session, _)| session));
    let expected = (session.expires > start()).then(|| session.clone());
    bench.same("the look-up", &found, &Ok(expected));
}

/// A write moves the end anywhere, a touch only later, and only while the session is live.
async fn move_session<H: Subject>(bench: &mut Bench<'_, H>, argument: &str, is_touch: bool) {
    let store = bench.store();
    let owner = bench.owner().await;
    for time in hostile_times() {
        let mut row = store.create_session(session(&owner.id, time.name)).await;
        let row = row.as_mut().expect("the token is new");
        probe(bench, argument, &time);
        let token = SessionToken::new(time.name);
        let patch = SessionPatch {
            expires: Some(time.value.given),
        };

        let answer = if is_touch {
            bench
                .call(store.touch_session(&token, time.value.given))
                .await
        } else {
            bench.call(store.update_session(&token, patch)).await
        };

        if let Some(moved) = bench.taken(refusal(Field::Expires, &time.value), answer) {
            let given = time.value.stored.unwrap_or_default();
            row.expires = if is_touch { given.max(end()) } else { given };
            bench.same("the answer", &moved, &Some(row.clone()));
            live(bench, row).await;
        }
        bench.rows.sessions.push(bench.stored_session(row));
    }
    bench.settle().await;
    bench.clear().await;
}

pub(super) async fn tokens<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    for time in hostile_times() {
        probe(bench, "create_verification_token.expires", &time);
        let mut new = VerificationToken {
            identifier: time.name.to_owned(),
            expires: time.value.given,
            token: HashedToken::new("hash"),
        };

        let answer = bench
            .call(store.create_verification_token(new.clone()))
            .await;

        if let Some(stored) = bench.taken(refusal(Field::Expires, &time.value), answer) {
            new.expires = time.value.stored.unwrap_or_default();
            bench.same("the answer", &stored, &new);
            bench.rows.verification_tokens.push(new);
        }
    }
    bench.settle().await;
    for row in std::mem::take(&mut bench.rows.verification_tokens) {
        let used = store.use_verification_token(&row.identifier, &row.token);
        let used = bench.call(used).await;
        bench.same("the used token", &used, &Ok(Some(row)));
    }
}

pub(super) async fn sign_ups<H: Subject>(bench: &mut Bench<'_, H>) {
    for time in hostile_times() {
        verified(bench, &time).await;
        signed_up(bench, &time).await;
        signed_in(bench, &time).await;
    }
    bench.settle().await;
    bench.clear().await;
}

async fn verified<H: Subject>(bench: &mut Bench<'_, H>, time: &Named<HostileTime>) {
    probe(bench, "sign_up.user.email_verified", time);
    let user = NewUser {
        email_verified: Some(time.value.given),
        ..NewUser::default()
    };
    let token = format!("verified {}", time.name);
    let new = SignUp {
        user,
        account: account(&token),
        session: sign_in_session(&token),
    };

    let answer = bench.call(bench.store().sign_up(new)).await;

    let refusal = refusal(Field::EmailVerified, &time.value);
    if let Some(stored) = bench.taken(refusal, answer) {
        bench.same("the time", &stored.user.email_verified, &time.value.stored);
        bench.same("the end", &stored.session.expires, &end());
        bench
            .rows
            .sessions
            .push(bench.stored_session(&stored.session));
        bench.rows.users.push(stored.user);
        bench.rows.accounts.push(stored.account);
    }
}

async fn signed_up<H: Subject>(bench: &mut Bench<'_, H>, time: &Named<HostileTime>) {
    probe(bench, "sign_up.session.expires", time);
    let new = SignUp {
        user: NewUser::default(),
        account: account(time.name),
        session: SignInSession {
            session_token: SessionToken::new(time.name),
            expires: time.value.given,
        },
    };

    let answer = bench.call(bench.store().sign_up(new)).await;

    if let Some(stored) = bench.taken(refusal(Field::Expires, &time.value), answer) {
        bench.same("the end", &Some(stored.session.expires), &time.value.stored);
        live(bench, &stored.session).await;
        bench
            .rows
            .sessions
            .push(bench.stored_session(&stored.session));
        bench.rows.users.push(stored.user);
        bench.rows.accounts.push(stored.account);
    }
}

async fn signed_in<H: Subject>(bench: &mut Bench<'_, H>, time: &Named<HostileTime>) {
    let store = bench.store();
    let link = VerificationToken {
        identifier: "somebody".to_owned(),
        expires: end(),
        token: HashedToken::new("hash"),
    };
    let created = store.create_verification_token(link.clone()).await;
    created.expect("the link is new");
    probe(bench, "sign_in_with_email.session.expires", time);
    let click = SignInWithEmail {
        identifier: link.identifier.clone(),
        token: link.token.clone(),
        email: format!("{}@example.com", time.name),
        session: SignInSession {
            session_token: SessionToken::new(format!("link {}", time.name)),
            expires: time.value.given,
        },
    };

    let answer = bench.call(store.sign_in_with_email(click)).await;

    if let Some(EmailSignIn::SignedIn { user, session, .. }) =
        bench.taken(refusal(Field::Expires, &time.value), answer)
    {
        bench.same("the end", &Some(session.expires), &time.value.stored);
        live(bench, &session).await;
        bench.rows.sessions.push(bench.stored_session(&session));
        bench.rows.users.push(user);
    }
    let left = store
        .use_verification_token(&link.identifier, &link.token)
        .await;
    let expected = time.value.stored.is_none().then_some(link);
    bench.same("the link", &left, &Ok(expected));
}
