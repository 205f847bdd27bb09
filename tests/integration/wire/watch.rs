//! Somebody who sees what an adapter sends, outside of it.

use std::collections::BTreeSet;

use authjs_adapter::async_trait;
use authjs_sea_orm::Pool;
use authjs_tests::TestDatabase;

/// A database whose statements can be watched.
#[async_trait]
pub(crate) trait Watched: TestDatabase {
    type Watch: Watch;

    /// What its files are called.
    const NAME: &'static str;
    /// How many of its databases the suite is run on at once.
    const AT_ONCE: usize;

    /// A pool of so many connections, and who watches them.
    async fn watched(&self, connections: u32) -> (Pool, Self::Watch);

    /// Removes all rows.
    async fn clear(&self);
}

#[async_trait]
pub(crate) trait Watch: Send + Sync {
    /// What was seen since the last call, once the one connection is back in its pool.
    async fn end(&self) -> Seen;

    /// The distinct SQL texts since it watches.
    fn texts(&self) -> BTreeSet<String>;
}

/// What an operation sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// BEGIN and COMMIT count.
    pub(crate) statements: u64,
    /// The messages of each round trip that the caller waits for; nothing without a wire.
    pub(crate) round_trips: Vec<Vec<&'static str>>,
}
