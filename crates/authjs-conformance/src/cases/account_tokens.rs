//! Accounts as a capability: lists, and tokens that are kept fresh.

pub(crate) mod delete_user;
pub(crate) mod list_accounts;
pub(crate) mod update_account_tokens;
pub(crate) mod upsert_account;
