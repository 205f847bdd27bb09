//! Everything that needs a database, in one binary.
//!
//! A test that needs a server has the name of its backend as a segment of its path:
//! `cargo xtask test --db sqlite` leaves the others out by these names.
#![expect(clippy::expect_used, reason = "what goes wrong in a test fails it")]

mod conformance;
mod connect;
mod docs;
mod faults;
mod hostile;
mod live_fixture;
mod migrations;
mod model;
mod poisoned_rows;
mod races;
mod rig;
mod sea_orm;
mod secrecy;
mod wire;
