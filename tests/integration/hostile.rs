//! The hostile values of [`authjs_tests`] in every argument of every method: each is refused
//! and changes nothing, or is stored and found again byte for byte, on every backend alike.
//!
//! The outcomes stand in `tests/snapshots/hostile/*.txt`. `AUTHJS_UPDATE_SNAPSHOTS=1` writes
//! them anew; without it a difference is a failure, and so is one between two backends.

mod accounts;
mod authenticators;
mod bench;
mod emails;
mod foreign;
mod ids;
mod numbers;
mod outcomes;
mod refusals;
mod rows;
mod sessions;
mod sign_ups;
mod subject;
mod times;
mod tokens;
mod users;
mod volume;

use authjs_adapter::EmailRule;

use self::bench::Bench;
use self::subject::Subject;

/// Texts in every argument that is one.
async fn texts<H: Subject>() {
    let harness = H::fresh().await;
    let mut bench = Bench::new(&harness).await;

    users::texts(&mut bench).await;
    accounts::texts(&mut bench).await;
    sessions::texts(&mut bench).await;
    tokens::texts(&mut bench).await;
    authenticators::texts(&mut bench).await;
    sign_ups::texts(&mut bench).await;

    bench.compare("texts");
}

/// Ids that are not the id of the row that is there.
async fn ids<H: Subject>() {
    let harness = H::fresh().await;
    let mut bench = Bench::new(&harness).await;

    ids::look_ups(&mut bench).await;
    ids::writes(&mut bench).await;

    bench.compare("ids");
}

/// Times at the ends of calendars.
async fn times<H: Subject>() {
    let harness = H::fresh().await;
    let mut bench = Bench::new(&harness).await;

    times::users(&mut bench).await;
    times::sessions(&mut bench).await;
    times::tokens(&mut bench).await;
    times::sign_ups(&mut bench).await;

    bench.compare("times");
}

/// Numbers at the ends of their types.
async fn numbers<H: Subject>() {
    let harness = H::fresh().await;
    let mut bench = Bench::new(&harness).await;

    numbers::epochs(&mut bench).await;
    numbers::counters(&mut bench).await;
    numbers::limits(&mut bench).await;

    bench.compare("numbers");
}

/// Addresses that people sign in with.
async fn emails<H: Subject>() {
    let harness = H::fresh().await;
    let mut bench = Bench::new(&harness).await;

    emails::sign_up(&mut bench).await;
    emails::sign_in_with_email(&mut bench).await;

    let rule = match harness.email_rule() {
        EmailRule::AuthJs => "authjs",
        EmailRule::Canonical => "canonical",
    };
    bench.compare(&format!("emails-{rule}"));
}

mod memory {
    use authjs_conformance::MemoryHarness;

    use super::subject::CanonicalMemory;

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused() {
        super::texts::<MemoryHarness>().await;
        super::texts::<CanonicalMemory>().await;
    }

    #[tokio::test]
    async fn only_the_canonical_id_finds_a_row() {
        super::ids::<MemoryHarness>().await;
    }

    #[tokio::test]
    async fn times_are_cut_to_milliseconds_or_refused() {
        super::times::<MemoryHarness>().await;
    }

    #[tokio::test]
    async fn numbers_are_exact_or_refused() {
        super::numbers::<MemoryHarness>().await;
    }

    #[tokio::test]
    async fn addresses_follow_the_rule_of_the_store() {
        super::emails::<MemoryHarness>().await;
        super::emails::<CanonicalMemory>().await;
    }

    #[tokio::test]
    async fn a_thousand_accounts_and_ten_thousand_sessions_are_served_in_time() {
        super::volume::in_memory().await;
    }
}

mod sqlite {
    use authjs_tests::{Shared, SqliteDatabase as Database, Standalone};

    use super::subject::InDatabase;

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused() {
        super::texts::<InDatabase<Database, Shared>>().await;
    }

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused_in_a_standalone_store() {
        super::texts::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn only_the_canonical_id_finds_a_row() {
        super::ids::<InDatabase<Database, Shared>>().await;
        super::ids::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn times_are_cut_to_milliseconds_or_refused() {
        super::times::<InDatabase<Database, Shared>>().await;
        super::times::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn numbers_are_exact_or_refused() {
        super::numbers::<InDatabase<Database, Shared>>().await;
        super::numbers::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn addresses_follow_the_rule_of_the_store() {
        super::emails::<InDatabase<Database, Shared>>().await;
        super::emails::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn a_thousand_accounts_and_ten_thousand_sessions_are_served_in_time() {
        super::volume::in_database::<Database, Shared>().await;
    }
}

mod postgres {
    use authjs_tests::{PostgresDatabase as Database, Shared, Standalone};

    use super::subject::InDatabase;

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused() {
        super::texts::<InDatabase<Database, Shared>>().await;
    }

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused_in_a_standalone_store() {
        super::texts::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn only_the_canonical_id_finds_a_row() {
        super::ids::<InDatabase<Database, Shared>>().await;
        super::ids::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn times_are_cut_to_milliseconds_or_refused() {
        super::times::<InDatabase<Database, Shared>>().await;
        super::times::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn numbers_are_exact_or_refused() {
        super::numbers::<InDatabase<Database, Shared>>().await;
        super::numbers::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn addresses_follow_the_rule_of_the_store() {
        super::emails::<InDatabase<Database, Shared>>().await;
        super::emails::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn a_thousand_accounts_and_ten_thousand_sessions_are_served_in_time() {
        super::volume::in_database::<Database, Shared>().await;
    }
}

mod mariadb {
    use authjs_tests::{MariadbDatabase as Database, Shared, Standalone};

    use super::subject::InDatabase;

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused() {
        super::texts::<InDatabase<Database, Shared>>().await;
    }

    #[tokio::test]
    async fn texts_are_stored_byte_for_byte_or_refused_in_a_standalone_store() {
        super::texts::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn only_the_canonical_id_finds_a_row() {
        super::ids::<InDatabase<Database, Shared>>().await;
        super::ids::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn times_are_cut_to_milliseconds_or_refused() {
        super::times::<InDatabase<Database, Shared>>().await;
        super::times::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn numbers_are_exact_or_refused() {
        super::numbers::<InDatabase<Database, Shared>>().await;
        super::numbers::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn addresses_follow_the_rule_of_the_store() {
        super::emails::<InDatabase<Database, Shared>>().await;
        super::emails::<InDatabase<Database, Standalone>>().await;
    }

    #[tokio::test]
    async fn a_thousand_accounts_and_ten_thousand_sessions_are_served_in_time() {
        super::volume::in_database::<Database, Shared>().await;
    }
}
