//! Passkeys.

pub(crate) mod create_authenticator;
pub(crate) mod delete_user;
pub(crate) mod get_authenticator;
pub(crate) mod list_authenticators_by_user_id;
pub(crate) mod update_authenticator_counter;
