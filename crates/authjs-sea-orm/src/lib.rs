#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
compile_error!(
    "authjs-sea-orm needs a database: turn on the feature `postgres`, `mysql` or `sqlite`"
);

mod accounts;
mod adapter;
mod authenticators;
mod batch_lookup;
mod bound;
mod change;
mod connect;
mod connection;
mod contract;
mod dialect;
mod facts;
mod failure;
mod housekeeping;
mod id;
mod key;
mod linked_accounts;
mod plan;
mod row;
mod run;
mod session_admin;
mod sessions;
mod sign_in;
mod sql;
mod users;
mod verification_tokens;
mod verify;

pub use authjs_entity as entity;
pub use sea_orm;

#[doc(inline)]
pub use authjs_adapter::*;

pub use self::{
    adapter::{InTransaction, Link, SeaOrmAdapter},
    connect::{ConnectError, ConnectOptions, Pool},
    facts::SchemaFacts,
    run::EmailLookup,
    verify::{Finding, FindingKind, Unfit, verify},
};
