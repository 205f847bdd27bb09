//! The harnesses of the conformance suite, and what races, faults and histories are made of.
//!
//! What goes wrong here fails the test that asked for it: there is no error to handle.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "what goes wrong in a test database fails the test"
)]

mod canary;
mod corpus;
mod faults;
mod harness;
pub mod model;
mod original;
mod pgbouncer;
mod polls;
mod proxy;
mod races;
mod report;
mod sql_mutants;

pub use authjs_test_databases::{
    MariadbDatabase, PostgresDatabase, SqliteDatabase, TestDatabase, snapshot_mysql,
    snapshot_postgres, snapshot_sqlite,
};

pub use self::{
    canary::{Capture, MARKER, canary},
    corpus::{
        HostileEmail, HostileTime, Named, hostile_batch_sizes, hostile_counters, hostile_emails,
        hostile_epochs, hostile_ids, hostile_limits, hostile_texts, hostile_times,
    },
    faults::{
        Closed, Crashed, CrashedBackend, CrashedPooler, Crowded, Cuts, Drops, FaultCourse,
        FaultScene, FaultTally, Frozen, FrozenBackends, Hosted, Injection, KilledClients, Locked,
        PooledDatabase, Queued, ReadOnly, ReadOnlyServer, Restarted, Retyped, Terminated, Wire,
        held_after, sign_up_until_killed,
    },
    harness::{
        AfterError, Commits, EachInTransaction, InTransactionHarness, Mode, RollsBack,
        SeaOrmHarness, Shared, Standalone,
    },
    original::{Finding, OUTAGE, closed_port, try_original},
    pgbouncer::PgBouncer,
    polls::at_most,
    proxy::{
        Direction, Exchange, Fault, Flow, Message, Networked, Protocol, Proxy, Traffic, Upstream,
        exchanges,
    },
    races::{
        Course, Facts, Isolation, RACES, Race, RaceDatabase, Reply, Scene, Setting, Tally,
        URL_VARIABLE, Verdict, Way, race, serve_race, winners,
    },
    report::{Report, Row},
    sql_mutants::{MutantDatabase, MutantRun, run_sql_mutants},
};

/// The examples of the documents are compiled, and run where they need no server.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}

    #[doc = include_str!("../../docs/guides/sea-orm-application.md")]
    mod sea_orm_application {}
}
