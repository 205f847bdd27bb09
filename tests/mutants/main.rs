//! The conformance suite as one quick program: the first failure ends it.
//!
//! `cargo xtask mutants` runs it once for each change to the adapter's code, so it has to be built
//! and run in little time. It is no part of the tests, which run the same cases one by one. SQLite
//! always takes part, PostgreSQL and MariaDB if their variables are set.
#![expect(
    clippy::print_stdout,
    reason = "a program for a person; what goes wrong in it ends it"
)]

use std::process::ExitCode;
use std::time::Instant;

use authjs_adapter::Store;
use authjs_conformance::{Case, Harness, cases};
use authjs_tests::{MariadbDatabase, PostgresDatabase, SeaOrmHarness, SqliteDatabase, Standalone};
use tokio::task::JoinSet;

/// So many cases at a time: few enough for a server that others use too.
const WORKERS: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    let has = |variable| std::env::var_os(variable).is_some();
    let is_passed = passes::<SeaOrmHarness<SqliteDatabase>>("sqlite").await
        && passes::<SeaOrmHarness<SqliteDatabase, Standalone>>("sqlite, standalone").await
        && (!has("AUTHJS_TEST_POSTGRES_URL")
            || passes::<SeaOrmHarness<PostgresDatabase>>("postgres").await)
        && (!has("AUTHJS_TEST_MARIADB_URL")
            || passes::<SeaOrmHarness<MariadbDatabase>>("mariadb").await);
    ExitCode::from(u8::from(!is_passed))
}

/// True if every case passes.
async fn passes<H: Harness<Store: Store>>(name: &str) -> bool {
    let began = Instant::now();
    let mut left = cases::<H>().into_iter();
    let mut running = JoinSet::new();
    for case in left.by_ref().take(WORKERS) {
        running.spawn(run(case));
    }
    let mut passed = 0;
    while let Some(end) = running.join_next().await {
        if end.is_err() {
            println!("{name}: a case failed after {passed} had passed");
            return false;
        }
        passed += 1;
        if let Some(case) = left.next() {
            running.spawn(run(case));
        }
    }
    println!("{name}: {passed} cases passed in {:?}", began.elapsed());
    true
}

async fn run<H: Harness>(case: Case<H>) {
    let harness = H::fresh().await;
    case.run(&harness).await;
    harness.finish().await;
}
