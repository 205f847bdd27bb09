//! Faults that a server can be told to have, without privileges over its machine.

mod mariadb;
mod postgres;

use std::time::Duration;

pub(super) use self::mariadb::{end_all as end_all_mariadb, read_only as read_only_mariadb};
pub(super) use self::postgres::{backends, end_all as end_all_postgres};

/// Between two blows.
const PAUSE: Duration = Duration::from_millis(60);

/// The server ends every other connection to the database, again and again.
#[derive(Clone, Copy, Debug)]
pub struct Terminated;

/// The server takes no writes, as a standby does, and ends the connections that it had before.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// Somebody holds a lock on every table.
#[derive(Clone, Copy, Debug)]
pub struct Locked;

/// Somebody waits to change a table, which another transaction has read: whoever comes later
/// stands behind the one who waits.
#[derive(Clone, Copy, Debug)]
pub struct Queued;

/// Columns get other types under the prepared statements, again and again.
#[derive(Clone, Copy, Debug)]
pub struct Retyped;

/// The server takes no new connection to the database and ends the old ones.
#[derive(Clone, Copy, Debug)]
pub struct Closed;
