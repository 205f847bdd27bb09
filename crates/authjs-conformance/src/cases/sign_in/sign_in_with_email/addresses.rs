//! The cases of `sign_in_with_email` about whose address it is.

use authjs_adapter::{Adapter as _, Patch, SignIn, SignInWithEmail, User, UserPatch};

use super::signed_in;
use crate::{Harness, check, given, sample};

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

/// `sign_in_with_email` does not verify, or sign in, a person who had the address and has another.
pub async fn sign_in_with_email_verifies_nobody_whose_address_changed<H>(h: &H)
where
    H: Harness,
    H::Store: SignIn,
{
    // Rust-specific: an address is proven by a mail to it, not by one to the address before.
    let ada = given::ada(h).await;
    given::link(h, sample::link()).await;
    let moved = UserPatch {
        email: Patch::Set("ada@example.org".to_owned()),
        email_verified: Patch::Clear,
        ..UserPatch::default()
    };
    h.store().update_user(&ada.id, moved).await.unwrap();

    let click = sample::click("new-token");
    let answer = h.store().sign_in_with_email(click).await.unwrap();

    let (user, session, created) = signed_in::<H>(answer);
    let moved = User {
        email: Some("ada@example.org".to_owned()),
        email_verified: None,
        ..ada
    };
    assert!(created, "who has the address now was not created");
    assert_ne!(user.id, moved.id, "the person who is signed in");
    assert_eq!(session.user_id, user.id, "the user of the session");
    check::same("users", &h.snapshot().await.users, &vec![moved, user]);
}
