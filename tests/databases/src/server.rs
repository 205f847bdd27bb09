//! What the servers have in common.

use std::fmt::Write as _;

use authjs_migration::migrations;
use sha2::{Digest as _, Sha256};

/// What the name of every test database begins with.
pub(crate) const PREFIX: &str = "authjs_test_";

/// What the name of every template begins with.
pub(crate) const TEMPLATE_PREFIX: &str = "authjs_test_template_";

/// Names the template, for many programs with the same migrations one after the other.
const TEMPLATE_VARIABLE: &str = "AUTHJS_TEST_TEMPLATE";

/// The name of the template for our migrations: it changes with their names and with the binary
/// that holds their SQL, unless `AUTHJS_TEST_TEMPLATE` says how it ends.
pub(crate) fn template_name() -> String {
    if let Ok(end) = std::env::var(TEMPLATE_VARIABLE) {
        return format!("{TEMPLATE_PREFIX}{end}");
    }
    let binary = std::env::current_exe()
        .and_then(std::fs::metadata)
        .expect("the running binary is a file");
    let modified = binary.modified().expect("files have a time");
    let mut hash = Sha256::new();
    hash.update(format!("{modified:?} {}", binary.len()));
    for migration in migrations() {
        hash.update(migration.name());
    }
    let mut name = TEMPLATE_PREFIX.to_owned();
    for byte in hash.finalize().iter().take(8) {
        write!(name, "{byte:02x}").expect("a String takes everything");
    }
    name
}

/// The name of a database that is lent to one test after the other.
pub(crate) fn lent_name(template: &str, number: u32) -> String {
    let version = template.trim_start_matches(TEMPLATE_PREFIX);
    format!("{PREFIX}lent_{version}_{number}")
}

/// The URL that an environment variable names a server by.
pub(crate) fn url_in(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!(
            "{variable} is not set: run the tests with `cargo xtask test`, which finds or starts a server"
        )
    })
}

/// The URL of a server with the database replaced.
pub(crate) fn with_database(url: &str, database: &str) -> String {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (url, String::new()),
    };
    let (scheme, place) = rest.split_once("://").expect("a URL");
    let authority = place.split('/').next().unwrap_or(place);
    format!("{scheme}://{authority}/{database}{query}")
}

/// Runs a future on a runtime and a thread of its own: those of the test may be ending. `false`
/// if it panicked.
pub(crate) fn finish(future: impl Future<Output = ()> + Send) -> bool {
    let run = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made")
            .block_on(future);
    };
    std::thread::scope(|scope| scope.spawn(run).join()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn only_the_database_of_a_url_is_replaced() {
        assert_eq!(
            with_database("postgres://u@h:5432/postgres", "db"),
            "postgres://u@h:5432/db"
        );
        assert_eq!(
            with_database("postgres://u:p@h", "db"),
            "postgres://u:p@h/db"
        );
        assert_eq!(
            with_database("mysql://u@localhost/a?socket=/run/mysqld/mysqld.sock", "db"),
            "mysql://u@localhost/db?socket=/run/mysqld/mysqld.sock"
        );
    }
}
