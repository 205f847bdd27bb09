//! What each operation costs, in statements: the numbers of `docs/parity.md`.

mod everything;
pub(super) mod impossible;
mod meter;
mod parity;

pub(super) use self::everything::texts_without_constraints;
pub(super) use self::impossible::ask_for_the_impossible;
pub(super) use self::meter::{Measured, Meter};
pub(super) use self::parity::{documented_round_trips, measured_round_trips};

/// What an operation costs on a database with all constraints.
pub(super) struct Cost {
    pub(super) operation: &'static str,
    pub(super) postgres: u64,
    pub(super) sqlite: u64,
    pub(super) mariadb: u64,
}

const fn cost(operation: &'static str, postgres: u64, sqlite: u64, mariadb: u64) -> Cost {
    Cost {
        operation,
        postgres,
        sqlite,
        mariadb,
    }
}

/// In the order in which [`Meter::all`] runs them. What stands in brackets is a case of the
/// operation before it; session tokens are stored raw in all cases but `standalone`.
pub(super) const COSTS: [Cost; 40] = [
    cost("create_user", 1, 1, 1),
    cost("get_user", 1, 1, 1),
    cost("get_user_by_email", 1, 1, 1),
    cost("update_user", 1, 1, 2),
    cost("update_user (nothing set)", 1, 1, 1),
    cost("link_account", 1, 1, 1),
    cost("get_user_by_account", 1, 1, 1),
    cost("get_account", 1, 1, 1),
    cost("list_accounts", 1, 1, 1),
    cost("upsert_account", 1, 1, 1),
    cost("upsert_account (new)", 1, 1, 1),
    cost("update_account_tokens", 1, 1, 2),
    cost("unlink_account", 1, 1, 1),
    cost("create_session", 1, 1, 1),
    cost("get_session_and_user", 1, 1, 1),
    cost("get_session_and_user (unknown)", 1, 1, 1),
    cost("get_sessions_and_users", 1, 1, 1),
    cost("update_session", 1, 1, 2),
    cost("update_session (unknown)", 1, 1, 1),
    cost("touch_session", 1, 1, 2),
    cost("touch_session (unknown)", 1, 1, 1),
    cost("list_sessions", 1, 1, 1),
    cost("revoke", 1, 2, 1),
    cost("revoke (standalone)", 1, 1, 1),
    cost("revoke_all", 1, 1, 1),
    cost("delete_session", 1, 1, 1),
    cost("create_authenticator", 1, 1, 1),
    cost("get_authenticator", 1, 1, 1),
    cost("list_authenticators_by_user_id", 1, 1, 1),
    cost("update_authenticator_counter", 1, 1, 2),
    cost("create_verification_token", 1, 1, 1),
    cost("use_verification_token", 1, 1, 1),
    cost("sign_in_with_email (unknown)", 1, 3, 3),
    cost("sign_in_with_email (expired)", 1, 3, 3),
    cost("sign_in_with_email (new)", 1, 5, 5),
    cost("sign_in_with_email", 1, 5, 5),
    cost("delete_user", 1, 1, 1),
    cost("sign_up", 1, 5, 5),
    cost("sign_up (conflict)", 1, 3, 3),
    cost("purge_expired", 2, 2, 2),
];

/// What belongs to an operation.
type Each<T> = Vec<(&'static str, T)>;

/// The statements that each operation should cost on one backend, as [`Meter::all`] measures it.
pub(super) fn promised(backend: fn(&Cost) -> u64) -> Each<u64> {
    let each = COSTS.iter();
    each.map(|cost| (cost.operation, backend(cost))).collect()
}

/// The statements that the adapter counted.
pub(super) fn sent(measured: &[Measured]) -> Each<u64> {
    let each = measured.iter();
    each.map(|one| (one.operation, one.sent)).collect()
}

/// The statements that were seen outside of the adapter.
pub(super) fn seen(measured: &[Measured]) -> Each<u64> {
    let each = measured.iter();
    each.map(|one| (one.operation, one.seen.statements))
        .collect()
}

/// The operations that wait for the server more often than they have statements.
pub(super) fn waiting_too_often(measured: &[Measured]) -> Vec<&Measured> {
    let waits_too_often = |one: &&Measured| one.seen.round_trips.len() as u64 > one.sent;
    measured.iter().filter(waits_too_often).collect()
}
