//! On PostgreSQL.

mod adoption;
mod conflicts;
mod deadline;
mod facts;
mod guard;
mod pool;
mod proxy;
mod regressions;
mod statements;
mod transaction;
