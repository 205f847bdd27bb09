//! Whole sign-ins, all or nothing.

use authjs_adapter::{
    Adapter, EmailSignIn, ErrorKind, Field, HashedToken, NewUser, Operation, Session, SignIn,
    SignInWithEmail, SignUp, Unique, User, VerificationToken,
};
use chrono::TimeDelta;

use crate::race::Rounds;
use crate::sample::Spoil;
use crate::{Harness, check, given, sample, start};

/// `sign_up` stores a user, their account and their session, and returns the three rows.
pub async fn sign_up_returns_the_stored_rows<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: in Auth.js these are three calls, of which each may be the last.
    let signed_up = h
        .store()
        .sign_up(ada_signs_up::<H>("ada-token"))
        .await
        .unwrap();

    let user = check::user(&signed_up.user);
    let new = sample::ada();
    let after = h.snapshot().await;
    let session = given::stored_session(h, &"ada-token".into()).await;
    assert_eq!(user.name, new.name, "the name");
    assert_eq!(user.email, new.email, "the address");
    assert_eq!(user.email_verified, new.email_verified, "emailVerified");
    assert_eq!(user.image, new.image, "the image");
    assert_eq!(
        signed_up.account.user_id, user.id,
        "the owner of the account"
    );
    assert_eq!(
        check::session(&signed_up.session).user_id,
        user.id,
        "the user of the session"
    );
    check::same("the tokens", &signed_up.account.tokens, &sample::tokens());
    check::same("users", &after.users, &vec![user]);
    check::same("accounts", &after.accounts, &vec![signed_up.account]);
    check::same(
        "the session",
        &session,
        &Some(check::session(&signed_up.session)),
    );
}

/// `sign_up` normalises the address as Auth.js does, before it compares and stores it.
pub async fn sign_up_normalises_the_address<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: core lower-cases the address of an OAuth profile before the adapter.
    let mut sign_up = sample_sign_up("ada-token");
    sign_up.user.email = Some(" Ada@Example.COM ".to_owned());

    let signed_up = h.store().sign_up(typed::<H>(sign_up)).await.unwrap();

    let user = check::user(&signed_up.user);
    let stored = given::stored_user(h, &user.id).await.unwrap();
    assert_eq!(
        user.email.as_deref(),
        Some("ada@example.com"),
        "the returned address"
    );
    assert_eq!(
        stored.email.as_deref(),
        Some("ada@example.com"),
        "the stored address"
    );
}

/// `sign_up` works for a person without an address.
pub async fn sign_up_works_without_an_address<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: providers may keep the address to themselves.
    let mut sign_up = sample_sign_up("ada-token");
    sign_up.user = NewUser::default();

    let signed_up = h.store().sign_up(typed::<H>(sign_up)).await.unwrap();

    assert_eq!(
        check::user(&signed_up.user).email,
        None,
        "the returned address"
    );
    assert_eq!(
        h.snapshot().await.sessions.len(),
        1,
        "the number of sessions"
    );
}

