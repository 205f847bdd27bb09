//! Addresses in the composite methods, which bring them into the form of the store's rule.

use authjs_adapter::{
    Account, Adapter as _, Email, EmailRule, EmailSignIn, ErrorKind, Field, HashedToken, NewUser,
    Result, Session, SignIn as _, SignInWithEmail, SignUp, User, VerificationToken,
};
use authjs_tests::{Named, hostile_emails, hostile_texts};

use super::rows::{account, end, sign_in_session};
use super::{Bench, Subject};

/// An address as it is given, and as it is stored.
struct Address {
    given: String,
    stored: Option<String>,
}

/// The addresses, whose forms were written down by hand.
fn addresses(rule: EmailRule) -> Vec<Named<Address>> {
    hostile_emails()
        .into_iter()
        .map(|email| {
            let stored = match rule {
                EmailRule::AuthJs => email.value.authjs,
                EmailRule::Canonical => email.value.canonical,
            };
            let value = Address {
                given: email.value.given.to_owned(),
                stored: stored.map(str::to_owned),
            };
            Named {
                name: email.name,
                value,
            }
        })
        .collect()
}

/// Who signed in or up.
struct Joined {
    user: User,
    account: Option<Account>,
    session: Session,
}

/// All texts, with the forms that the rule itself gives.
fn texts(rule: EmailRule) -> Vec<Named<Address>> {
    hostile_texts()
        .into_iter()
        .map(|text| {
            let stored = rule.apply(&text.value).map(Email::into_string);
            let value = Address {
                given: text.value,
                stored: stored.ok(),
            };
            Named {
                name: text.name,
                value,
            }
        })
        .collect()
}

/// The addresses as they are stored of a profile: beside Auth.js only their case is changed.
fn profiles(rule: EmailRule, addresses: Vec<Named<Address>>) -> Vec<Named<Address>> {
    let profile = |Named { name, value }: Named<Address>| {
        let stored = match rule {
            EmailRule::AuthJs => storable(value.given.to_lowercase()),
            EmailRule::Canonical => value.stored,
        };
        Named {
            name,
            value: Address { stored, ..value },
        }
    };
    addresses.into_iter().map(profile).collect()
}

/// What `create_user` would take.
fn storable(address: String) -> Option<String> {
    let user = NewUser {
        email: Some(address),
        ..NewUser::default()
    };
    user.check().ok()?;
    user.email
}

pub(super) async fn sign_up<H: Subject>(bench: &mut Bench<'_, H>) {
    let rule = bench.harness.email_rule();
    for address in profiles(rule, addresses(rule)) {
        sign_up_with(bench, "sign_up.user.email", address).await;
    }
    bench.settle().await;
    bench.clear().await;
    for address in profiles(rule, texts(rule)) {
        sign_up_with(bench, "sign_up.user.email (texts)", address).await;
    }
    bench.settle().await;
    bench.clear().await;
}

async fn sign_up_with<H: Subject>(
    bench: &mut Bench<'_, H>,
    argument: &str,
    Named { name, value }: Named<Address>,
) {
    let store = bench.store();
    make_room(bench, &value).await;
    bench.probe(argument, name, &value.given);
    let user = NewUser {
        email: Some(value.given.clone()),
        ..NewUser::default()
    };
    let new = SignUp {
        user,
        account: account(name),
        session: sign_in_session(name),
    };

    let answer = bench.call(store.sign_up(new)).await;

    let answer = answer.map(|signed_up| Joined {
        user: signed_up.user,
        account: Some(signed_up.account),
        session: signed_up.session,
    });
    judge(bench, &value, answer);
}

pub(super) async fn sign_in_with_email<H: Subject>(bench: &mut Bench<'_, H>) {
    let rule = bench.harness.email_rule();
    for address in addresses(rule) {
        sign_in_with(bench, "sign_in_with_email.email", address).await;
    }
    bench.settle().await;
    bench.clear().await;
    for address in texts(rule) {
        sign_in_with(bench, "sign_in_with_email.email (texts)", address).await;
    }
    bench.settle().await;
    bench.clear().await;
}

async fn sign_in_with<H: Subject>(
    bench: &mut Bench<'_, H>,
    argument: &str,
    Named { name, value }: Named<Address>,
) {
    let store = bench.store();
    let link = VerificationToken {
        identifier: "somebody".to_owned(),
        expires: end(),
        token: HashedToken::new("hash"),
    };
    let created = store.create_verification_token(link.clone()).await;
    created.expect("the link is new");
    make_room(bench, &value).await;
    bench.probe(argument, name, &value.given);
    let click = SignInWithEmail {
        identifier: link.identifier.clone(),
        token: link.token.clone(),
        email: value.given.clone(),
        session: sign_in_session(name),
    };

    let answer = bench.call(store.sign_in_with_email(click)).await;

    let answer = answer.map(|signed_in| match signed_in {
        EmailSignIn::SignedIn { user, session, .. } => Joined {
            user,
            account: None,
            session,
        },
        other => unreachable!("the link is live: {other:?}"),
    });
    judge(bench, &value, answer);
    let left = store
        .use_verification_token(&link.identifier, &link.token)
        .await;
    // Used up by a sign-in, still there after a refusal.
    let expected = value.stored.is_none().then_some(link);
    bench.same("the link", &left, &Ok(expected));
}

/// The user has the address in the form of the rule, or nothing was done.
fn judge<H: Subject>(bench: &mut Bench<'_, H>, address: &Address, answer: Result<Joined>) {
    let field = Field::Email;
    match (&address.stored, answer) {
        (Some(form), Ok(joined)) => {
            bench.note(if *form == address.given {
                "stored as it is"
            } else {
                "stored in the form of the rule"
            });
            let form = Some(form.clone());
            bench.same("the address", &joined.user.email, &form);
            bench
                .rows
                .sessions
                .push(bench.stored_session(&joined.session));
            bench.rows.accounts.extend(joined.account);
            bench.rows.users.push(joined.user);
        }
        (None, answer @ Err(_)) => {
            bench.refused(ErrorKind::InvalidInput { field }, answer);
            bench.must_be_free();
        }
        (Some(_), Err(error)) => bench.fail(&format!("{error:?} instead of a user")),
        (None, Ok(_)) => bench.fail("an address was stored that the rule refuses"),
    }
}

/// Deletes who has the address that comes next.
async fn make_room<H: Subject>(bench: &mut Bench<'_, H>, address: &Address) {
    let rows = &mut bench.rows;
    let has_it = |user: &User| user.email.is_some() && user.email == address.stored;
    let Some(place) = rows.users.iter().position(has_it) else {
        return;
    };
    let user = rows.users.remove(place);
    rows.sessions.retain(|session| session.user_id != user.id);
    rows.accounts.retain(|account| account.user_id != user.id);
    let deleted = bench.store().delete_user(&user.id).await;
    bench.same("the one who had the address", &deleted, &Ok(Some(user)));
}
