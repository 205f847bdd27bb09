//! The cases of `sign_in_with_email`.

mod addresses;
mod at_once;

use authjs_adapter::{
    Adapter, EmailSignIn, ErrorKind, Field, HashedToken, NewUser, Operation, Session, SignIn,
    SignInWithEmail, Unique, User, VerificationToken,
};
use chrono::TimeDelta;

pub use self::addresses::{
    sign_in_with_email_normalises_the_address,
    sign_in_with_email_verifies_nobody_whose_address_changed,
};
pub use self::at_once::{
    sign_in_with_email_creates_one_user_of_simultaneous_callers,
    sign_in_with_email_finds_who_is_created_beside_it, sign_in_with_email_works_for_one_caller,
};
use crate::sample::Spoil;
use crate::{Harness, check, given, sample, start};

/// `sign_in_with_email` creates a user who is new, verified now, and starts their session.
pub async fn sign_in_with_email_creates_a_new_user<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: in Auth.js these are four calls.
    given::link(h, sample::link()).await;

    let answer = h
        .store()
        .sign_in_with_email(sample::click("ada-token"))
        .await
        .unwrap();

    let (user, session, created) = signed_in::<H>(answer);
    let expected = User {
        id: user.id.clone(),
        name: None,
        email: Some("ada@example.com".to_owned()),
        email_verified: Some(start()),
        image: None,
    };
    let stored = given::stored_session(h, &"ada-token".into()).await;
    assert!(created, "the new user was not reported as created");
    assert_eq!(session.user_id, user.id, "the user of the session");
    assert_eq!(
        session.expires,
        start() + TimeDelta::days(30),
        "the end of the session"
    );
    check::same("the returned user", &user, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
    check::same("the stored session", &stored, &Some(session));
}

/// `sign_in_with_email` finds a user who is known, and sets `emailVerified` to now and no
/// other column.
pub async fn sign_in_with_email_finds_a_known_user<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: in Auth.js these are four calls.
    let ada = given::ada(h).await;
    let grace = given::grace(h).await;
    given::link(h, sample::link()).await;
    let now = start() + TimeDelta::hours(1);

    h.clock().set(now);
    let answer = h
        .store()
        .sign_in_with_email(sample::click("ada-token"))
        .await
        .unwrap();

    let (user, session, created) = signed_in::<H>(answer);
    let expected = User {
        email_verified: Some(now),
        ..ada
    };
    let stored = given::stored_session(h, &"ada-token".into()).await;
    assert!(!created, "a known user was reported as created");
    assert_eq!(session.user_id, expected.id, "the user of the session");
    assert_eq!(
        session.expires,
        start() + TimeDelta::days(30),
        "the end of the session"
    );
    check::same("the returned user", &user, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected, grace]);
    check::same("the stored session", &stored, &Some(session));
}

/// `sign_in_with_email` consumes the token.
pub async fn sign_in_with_email_works_once<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: as `use_verification_token`.
    given::link(h, sample::link()).await;
    h.store()
        .sign_in_with_email(sample::click("first"))
        .await
        .unwrap();
    let before = h.snapshot().await;

    let again = h
        .store()
        .sign_in_with_email(sample::click("second"))
        .await
        .unwrap();

    assert!(
        matches!(again, EmailSignIn::Unknown),
        "a used token was not unknown"
    );
    assert!(
        before.verification_tokens.is_empty(),
        "a used verification token stayed"
    );
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` with a token of nobody changes nothing.
pub async fn sign_in_with_email_is_unknown_without_a_token<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a guess must not create a user.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;
    let guess = SignInWithEmail {
        token: "guess".into(),
        ..sample::click("eve-token")
    };

    let answer = h.store().sign_in_with_email(guess).await.unwrap();

    assert!(
        matches!(answer, EmailSignIn::Unknown),
        "a guessed token was not unknown"
    );
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` compares the identifier byte for byte, and normalises it not.
pub async fn sign_in_with_email_compares_the_identifier_byte_for_byte<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the identifier is a key that was stored verbatim.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    for identifier in [
        "Ada@Example.COM",
        "ada@example.com ",
        "eve@example.com",
        "",
        "\0",
    ] {
        let click = SignInWithEmail {
            identifier: identifier.to_owned(),
            ..sample::click("ada-token")
        };
        let answer = h.store().sign_in_with_email(click).await.unwrap();
        assert!(
            matches!(answer, EmailSignIn::Unknown),
            "{identifier:?} was not unknown"
        );
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` is unknown for a token that cannot be stored.
pub async fn sign_in_with_email_is_unknown_for_an_impossible_token<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a link may hold anything, and none of it is an error.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;

    for token in sample::impossible_keys() {
        let click = SignInWithEmail {
            token: HashedToken::new(token),
            ..sample::click("ada-token")
        };
        let answer = h.store().sign_in_with_email(click).await.unwrap();
        assert!(
            matches!(answer, EmailSignIn::Unknown),
            "an impossible token was not unknown"
        );
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` accepts a token until one millisecond before it ends.
pub async fn sign_in_with_email_accepts_a_token_until_it_ends<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: expired means `expires <= now`.
    let link = given::link(h, sample::link()).await;

    h.clock().set(link.expires - TimeDelta::milliseconds(1));
    let answer = h
        .store()
        .sign_in_with_email(sample::click("ada-token"))
        .await
        .unwrap();

    let is_signed_in = matches!(answer, EmailSignIn::SignedIn { .. });
    assert!(is_signed_in, "a token that is live for 1 ms was refused");
}

