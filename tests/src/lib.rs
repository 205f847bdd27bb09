//! A database per test, looks past the adapter, and the harnesses of the conformance suite.
//!
//! What goes wrong here fails the test that asked for it: there is no error to handle.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "what goes wrong in a test database fails the test"
)]

mod harness;
mod postgres;
mod snapshot;
mod sqlite;

pub use self::{
    harness::{Mode, SeaOrmHarness, Shared, Standalone, TestDatabase},
    postgres::PostgresDatabase,
    snapshot::{snapshot_postgres, snapshot_sqlite},
    sqlite::SqliteDatabase,
};

/// The examples of the documents are compiled, and run where they need no server.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}

    #[doc = include_str!("../../docs/guides/sea-orm-application.md")]
    mod sea_orm_application {}
}
