//! Linked accounts.

pub(crate) mod get_account;
pub(crate) mod link_account;
pub(crate) mod unlink_account;
