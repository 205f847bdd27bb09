//! From a URL or the environment to a pool.

mod error;
mod guard;
mod options;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub(crate) use self::guard::ReleaseGuard;
pub use self::{error::ConnectError, options::ConnectOptions, pool::Pool};
