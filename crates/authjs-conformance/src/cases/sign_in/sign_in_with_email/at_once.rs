//! The cases of `sign_in_with_email` with many callers at once.

use authjs_adapter::{
    Adapter as _, EmailSignIn, ErrorKind, NewUser, SignIn, SignInWithEmail, Unique,
    VerificationToken,
};

use crate::race::{CALLERS, Rounds};
use crate::{Harness, given, sample};

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