/// `sign_in_with_email` with a token that ended consumes it and changes nothing else.
pub async fn sign_in_with_email_consumes_an_expired_token<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: expired means `expires <= now`.
    given::ada(h).await;
    let mut expected = h.snapshot().await;
    let link = given::link(h, sample::link()).await;

    h.clock().set(link.expires);
    let answer = h
        .store()
        .sign_in_with_email(sample::click("ada-token"))
        .await
        .unwrap();

    expected.verification_tokens.clear();
    assert!(
        matches!(answer, EmailSignIn::Expired),
        "a token that ends now was not expired"
    );
    check::unchanged(&expected, &h.snapshot().await);
}

/// `sign_in_with_email` cuts the end of the session to milliseconds before it stores and returns
/// it, for a new person and for a known one.
pub async fn sign_in_with_email_cuts_the_time_to_milliseconds<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: it has statements of its own, beside that of `create_session`.
    for token in ["new-token", "known-token"] {
        given::link(h, sample::link()).await;
        let mut click = sample::click(token);
        click.session.expires = sample::fine_time();

        let answer = h.store().sign_in_with_email(click).await.unwrap();

        let (_, session, _) = signed_in::<H>(answer);
        let stored = given::stored_session(h, &token.into()).await;
        assert_eq!(session.expires, sample::cut_time(), "the returned end");
        check::same("the stored session", &stored, &Some(session));
    }
}

/// After `sign_in_with_email` failed the token is still there, and nothing else is.
pub async fn sign_in_with_email_keeps_the_token_after_a_conflict<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the person may try the same link again.
    given::two_people(h).await;
    let link = VerificationToken {
        identifier: "eve@example.com".to_owned(),
        ..sample::link()
    };
    given::link(h, link).await;
    let before = h.snapshot().await;
    let click = SignInWithEmail {
        identifier: "eve@example.com".to_owned(),
        email: "eve@example.com".to_owned(),
        ..sample::click("ada-token")
    };

    let result = h.store().sign_in_with_email(click).await;

    let conflict = ErrorKind::Conflict(Unique::SessionToken);
    check::refused(Operation::SignInWithEmail, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` refuses values that cannot be stored, and keeps the token.
pub async fn sign_in_with_email_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the same limits as the four calls, before any of them.
    given::link(h, sample::link()).await;
    let before = h.snapshot().await;
    let table: [Spoil<SignInWithEmail>; 7] = [
        (Field::Email, |s| s.email.clear()),
        (Field::Email, |s| s.email = String::from("no address")),
        (Field::Email, |s| {
            s.email = String::from("\"ada\"@example.com");
        }),
        (Field::SessionToken, |s| s.session.session_token = "".into()),
        (Field::SessionToken, |s| {
            s.session.session_token = sample::too_long_short().into();
        }),
        (Field::Expires, |s| {
            s.session.expires = sample::before_1970();
        }),
        (Field::Expires, |s| s.session.expires = sample::year_10000()),
    ];

    // The input is looked at before the token.
    for token in [sample::link().token, "guess".into(), "".into()] {
        for (field, spoil) in table {
            let mut click = sample::click("ada-token");
            click.token = token.clone();
            spoil(&mut click);
            let result = h.store().sign_in_with_email(click).await;
            check::invalid(Operation::SignInWithEmail, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_in_with_email` verifies a user who is known and was never verified.
pub async fn sign_in_with_email_verifies_where_there_was_null<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the later of NULL and now is NULL in MySQL.
    let known = NewUser {
        email: sample::ada().email,
        ..NewUser::default()
    };
    let known = given::user(h, known).await;
    given::link(h, sample::link()).await;

    let answer = h
        .store()
        .sign_in_with_email(sample::click("ada-token"))
        .await
        .unwrap();

    let (user, _, _) = signed_in::<H>(answer);
    let expected = User {
        email_verified: Some(start()),
        ..known
    };
    check::same("the returned user", &user, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
}

type UserOf<H> = <<H as Harness>::Store as Adapter>::User;

type SessionOf<H> = <<H as Harness>::Store as Adapter>::Session;

#[track_caller]
fn signed_in<H: Harness>(answer: EmailSignIn<UserOf<H>, SessionOf<H>>) -> (User, Session, bool) {
    match answer {
        EmailSignIn::SignedIn {
            user,
            session,
            created,
        } => (check::user(&user), check::session(&session), created),
        EmailSignIn::Unknown => panic!("a stored token was unknown"),
        EmailSignIn::Expired => panic!("a live token was expired"),
    }
}
