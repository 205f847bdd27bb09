//! Rows that Auth.js or a person wrote and no calendar type holds: read without a panic.

mod postgres;
mod sqlite;
