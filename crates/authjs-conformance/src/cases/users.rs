//! Users.

pub(crate) mod create_user;
pub(crate) mod delete_user;
pub(crate) mod get_user;
pub(crate) mod get_user_by_account;
pub(crate) mod get_user_by_email;
pub(crate) mod update_user;
