//! The cases of `sign_in_with_email`.

use authjs_adapter::{
    Adapter, EmailSignIn, ErrorKind, Field, HashedToken, NewUser, Operation, Session, SignIn,
    SignInWithEmail, Unique, User, VerificationToken,
};
use chrono::TimeDelta;

use crate::race::{CALLERS, Rounds};
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

/// `sign_in_with_email` normalises the address as Auth.js does, so that it finds the person.
pub async fn sign_in_with_email_normalises_the_address<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: otherwise it makes a second person beside the one of Auth.js.
    let ada = given::ada(h).await;
    given::link(h, sample::link()).await;
    let click = SignInWithEmail {
        email: " Ada@Example.COM ".to_owned(),
        ..sample::click("ada-token")
    };

    let answer = h.store().sign_in_with_email(click).await.unwrap();

    let (user, _, created) = signed_in::<H>(answer);
    assert_eq!(user.id, ada.id, "the person who is signed in");
    assert!(!created, "a known user was reported as created");
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

    for (field, spoil) in table {
        let mut click = sample::click("ada-token");
        spoil(&mut click);
        let result = h.store().sign_in_with_email(click).await;
        check::invalid(Operation::SignInWithEmail, field, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `sign_in_with_email` calls with one token, one signs in.
pub async fn sign_in_with_email_works_for_one_caller<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a mail scanner and a person open one link at once.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        given::link(h, sample::link()).await;

        let answers = rounds.release(|caller| {
            let token = format!("token {round} of {caller}");
            h.store().sign_in_with_email(sample::click(&token))
        });

        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let unknown = answers
            .iter()
            .filter(|answer| matches!(answer, EmailSignIn::Unknown));
        assert_eq!(
            unknown.count(),
            answers.len() - 1,
            "how many found no token"
        );
        let sessions = h.snapshot().await.sessions.len();
        assert_eq!(
            sessions, round,
            "the number of sessions after {round} rounds"
        );
    }
}

/// Of simultaneous first `sign_in_with_email` calls with one address and several tokens, one
/// creates the user and the others find it.
pub async fn sign_in_with_email_creates_one_user_of_simultaneous_callers<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a person who is in a hurry opens each of the links.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let email = format!("ada-{round}@example.com");
        for caller in 0..CALLERS {
            given::link(h, link_of(round, caller)).await;
        }

        let answers = rounds.release(|caller| {
            h.store()
                .sign_in_with_email(click_of(&email, round, caller))
        });

        let answers = answers.into_iter().map(Result::unwrap);
        let created = answers.filter(|answer| signed_in_created(answer) == Some(true));
        assert_eq!(created.count(), 1, "how many created the user");
        let after = h.snapshot().await;
        assert_eq!(after.users.len(), round, "the number of users");
        assert_eq!(
            after.sessions.len(),
            round * CALLERS,
            "the number of sessions"
        );
    }
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

/// A first `sign_in_with_email` beside `create_user` with the same address creates the user or
/// finds them.
pub async fn sign_in_with_email_finds_who_is_created_beside_it<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a person opens the link while another server imports them.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let email = format!("ada-{round}@example.com");
        for caller in (0..CALLERS).step_by(2) {
            given::link(h, link_of(round, caller)).await;
        }

        let answers = rounds.release(|caller| sign_in_or_create(h, &email, round, caller));

        let signed_in = answers.into_iter().flatten().count();
        assert_eq!(signed_in, CALLERS / 2, "how many were signed in");
        let users = h.snapshot().await.users.len();
        assert_eq!(users, round, "the number of users after {round} rounds");
    }
}

/// Signs in, one caller of two, or creates the user; `Some` if this call signed in.
async fn sign_in_or_create<H>(h: &H, email: &str, round: usize, caller: usize) -> Option<bool>
where
    H: Harness,
    H::Store: SignIn,
{
    if caller.is_multiple_of(2) {
        let click = click_of(email, round, caller);
        let answer = h.store().sign_in_with_email(click).await.unwrap();
        return signed_in_created(&answer);
    }
    let new = NewUser {
        email: Some(email.to_owned()),
        ..NewUser::default()
    };
    if let Err(error) = h.store().create_user(new.into()).await {
        let conflict = ErrorKind::Conflict(Unique::Email);
        assert_eq!(error.kind(), conflict, "the kind of {error:?}");
    }
    None
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

/// Whether the user was created; `None` if nobody was signed in.
const fn signed_in_created<U, S>(answer: &EmailSignIn<U, S>) -> Option<bool> {
    match answer {
        EmailSignIn::SignedIn { created, .. } => Some(*created),
        EmailSignIn::Unknown | EmailSignIn::Expired => None,
    }
}

fn link_of(round: usize, caller: usize) -> VerificationToken {
    VerificationToken {
        token: format!("hash {round} of {caller}").into(),
        ..sample::link()
    }
}

/// A click on [`link_of`] the same numbers by the person with this address.
fn click_of(email: &str, round: usize, caller: usize) -> SignInWithEmail {
    let link = link_of(round, caller);
    SignInWithEmail {
        identifier: link.identifier,
        token: link.token,
        email: email.to_owned(),
        session: sample::sign_in_session(&format!("token {round} of {caller}")),
    }
}
