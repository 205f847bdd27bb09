//! The cancellation sweep: each write is dropped by its caller at every poll, and ends as if the
//! caller were there.

use std::collections::BTreeSet;
use std::time::Duration;

use authjs_adapter::ManualClock;
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use tokio::time::Instant;

use super::held_after;
use super::operations::{Rows, WRITES, Write};
use super::picture::picture;
use crate::TestDatabase;
use crate::polls::at_most;

/// More polls than any write takes.
const POLLS: usize = 100;
/// Far more than a write takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a sweep saw.
#[derive(Clone, Debug, Default)]
pub struct Drops {
    /// Tries, those that ended before they were dropped included.
    pub tried: u64,
    /// Tries that were dropped.
    pub dropped: u64,
    /// What was not done, or half, in words.
    pub violations: Vec<String>,
}

impl Drops {
    /// Drops every write at each of its polls.
    pub async fn sweep<D: TestDatabase>() -> Self {
        let database = D::migrated().await;
        let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
        let pool = Pool::connect(options.max_connections(4))
            .await
            .expect("the database is there");
        let sweep = Sweep {
            store: SeaOrmAdapter::shared_with_authjs(&pool).with_clock(ManualClock::new(start())),
            database,
        };
        let mut seen = Self::default();
        let mut number = 0;
        for write in WRITES {
            sweep.write(*write, &mut number, &mut seen).await;
        }
        let held = held_after(&pool, PATIENCE).await;
        if held > 0 {
            seen.violations
                .push(format!("{held} permits were still held"));
        }
        seen
    }
}

struct Sweep<D> {
    store: SeaOrmAdapter,
    database: D,
}

impl<D: TestDatabase> Sweep<D> {
    async fn write(&self, write: &dyn Write, number: &mut usize, seen: &mut Drops) {
        let rows = self.rows(number).await;
        write
            .run(&self.store, &rows)
            .await
            .expect("nothing is dropped");
        let after = self.picture(&rows).await;
        for polls in 1..POLLS {
            let rows = self.rows(number).await;
            let is_done = at_most(polls, write.run(&self.store, &rows))
                .await
                .is_some();
            seen.tried += 1;
            if !self.becomes(&rows, &after).await {
                let what = format!("{} dropped at poll {polls} was not done", write.name());
                seen.violations.push(what);
            }
            if is_done {
                break;
            }
            seen.dropped += 1;
        }
    }

    async fn rows(&self, number: &mut usize) -> Rows {
        *number += 1;
        let rows = Rows::store(&self.store, *number).await;
        rows.expect("the database works")
    }

    async fn becomes(&self, rows: &Rows, after: &BTreeSet<String>) -> bool {
        let began = Instant::now();
        while self.picture(rows).await != *after {
            if began.elapsed() > PATIENCE {
                return false;
            }
            tokio::task::yield_now().await;
        }
        true
    }

    async fn picture(&self, rows: &Rows) -> BTreeSet<String> {
        picture(&self.database.snapshot().await, &rows.mark())
    }
}
