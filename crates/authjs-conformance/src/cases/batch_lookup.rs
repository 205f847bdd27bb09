//! Many "who is this?" in one statement.

pub(crate) mod get_sessions_and_users;
