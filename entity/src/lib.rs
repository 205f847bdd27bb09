#![doc = include_str!("../README.md")]
//!
//! # The tables
//!
#![doc = "```mermaid"]
#![doc = include_str!("generated/entities.mermaid")]
#![doc = "```"]

#[expect(missing_docs, reason = "written by sea-orm-cli")]
pub mod generated;

pub use sea_orm;

pub use self::generated::{accounts, authenticators, prelude, sessions, users, verification_token};
