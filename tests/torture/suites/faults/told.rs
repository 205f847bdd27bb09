//! Faults that a server is told to have.

use authjs_tests::{
    Closed, Locked, MariadbDatabase, PostgresDatabase, Queued, ReadOnly, Retyped, Terminated,
};

use super::Job;

const TERMINATED: [&str; 3] = ["F6", "terminated", "connections are ended again and again"];
const LOCKED: [&str; 3] = ["F19", "locked", "every table is locked"];
const QUEUED: [&str; 3] = ["F19", "queued", "somebody waits to change a table"];
const RETYPED: [&str; 3] = ["F21", "retyped", "columns change their type"];
const CLOSED: [&str; 3] = ["F15", "closed", "the database takes no connection"];
const READ_ONLY: [&str; 3] = ["F25", "read-only", "the database takes no writes"];

pub(super) fn postgres() -> Vec<Job<PostgresDatabase>> {
    vec![
        Job::new(TERMINATED, Terminated),
        Job::new(CLOSED, Closed),
        Job::new(LOCKED, Locked).beyond_the_deadline(),
        Job::new(RETYPED, Retyped).unnoticed(),
        Job::new(READ_ONLY, ReadOnly),
    ]
}

pub(super) fn mariadb() -> Vec<Job<MariadbDatabase>> {
    vec![
        Job::new(TERMINATED, Terminated),
        Job::new(LOCKED, Locked).beyond_the_deadline(),
        Job::new(QUEUED, Queued).beyond_the_deadline(),
        Job::new(RETYPED, Retyped).unnoticed(),
    ]
}
