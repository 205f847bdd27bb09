//! The conformance suite for a store that it knows only as a trait object.
//!
//! `cargo xtask mutants` builds the adapter once for each change to its code. What is built here
//! does not know the adapter, so that the cases are built once for all changes.
#![expect(
    clippy::print_stdout,
    reason = "for a program for a person; what goes wrong in it ends it"
)]

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use authjs_adapter::{DynStore, ManualClock, SessionToken, Snapshot, async_trait};
use authjs_conformance::{Case, Harness, cases};
use authjs_test_databases::TestDatabase;
use tokio::task::JoinSet;

/// So many cases at a time: few enough for a server that others use too.
const WORKERS: usize = 8;

/// A store that is looked at through the contract and past it.
pub struct Subject {
    // Dropped before the database that it is connected to.
    store: Arc<DynStore>,
    clock: ManualClock,
    keeps_hashes: bool,
    rows: Box<dyn Rows>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}

impl Subject {
    /// A store on this database.
    pub fn new(store: Arc<DynStore>, clock: ManualClock, database: impl TestDatabase) -> Self {
        Self {
            store,
            clock,
            keeps_hashes: false,
            rows: Box::new(database),
        }
    }

    /// The same for a store that keeps hashes of session tokens.
    #[must_use]
    pub fn with_hashes(mut self) -> Self {
        self.keeps_hashes = true;
        self
    }
}

/// A test database without its name.
#[async_trait]
trait Rows: Send + Sync {
    async fn snapshot(&self) -> Snapshot;
}

#[async_trait]
impl<D: TestDatabase> Rows for D {
    async fn snapshot(&self) -> Snapshot {
        TestDatabase::snapshot(self).await
    }
}

#[async_trait]
impl Harness for Subject {
    type Store = Arc<DynStore>;

    async fn fresh() -> Self {
        unreachable!("the program makes the subjects")
    }

    fn store(&self) -> &Arc<DynStore> {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    async fn snapshot(&self) -> Snapshot {
        self.rows.snapshot().await
    }

    fn stored_token(&self, token: &SessionToken) -> String {
        if self.keeps_hashes {
            token.handle().as_str().to_owned()
        } else {
            token.expose().to_owned()
        }
    }
}

/// Not generic, so that it is built here.
fn all() -> Vec<Case<Subject>> {
    cases()
}

/// True if every case passes on a fresh subject. The first that fails ends it.
pub async fn passes<F>(name: &str, fresh: fn() -> F) -> bool
where
    F: Future<Output = Subject> + Send + 'static,
{
    let began = Instant::now();
    let mut left = all().into_iter();
    let mut running = JoinSet::new();
    let mut passed = 0;
    loop {
        while running.len() < WORKERS
            && let Some(case) = left.next()
        {
            running.spawn(async move { case.run(&fresh().await).await });
        }
        match running.join_next().await {
            Some(Ok(())) => passed += 1,
            Some(Err(_)) => {
                println!("{name}: a case failed after {passed} had passed");
                return false;
            }
            None => break,
        }
    }
    println!("{name}: {passed} cases passed in {:?}", began.elapsed());
    true
}
