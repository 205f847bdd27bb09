//! The migrations on SQLite, in databases in memory.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod columns;
mod database;
mod dates;
mod existing;
mod going_back;
mod up;
