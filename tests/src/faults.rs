//! What the adapter answers while its database fails, and what is stored afterwards.
//!
//! Some workers live the lives of sessions, magic links and people, one after the other, each
//! with keys of its own, so that every answer can be judged: what was acknowledged must be there,
//! what was refused must not, and what ended with an unknown outcome may be either, but whole.
//! Meanwhile an [`Injection`] makes the database fail for a while.

mod clients;
mod course;
mod cuts;
mod drops;
mod hosted;
mod injection;
mod ledger;
mod lives;
mod machine;
mod notes;
mod operations;
mod people;
mod permits;
mod picture;
mod pooler;
mod server;
mod tally;

pub use self::{
    clients::{KilledClients, sign_up_until_killed},
    course::FaultCourse,
    cuts::Cuts,
    drops::Drops,
    hosted::Hosted,
    injection::{FaultScene, Injection, Wire},
    machine::{
        Crashed, CrashedBackend, Crowded, Frozen, FrozenBackends, ReadOnlyServer, Restarted,
    },
    permits::held_after,
    pooler::{CrashedPooler, PooledDatabase},
    server::{Closed, Locked, Queued, ReadOnly, Retyped, Terminated},
    tally::FaultTally,
};
