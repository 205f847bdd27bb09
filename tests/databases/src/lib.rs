//! A database per test, and looks past the adapter.
//!
//! It does not know the adapter, so that a change there does not build it again:
//! `cargo xtask mutants` makes hundreds.
//!
//! What goes wrong here fails the test that asked for it: there is no error to handle.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "what goes wrong in a test database fails the test"
)]

mod database;
mod mariadb;
mod postgres;
mod server;
mod snapshot;
mod sqlite;

pub use self::{
    database::TestDatabase,
    mariadb::MariadbDatabase,
    postgres::PostgresDatabase,
    snapshot::{snapshot_mysql, snapshot_postgres, snapshot_sqlite},
    sqlite::SqliteDatabase,
};
