//! Rows that Auth.js or a person wrote and no calendar type holds: read without a panic.

mod mariadb;
mod postgres;
mod sqlite;
