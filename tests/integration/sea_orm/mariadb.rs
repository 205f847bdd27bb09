//! On MariaDB.

mod adoption;
mod conflicts;
mod corrupted;
mod deadline;
mod facts;
mod fidelity;
mod indexes;
mod panics;
mod pool;
mod regressions;
mod retry;
mod statements;
mod transaction;
mod verify;
