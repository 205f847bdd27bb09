//! The migrations on a server; those on SQLite are tested in their own crate.

mod mariadb;
mod postgres;
