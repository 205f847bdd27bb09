//! Sessions.

pub(crate) mod create_session;
pub(crate) mod delete_session;
pub(crate) mod get_session_and_user;
pub(crate) mod update_session;
