//! The cut sweep: each write is cut off after n bytes, in each direction, and is whole or not
//! there.

use std::collections::BTreeSet;
use std::time::Instant;

use authjs_adapter::{ManualClock, Outcome, Result};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};

use super::operations::{Rows, WRITES, Write};
use super::picture::picture;
use crate::{Direction, Fault, Networked, Proxy};

/// What a sweep saw.
#[derive(Clone, Debug, Default)]
pub struct Cuts {
    /// Tries.
    pub tried: u64,
    /// Tries that ended with an answer although the connection was cut behind it, or was retried.
    pub answered: u64,
    /// Tries of which was told that nothing was applied.
    pub not_applied: u64,
    /// Tries of which nobody knows.
    pub unknown: u64,
    /// Writes of which nobody knew and that were there.
    pub unknown_but_done: u64,
    /// Writes and directions that there was no time for, or not for all of their places.
    pub left_out: u64,
    /// What was half done, or not as it was told, in words.
    pub violations: Vec<String>,
}

impl Cuts {
    /// Cuts every write at about `points` places in each direction; `None` for every byte. Ends
    /// at that time, if there is one.
    pub async fn sweep<D: Networked>(points: Option<u64>, until: Option<Instant>) -> Self {
        let cut = Cutting::new(D::migrated().await).await;
        let mut seen = Self::default();
        for write in WRITES {
            for direction in [Direction::ToServer, Direction::ToClient] {
                let is_over = until.is_some_and(|until| Instant::now() >= until);
                if is_over && seen.tried > 0 {
                    seen.left_out += 1;
                    continue;
                }
                cut.write(*write, direction, points, until, &mut seen).await;
            }
        }
        seen
    }

    fn judge(&mut self, told: Result<()>, is: [bool; 2], what: &str) {
        let [before, after] = is;
        self.tried += 1;
        let is_right = match told.map_err(|error| error.outcome()) {
            Ok(()) => {
                self.answered += 1;
                after
            }
            Err(Outcome::NotApplied) => {
                self.not_applied += 1;
                before
            }
            Err(Outcome::Unknown) => {
                self.unknown += 1;
                self.unknown_but_done += u64::from(after);
                before || after
            }
        };
        if !is_right {
            self.violations.push(what.to_owned());
        }
    }
}

/// An adapter whose connection is cut, and one whose is not.
struct Cutting<D> {
    victim: SeaOrmAdapter,
    witness: SeaOrmAdapter,
    proxy: Proxy,
    database: D,
    next: std::sync::atomic::AtomicUsize,
}

impl<D: Networked> Cutting<D> {
    async fn new(database: D) -> Self {
        let proxy = Proxy::before(&database).await;
        let options = proxy.readable_options(&database).max_connections(1);
        let direct = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
        Self {
            victim: adapter(options).await,
            witness: adapter(direct.max_connections(2)).await,
            proxy,
            database,
            next: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    async fn write(
        &self,
        write: &dyn Write,
        direction: Direction,
        points: Option<u64>,
        until: Option<Instant>,
        seen: &mut Cuts,
    ) {
        let (before, after, bytes) = self.uncut(write, direction).await;
        let step = points.map_or(1, |points| (bytes / points).max(1));
        for place in (0..=bytes).step_by(usize::try_from(step).expect("a small step")) {
            if place > 0 && until.is_some_and(|until| Instant::now() >= until) {
                seen.left_out += 1;
                return;
            }
            let rows = self.rows().await;
            let fault = Fault::CutAfter {
                direction,
                bytes: place,
            };
            self.proxy.fail_open(fault).await;
            let told = write.run(&self.victim, &rows).await;
            self.proxy.pass().await;
            let now = self.picture(&rows).await;
            let what = format!("{} cut {direction:?} {place}: {told:?}", write.name());
            seen.judge(told, [now == before, now == after], &what);
        }
    }

    /// The rows before and after a write that nothing cuts, and how many bytes it takes.
    async fn uncut(
        &self,
        write: &dyn Write,
        direction: Direction,
    ) -> (BTreeSet<String>, BTreeSet<String>, u64) {
        let rows = self.rows().await;
        let before = self.picture(&rows).await;
        let sent = self.bytes(direction);
        write
            .run(&self.victim, &rows)
            .await
            .expect("nothing is cut");
        let bytes = self.bytes(direction) - sent;
        (before, self.picture(&rows).await, bytes)
    }

    /// New rows, and a connection of the victim that works.
    async fn rows(&self) -> Rows {
        let number = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let rows = Rows::store(&self.witness, number).await;
        while self.victim.inspect().await.is_err() {}
        rows.expect("the database works")
    }

    async fn picture(&self, rows: &Rows) -> BTreeSet<String> {
        picture(&self.database.snapshot().await, &rows.mark())
    }

    fn bytes(&self, direction: Direction) -> u64 {
        let traffic = self.proxy.traffic();
        match direction {
            Direction::ToServer => traffic.to_server.forwarded,
            Direction::ToClient => traffic.to_client.forwarded,
        }
    }
}

async fn adapter(options: ConnectOptions) -> SeaOrmAdapter {
    let pool = Pool::connect(options).await.expect("the database is there");
    SeaOrmAdapter::shared_with_authjs(pool).with_clock(ManualClock::new(start()))
}
