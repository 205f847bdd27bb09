//! From a URL or the environment to a pool.

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod address;
mod breaker;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod connections;
mod error;
mod generations;
mod guard;
mod ledger;
#[cfg(feature = "mysql")]
mod mysql;
mod numbers;
mod options;
mod pool;
#[cfg(feature = "postgres")]
mod pooler;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod replacements;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod watchdog;
mod writes;

pub(crate) use self::{breaker::Leave, guard::ReleaseGuard, ledger::Ledger, writes::Place};
pub use self::{error::ConnectError, options::ConnectOptions, pool::Pool};
