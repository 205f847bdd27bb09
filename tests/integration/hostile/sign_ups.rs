//! Texts in the composite methods: all of it is stored, or nothing.

use authjs_adapter::{
    Adapter as _, EmailSignIn, Field, HashedToken, NewUser, Session, SignIn as _, SignInWithEmail,
    SignUp, User, VerificationToken,
};
use authjs_conformance::start;
use authjs_tests::{Named, hostile_texts};

use super::refusals::Rule;
use super::rows::{
    ACCOUNT, PROFILE, account, account_row, end, session as new_session, session_row,
    sign_in_session, user_row,
};
use super::{Bench, Subject};

pub(super) async fn texts<H: Subject>(bench: &mut Bench<'_, H>) {
    sign_ups(bench).await;
    for (column, field) in [
        ("identifier", None),
        ("token", None),
        ("session_token", Some(Field::SessionToken)),
    ] {
        sign_in_with_email(bench, column, field).await;
    }
}

/// A sign-up of somebody without an address.
fn plain(name: &str) -> SignUp<NewUser> {
    SignUp {
        user: NewUser::default(),
        account: account(name),
        session: sign_in_session(name),
    }
}

/// Puts a text into a sign-up.
type Set<'s> = &'s (dyn Fn(&mut SignUp<NewUser>, String) + Sync);

async fn sign_ups<H: Subject>(bench: &mut Bench<'_, H>) {
    for column in &PROFILE {
        let set = |sign_up: &mut SignUp<NewUser>, text| (column.set)(&mut sign_up.user, text);
        let argument = format!("sign_up.user.{}", column.name);
        sign_up(bench, &argument, (column.field, column.rule), &set).await;
    }
    for column in &ACCOUNT {
        let set = |sign_up: &mut SignUp<NewUser>, text| (column.set)(&mut sign_up.account, text);
        let argument = format!("sign_up.account.{}", column.name);
        sign_up(bench, &argument, (column.field, column.rule), &set).await;
    }
    let set = |sign_up: &mut SignUp<NewUser>, text: String| {
        sign_up.session.session_token = text.into();
    };
    let argument = "sign_up.session.session_token";
    sign_up(bench, argument, (Field::SessionToken, Rule::Key), &set).await;
}

async fn sign_up<H: Subject>(
    bench: &mut Bench<'_, H>,
    argument: &str,
    (field, rule): (Field, Rule),
    set: Set<'_>,
) {
    let store = bench.store();
    for text in hostile_texts() {
        bench.probe(argument, text.name, &text.value);
        let refusal = rule.refuses(&text.value);
        let mut new = plain(text.name);
        set(&mut new, text.value);

        let answer = bench.call(store.sign_up(new.clone())).await;

        let refusal = refusal.map(|reason| (field, reason));
        if let Some(stored) = bench.taken(refusal, answer) {
            let id = stored.user.id.clone();
            let token = new.session.session_token.expose();
            let started = new_session(&id, token);
            let user = user_row(new.user, &id);
            let account = account_row(new.account, &id, stored.account.id.as_ref());
            let session = session_row(started, stored.session.id.as_ref());
            bench.same("the user", &stored.user, &user);
            bench.same("the account", &stored.account, &account);
            bench.same("the session", &stored.session, &session);
            bench.rows.sessions.push(bench.stored_session(&session));
            bench.rows.users.push(user);
            bench.rows.accounts.push(account);
        }
    }
    bench.settle().await;
    bench.clear().await;
}

/// A link and a click on it, with a text in one of the arguments.
fn click(column: &str, text: &str, name: &str) -> SignInWithEmail {
    let given =
        |argument: &str, usual: &str| if argument == column { text } else { usual }.to_owned();
    SignInWithEmail {
        identifier: given("identifier", "somebody"),
        token: HashedToken::new(given("token", "hash")),
        email: format!("{name}@example.com"),
        session: sign_in_session(&given("session_token", name)),
    }
}

/// `field` is refused where it cannot be stored; an impossible link is an unknown one.
async fn sign_in_with_email<H: Subject>(
    bench: &mut Bench<'_, H>,
    column: &str,
    field: Option<Field>,
) {
    let store = bench.store();
    let argument = format!("sign_in_with_email.{column}");
    for Named { name, value } in hostile_texts() {
        let click = click(column, &value, name);
        let link = VerificationToken {
            identifier: click.identifier.clone(),
            expires: end(),
            token: click.token.clone(),
        };
        // Where it cannot be stored there is none.
        let _ = store.create_verification_token(link.clone()).await;
        bench.probe(&argument, name, &value);

        let answer = bench.call(store.sign_in_with_email(click.clone())).await;

        let reason = Rule::Key.refuses(&value);
        match (field.zip(reason), answer) {
            (refusal @ Some(_), answer) => {
                bench.taken(refusal, answer);
                // The link is still there.
                let used = store
                    .use_verification_token(&link.identifier, &link.token)
                    .await;
                bench.same("the link after a refusal", &used, &Ok(Some(link)));
            }
            (None, Ok(EmailSignIn::Unknown)) if reason.is_some() => {
                bench.note("impossible, not asked for");
                bench.must_be_free();
            }
            (None, Ok(EmailSignIn::SignedIn { user, session, .. })) if reason.is_none() => {
                bench.note("signed in");
                signed_in(bench, click, &user, &session);
            }
            (None, other) => bench.fail(&format!("{other:?}, which was not expected")),
        }
    }
    bench.settle().await;
    bench.clear().await;
}

/// Compares what a sign-in answered with what it was given.
fn signed_in<H: Subject>(
    bench: &mut Bench<'_, H>,
    click: SignInWithEmail,
    user: &User,
    session: &Session,
) {
    let new = NewUser {
        email: Some(click.email),
        email_verified: Some(start()),
        ..NewUser::default()
    };
    let row = user_row(new, &user.id);
    bench.same("the user", user, &row);
    bench.rows.users.push(row);
    let token = click.session.session_token.expose();
    let row = session_row(new_session(&user.id, token), session.id.as_ref());
    bench.same("the session", session, &row);
    bench.rows.sessions.push(bench.stored_session(&row));
}
