//! Removing what has expired.

pub(crate) mod purge_expired;