/// `sign_up` with an address that is taken stores nothing.
pub async fn sign_up_refuses_an_address_that_is_taken<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: linking by address is the caller's decision, never the adapter's.
    given::ada(h).await;
    let before = h.snapshot().await;

    let result = h.store().sign_up(ada_signs_up::<H>("ada-token")).await;

    let conflict = ErrorKind::Conflict(Unique::Email);
    check::refused(Operation::SignUp, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_up` with an account that is linked stores nothing, no user either.
pub async fn sign_up_refuses_an_account_that_is_linked<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the half-made user would lock the person out for good.
    let grace = given::grace(h).await;
    given::account(h, sample::account(&grace.id)).await;
    let before = h.snapshot().await;

    let result = h.store().sign_up(ada_signs_up::<H>("ada-token")).await;

    let conflict = ErrorKind::Conflict(Unique::Account);
    check::refused(Operation::SignUp, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_up` with a session token that is taken stores nothing, neither user nor account.
pub async fn sign_up_refuses_a_session_token_that_is_taken<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the half-made user would lock the person out for good.
    let grace = given::grace(h).await;
    given::session(h, sample::session(&grace.id, "grace-token")).await;
    let before = h.snapshot().await;

    let result = h.store().sign_up(ada_signs_up::<H>("grace-token")).await;

    let conflict = ErrorKind::Conflict(Unique::SessionToken);
    check::refused(Operation::SignUp, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_up` reports the first of address, account and session token that is taken.
pub async fn sign_up_reports_the_first_conflict<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the order of the checks is part of the contract.
    given::two_people(h).await;
    let before = h.snapshot().await;
    let mut new_address = sample_sign_up("ada-token");
    new_address.user.email = Some("eve@example.com".to_owned());

    let all_taken = h.store().sign_up(ada_signs_up::<H>("ada-token")).await;
    let two_taken = h.store().sign_up(typed::<H>(new_address)).await;

    check::refused(
        Operation::SignUp,
        ErrorKind::Conflict(Unique::Email),
        all_taken,
    );
    check::refused(
        Operation::SignUp,
        ErrorKind::Conflict(Unique::Account),
        two_taken,
    );
    check::unchanged(&before, &h.snapshot().await);
}

/// `sign_up` refuses values that cannot be stored as they are, and malformed addresses.
pub async fn sign_up_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the same limits as the three calls, before any of them.
    let before = h.snapshot().await;
    let table: [Spoil<SignUp<NewUser>>; 8] = [
        (Field::Name, |s| {
            s.user.name = Some(sample::too_long_short());
        }),
        (Field::Email, |s| {
            s.user.email = Some("no address".to_owned());
        }),
        (Field::Email, |s| {
            s.user.email = Some("a@b@example.com".to_owned());
        }),
        (Field::ProviderAccountId, |s| {
            s.account.provider_account_id.clear();
        }),
        (Field::Scope, |s| {
            s.account.tokens.scope = Some(sample::too_long_text());
        }),
        (Field::SessionToken, |s| {
            s.session.session_token = "token\0".into();
        }),
        (Field::Expires, |s| {
            s.session.expires = sample::before_1970();
        }),
        (Field::Expires, |s| s.session.expires = sample::year_10000()),
    ];

    for (field, spoil) in table {
        let mut sign_up = sample_sign_up("ada-token");
        spoil(&mut sign_up);
        let result = h.store().sign_up(typed::<H>(sign_up)).await;
        check::invalid(Operation::SignUp, field, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `sign_up` calls of one person, one succeeds and the others leave nothing.
pub async fn sign_up_succeeds_for_one_caller<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: a double click on "sign in with ..." is the usual cause of twins.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let email = format!("ada-{round}@example.com");

        let answers = rounds.release(|caller| {
            let mut sign_up = sample_sign_up(&format!("token {round} of {caller}"));
            sign_up.user.email = Some(email.clone());
            sign_up.account.provider_account_id = format!("account {round}");
            h.store().sign_up(typed::<H>(sign_up))
        });

        let after = h.snapshot().await;
        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::Email);
        check::losers(Operation::SignUp, conflict, answers);
        assert_eq!(after.users.len(), round, "the number of users");
        assert_eq!(after.accounts.len(), round, "the number of accounts");
        assert_eq!(after.sessions.len(), round, "the number of sessions");
    }
}

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
    assert!(!created, "a known user was reported as created");
    assert_eq!(session.user_id, expected.id, "the user of the session");
    check::same("the returned user", &user, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected, grace]);
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
        for caller in 0..crate::race::CALLERS {
            given::link(h, link_of(round, caller)).await;
        }

        let answers = rounds.release(|caller| {
            let link = link_of(round, caller);
            h.store().sign_in_with_email(SignInWithEmail {
                identifier: link.identifier,
                token: link.token,
                email: email.clone(),
                session: sample::sign_in_session(&format!("token {round} of {caller}")),
            })
        });

        let answers = answers.into_iter().map(Result::unwrap);
        let created = answers.filter(|answer| signed_in_created(answer) == Some(true));
        assert_eq!(created.count(), 1, "how many created the user");
        let after = h.snapshot().await;
        let callers = crate::race::CALLERS;
        assert_eq!(after.users.len(), round, "the number of users");
        assert_eq!(
            after.sessions.len(),
            round * callers,
            "the number of sessions"
        );
    }
}

type NewUserOf<H> = <<H as Harness>::Store as Adapter>::NewUser;
type UserOf<H> = <<H as Harness>::Store as Adapter>::User;
type SessionOf<H> = <<H as Harness>::Store as Adapter>::Session;

fn sample_sign_up(session_token: &str) -> SignUp<NewUser> {
    SignUp {
        user: sample::ada(),
        account: sample::provider_account(),
        session: sample::sign_in_session(session_token),
    }
}

/// The same sign-up with the user in the form that the store takes.
fn typed<H: Harness>(sign_up: SignUp<NewUser>) -> SignUp<NewUserOf<H>> {
    SignUp {
        user: sign_up.user.into(),
        account: sign_up.account,
        session: sign_up.session,
    }
}

fn ada_signs_up<H: Harness>(session_token: &str) -> SignUp<NewUserOf<H>> {
    typed::<H>(sample_sign_up(session_token))
}

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
