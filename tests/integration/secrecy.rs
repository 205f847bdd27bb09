//! No secret leaves the process but by the answers to its owner: not in an error, not in
//! `Debug`, not in an event or span of any crate at any level, not in a panic.

pub(crate) mod calls;
mod capture;
mod mariadb;
mod postgres;
mod sqlite;
mod suite;
mod urls;

use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Capture, MARKER, TestDatabase};

/// In texts that the `Debug` of a record shows on purpose, such as the name of a provider, and
/// that nothing else may show.
const SHOWN: &str = "nebensache";

/// Hears everything from here on.
pub(crate) fn listen() -> Capture {
    Capture::listen_for([MARKER, SHOWN])
}

/// Fails if a secret was told, or if the crates whose texts hold secrets were not heard at all.
#[track_caller]
fn assert_silent(capture: &Capture, heard: &[&str]) {
    let leaks = capture.leaks();
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
    let told = capture.told();
    for place in heard {
        assert!(
            capture.heard(place),
            "nothing was heard from {place}: {told:#?}"
        );
    }
}

/// How the tests reach a database.
fn options<D: TestDatabase>(database: &D) -> ConnectOptions {
    ConnectOptions::from_url(&database.url()).expect("the URL is ours")
}

/// Adapters of both modes on one pool.
async fn stores<D: TestDatabase>(capture: &Capture, database: &D) -> (Pool, [SeaOrmAdapter; 2]) {
    let options = options(database).max_connections(3);
    capture.debug("options", &options);
    let pool = Pool::connect(options).await.expect("the database is there");
    capture.debug("pool", &pool);
    let stores = [
        SeaOrmAdapter::shared_with_authjs(&pool),
        SeaOrmAdapter::standalone(&pool),
    ];
    (pool, stores)
}
