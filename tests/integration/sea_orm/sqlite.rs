//! On SQLite.

mod conflicts;
mod facts;
mod guard;
mod pool;
mod regressions;
mod statements;
mod transaction;
