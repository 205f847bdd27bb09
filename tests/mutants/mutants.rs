//! The conformance suite on the adapter as one quick program: the first failure ends it.
//!
//! `cargo xtask mutants` runs it once for each change to the adapter's code. It is no part of the
//! tests, which run the same cases one by one. SQLite always takes part, PostgreSQL and MariaDB if
//! their variables are set.
#![expect(
    clippy::expect_used,
    reason = "what goes wrong in a test database fails the case"
)]

use std::process::ExitCode;
use std::sync::Arc;

use authjs_adapter::ManualClock;
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_test_databases::{MariadbDatabase, PostgresDatabase, SqliteDatabase, TestDatabase};
use authjs_test_mutants::{Subject, passes};

/// More than any case has callers at once.
const MAX_CONNECTIONS: u32 = 8;

#[tokio::main]
async fn main() -> ExitCode {
    let has = |variable| std::env::var_os(variable).is_some();
    let is_passed = passes("sqlite", shared::<SqliteDatabase>).await
        && (!has("AUTHJS_TEST_MARIADB_URL") || passes("mariadb", shared::<MariadbDatabase>).await)
        && (!has("AUTHJS_TEST_POSTGRES_URL")
            || passes("postgres", shared::<PostgresDatabase>).await)
        && passes("sqlite, standalone", standalone::<SqliteDatabase>).await;
    ExitCode::from(u8::from(!is_passed))
}

/// Session tokens as they are, as Auth.js looks them up.
async fn shared<D: TestDatabase>() -> Subject {
    subject::<D>(SeaOrmAdapter::shared_with_authjs).await
}

/// Hashes of session tokens.
async fn standalone<D: TestDatabase>() -> Subject {
    subject::<D>(SeaOrmAdapter::standalone).await.with_hashes()
}

async fn subject<D: TestDatabase>(adapter: fn(Pool) -> SeaOrmAdapter) -> Subject {
    let database = D::lent().await;
    let clock = ManualClock::new(start());
    let options = ConnectOptions::from_url(&database.url())
        .expect("the URL is ours")
        .max_connections(MAX_CONNECTIONS);
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = Arc::new(adapter(pool).with_clock(clock.clone()));
    Subject::new(store, clock, database)
}
