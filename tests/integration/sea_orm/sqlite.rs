//! On SQLite.

mod conflicts;
mod facts;
mod guard;
mod pool;
mod statements;
mod transaction;
