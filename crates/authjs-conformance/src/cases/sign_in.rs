//! Whole sign-ins, all or nothing.

pub(crate) mod sign_in_with_email;
pub(crate) mod sign_up;
