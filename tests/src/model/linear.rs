//! Concurrent histories of one row, checked for linearizability.
//!
//! Clients call a store at once, each call with its begin and its end in one history. The store
//! is right if there is an order of the calls, in which none comes before one that had ended
//! when it began, and in which the answers are those of the specification. A call without an
//! answer (its future was dropped, or the outcome is unknown) takes effect at any later time, or
//! never.

mod calls;
mod check;
mod dice;
mod history;
mod mutant;
mod round;
mod row;
mod seen;

#[cfg(test)]
mod tests;

pub use self::{
    calls::{Calls, Sessions, Tokens},
    history::{End, Event, History},
    mutant::{BringsBack, FindsThenDeletes, ReadsThenWrites},
    round::{Faults, Rounds, Violation, linearizable},
    row::{Answer, Request, Row},
    seen::Overlap,
};
