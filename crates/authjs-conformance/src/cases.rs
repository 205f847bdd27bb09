//! The proof, in the order of the contract: one file per model, one function per behaviour.

pub(crate) mod account_tokens;
pub(crate) mod accounts;
pub(crate) mod authenticators;
pub(crate) mod batch_lookup;
pub(crate) mod housekeeping;
pub(crate) mod session_admin;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod users;
pub(crate) mod verification_tokens;
