//! What reaches a server or a driver: statements, round trips, SQL texts and their plans.

mod plans;
mod proxied;
mod snapshot;
mod suite;
mod texts;
mod traced;
mod watch;

pub(crate) use self::snapshot::assert_known;
pub(crate) use self::watch::{Seen, Watch, Watched};
