//! On SQLite.

mod busy;
mod conflicts;
mod detached;
mod facts;
mod pool;
mod regressions;
mod statements;
mod transaction;
mod verify;
