//! What applications need beside what Auth.js asks: each capability is a trait of its own.

mod accounts;
mod authenticators;
mod batch_lookup;
mod housekeeping;
mod session_admin;
mod sign_in;

pub use self::{
    accounts::Accounts,
    authenticators::Authenticators,
    batch_lookup::BatchLookup,
    housekeeping::{Housekeeping, Purged, VERIFICATION_TOKEN_GRACE},
    session_admin::SessionAdmin,
    sign_in::{EmailSignIn, SignIn, SignInSession, SignInWithEmail, SignUp, SignedUp},
};
