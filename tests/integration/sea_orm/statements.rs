//! What each operation costs, in statements: the numbers of `docs/parity.md`.

mod impossible;
mod meter;
mod parity;

pub(super) use self::impossible::ask_for_the_impossible;
pub(super) use self::meter::{Measured, Meter};

/// What an operation costs on a database with all constraints.
pub(super) struct Cost {
    pub(super) operation: &'static str,
    pub(super) postgres: u64,
    pub(super) sqlite: u64,
}

const fn cost(operation: &'static str, postgres: u64, sqlite: u64) -> Cost {
    Cost {
        operation,
        postgres,
        sqlite,
    }
}

/// In the order in which [`Meter::all`] runs them. What stands in brackets is a case of the
/// operation before it; session tokens are stored raw in all cases but `standalone`.
pub(super) const COSTS: [Cost; 40] = [
    cost("create_user", 1, 1),
    cost("get_user", 1, 1),
    cost("get_user_by_email", 1, 1),
    cost("update_user", 1, 1),
    cost("update_user (nothing set)", 1, 1),
    cost("link_account", 1, 1),
    cost("get_user_by_account", 1, 1),
    cost("get_account", 1, 1),
    cost("list_accounts", 1, 1),
    cost("upsert_account", 1, 1),
    cost("upsert_account (new)", 1, 1),
    cost("update_account_tokens", 1, 1),
    cost("unlink_account", 1, 1),
    cost("create_session", 1, 1),
    cost("get_session_and_user", 1, 1),
    cost("get_session_and_user (unknown)", 1, 1),
    cost("get_sessions_and_users", 1, 1),
    cost("update_session", 1, 1),
    cost("update_session (unknown)", 1, 1),
    cost("touch_session", 1, 1),
    cost("touch_session (unknown)", 1, 1),
    cost("list_sessions", 1, 1),
    cost("revoke", 1, 2),
    cost("revoke (standalone)", 1, 1),
    cost("revoke_all", 1, 1),
    cost("delete_session", 1, 1),
    cost("create_authenticator", 1, 1),
    cost("get_authenticator", 1, 1),
    cost("list_authenticators_by_user_id", 1, 1),
    cost("update_authenticator_counter", 1, 1),
    cost("create_verification_token", 1, 1),
    cost("use_verification_token", 1, 1),
    cost("sign_in_with_email (unknown)", 1, 3),
    cost("sign_in_with_email (expired)", 1, 3),
    cost("sign_in_with_email (new)", 1, 5),
    cost("sign_in_with_email", 1, 5),
    cost("delete_user", 1, 1),
    cost("sign_up", 1, 5),
    cost("sign_up (conflict)", 1, 3),
    cost("purge_expired", 2, 2),
];

/// The operations with what each should cost on one backend, as [`Meter::all`] measures it.
pub(super) fn expected(backend: fn(&Cost) -> u64) -> Vec<(&'static str, u64)> {
    COSTS
        .iter()
        .map(|cost| (cost.operation, backend(cost)))
        .collect()
}
