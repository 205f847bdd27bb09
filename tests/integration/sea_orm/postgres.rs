//! On PostgreSQL.

mod adoption;
mod conflicts;
mod corrupted;
mod crowd;
mod deadline;
mod ended;
mod facts;
mod places;
mod pool;
mod pooler;
mod purge;
mod regressions;
mod retry;
mod statements;
mod transaction;
mod verify;
