//! The cases of `sign_up`.

use authjs_adapter::{Adapter, ErrorKind, Field, NewUser, Operation, SignIn, SignUp, Unique};
use chrono::TimeDelta;

use crate::race::Rounds;
use crate::sample::{GITHUB_42, Spoil};
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
    assert_eq!(signed_up.account.r#type, "oauth", "the type");
    assert_eq!(signed_up.account.key(), GITHUB_42, "the key");
    check::same("the tokens", &signed_up.account.tokens, &sample::tokens());
    check::same("users", &after.users, &vec![user]);
    check::same("accounts", &after.accounts, &vec![signed_up.account]);
    check::same(
        "the session",
        &session,
        &Some(check::session(&signed_up.session)),
    );
}

/// `sign_up` makes the address lower case, before it compares and stores it.
pub async fn sign_up_normalises_the_address<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: core lower-cases the address of an OAuth profile before the adapter.
    let mut sign_up = sample_sign_up("ada-token");
    sign_up.user.email = Some("Ada@Example.COM".to_owned());

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

/// `sign_up` never makes the address of a profile that of somebody else.
pub async fn sign_up_gives_nobody_the_address_of_another<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the rule for links cuts a domain at its comma. Core does not apply it to
    // profiles, whose addresses a provider may hand on unproven.
    let address = "ada@example.com,mallory.example";
    let mut sign_up = sample_sign_up("mallory-token");
    sign_up.user.email = Some(address.to_owned());

    let result = h.store().sign_up(typed::<H>(sign_up)).await;

    let stored = h.snapshot().await.users;
    let stored: Vec<_> = stored.iter().map(|user| user.email.as_deref()).collect();
    match result {
        Ok(_) => assert_eq!(stored, [Some(address)], "the stored address"),
        Err(error) => {
            let kind = ErrorKind::InvalidInput {
                field: Field::Email,
            };
            assert_eq!(error.kind(), kind, "the refusal");
            assert_eq!(stored, [None; 0], "what is stored after a refusal");
        }
    }
}

/// `sign_up` cuts both of its times to milliseconds before it stores and returns them.
pub async fn sign_up_cuts_the_times_to_milliseconds<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: it has statements of its own, beside those of the three calls.
    let mut sign_up = sample_sign_up("ada-token");
    sign_up.user.email_verified = Some(sample::fine_time());
    sign_up.session.expires = sample::fine_time();

    let signed_up = h.store().sign_up(typed::<H>(sign_up)).await.unwrap();

    let user = check::user(&signed_up.user);
    let session = check::session(&signed_up.session);
    let stored_user = given::stored_user(h, &user.id).await;
    let stored_session = given::stored_session(h, &"ada-token".into()).await;
    assert_eq!(user.email_verified, Some(sample::cut_time()), "returned");
    assert_eq!(session.expires, sample::cut_time(), "the returned end");
    check::same("the stored user", &stored_user, &Some(user));
    check::same("the stored session", &stored_session, &Some(session));
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

/// `sign_up` refuses values that cannot be stored as they are.
pub async fn sign_up_refuses_what_cannot_be_stored<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: the same limits as the three calls, before any of them, and before whether
    // anything is taken.
    given::two_people(h).await;
    let before = h.snapshot().await;
    let table: [Spoil<SignUp<NewUser>>; 8] = [
        (Field::Name, |s| {
            s.user.name = Some(sample::too_long_short());
        }),
        (Field::Email, |s| {
            s.user.email = Some("ada\0@example.com".to_owned());
        }),
        (Field::Email, |s| {
            s.user.email = Some(sample::too_long_short());
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

    let mut free = sample_sign_up("eve-token");
    free.user.email = Some("eve@example.com".to_owned());
    free.account.provider_account_id = String::from("99");
    for sign_up in [free, sample_sign_up("ada-token")] {
        for (field, spoil) in table {
            let mut sign_up = sign_up.clone();
            spoil(&mut sign_up);
            let result = h.store().sign_up(typed::<H>(sign_up)).await;
            check::invalid(Operation::SignUp, field, result);
        }
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

/// `sign_up` stores a session that has ended already.
pub async fn sign_up_looks_at_no_expiry<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: as `create_session`.
    let mut sign_up = sample_sign_up("ada-token");
    sign_up.session.expires = start() - TimeDelta::days(1);

    h.store().sign_up(typed::<H>(sign_up)).await.unwrap();

    let stored = given::stored_session(h, &"ada-token".into()).await;
    let ended = start() - TimeDelta::days(1);
    assert_eq!(stored.unwrap().expires, ended, "the stored end");
}

/// Of simultaneous `sign_up` calls of several people with one account, one succeeds and the
/// others leave nothing.
pub async fn sign_up_gives_an_account_to_one_of_simultaneous_people<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: in three calls, fifteen people would be users without an account.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let answers = rounds.release(|caller| {
            let mut sign_up = sample_sign_up(&format!("token {round} of {caller}"));
            sign_up.user.email = Some(format!("ada-{round}-{caller}@example.com"));
            sign_up.account.provider_account_id = format!("account {round}");
            h.store().sign_up(typed::<H>(sign_up))
        });

        let after = h.snapshot().await;
        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::Account);
        check::losers(Operation::SignUp, conflict, answers);
        assert_eq!(after.users.len(), round, "the number of users");
        assert_eq!(after.accounts.len(), round, "the number of accounts");
        assert_eq!(after.sessions.len(), round, "the number of sessions");
    }
}

type NewUserOf<H> = <<H as Harness>::Store as Adapter>::NewUser;

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
