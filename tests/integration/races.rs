//! The short form of every race; `cargo xtask torture` runs the long one.

mod control;

use std::path::Path;
use std::time::Duration;

use authjs_tests::{Course, Isolation, RACES, RaceDatabase, Setting, Tally, Way, race};

/// More rounds than a defect of the usual size survives, and few enough for the inner loop.
const ROUNDS: usize = 10;
const CALLERS: usize = 8;

/// A race that hangs is stopped by the test runner, not by a time limit of ours.
const NO_LIMIT: Duration = Duration::MAX;

fn course(setting: Setting) -> Course {
    Course {
        setting,
        max_callers: Some(CALLERS),
        rounds: Some(ROUNDS),
        time: NO_LIMIT,
        program: Path::new(env!("CARGO_BIN_EXE_torture")).to_owned(),
    }
}

#[expect(clippy::print_stdout, reason = "the winners and the overlap are shown")]
async fn run<D: RaceDatabase>(name: &str, setting: Setting) -> Tally {
    let race = race(name).expect("a race has this name");
    let tally = course(setting).run::<D>(race).await;
    println!("{name}, {setting}: {tally}");
    tally
}

/// At the weakest level that the backend has, where the database helps least.
async fn keeps_its_promise<D: RaceDatabase>(name: &str) {
    let setting = Setting {
        pool: u32::try_from(CALLERS).expect("a few callers"),
        isolation: *D::LEVELS.first().expect("a backend has a level"),
        way: Way::Tasks,
    };

    let tally = run::<D>(name, setting).await;

    assert_eq!(tally.violations, 0, "{:?}", tally.examples);
}

/// The races in which a server refuses calls that it cannot serialize.
const REFUSED: [&str; 7] = [
    "use_verification_token",
    "create_session_beside_delete_user",
    "upsert_account_owners",
    "touch_session",
    "sign_up",
    "sign_in_with_email_first",
    "purge_expired",
];

/// What the races at a level saw. How often calls were refused is for PostgreSQL to tell that the
/// level was tried: what MariaDB refuses there are deadlocks, and our statements need have none.
async fn keep_their_promises_at<D: RaceDatabase>(isolation: Isolation) -> Tally {
    let setting = Setting {
        pool: u32::try_from(CALLERS).expect("a few callers"),
        isolation,
        way: Way::Tasks,
    };
    let mut all = Tally::default();

    for name in REFUSED {
        all.merge(run::<D>(name, setting).await);
    }

    assert_eq!(all.violations, 0, "{:?}", all.examples);
    all
}

async fn keeps_its_promise_in_processes<D: RaceDatabase>(name: &str) {
    let setting = Setting {
        pool: 2,
        isolation: Isolation::ReadCommitted,
        way: Way::Processes,
    };

    let tally = run::<D>(name, setting).await;

    assert_eq!(tally.violations, 0, "{:?}", tally.examples);
}

async fn keeps_its_promise_with_one_connection<D: RaceDatabase>(name: &str) {
    let setting = Setting {
        pool: 1,
        isolation: Isolation::ReadCommitted,
        way: Way::Tasks,
    };

    let tally = run::<D>(name, setting).await;

    assert_eq!(tally.violations, 0, "{:?}", tally.examples);
}

/// Lists the races: one test each.
macro_rules! short_forms {
    ($database:ty: $($name:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::keeps_its_promise::<$database>(stringify!($name)).await;
            }
        )+

        /// The tests above, which are all races.
        const LISTED: &[&str] = &[$(stringify!($name)),+];
    };
}

/// The names of the races, for each backend.
macro_rules! every_race {
    ($database:ty) => {
        short_forms! { $database:
            use_verification_token
            use_verification_token_wrong
            use_verification_token_cancelled
            create_user
            link_account
            upsert_account_owners
            upsert_account
            update_account_tokens
            create_session_beside_delete_user
            link_account_beside_delete_user
            upsert_account_beside_delete_user
            create_authenticator_beside_delete_user
            update_user
            delete_session
            revoke
            revoke_all
            create_session
            touch_session
            update_authenticator_counter
            sign_up
            sign_in_with_email
            sign_in_with_email_first
            sign_in_with_email_conflict
            purge_expired
        }
    };
}

fn names() -> Vec<&'static str> {
    RACES.iter().map(|race| race.facts().name).collect()
}

mod sqlite {
    use authjs_tests::SqliteDatabase;

    every_race!(SqliteDatabase);

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_use_a_token_once() {
        super::keeps_its_promise_in_processes::<SqliteDatabase>("use_verification_token").await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_of_one_connection_use_a_token_once() {
        super::keeps_its_promise_with_one_connection::<SqliteDatabase>("use_verification_token")
            .await;
    }

    #[test]
    fn every_race_has_a_short_form() {
        assert_eq!(LISTED, super::names());
    }
}

mod mariadb {
    use authjs_tests::{Isolation, MariadbDatabase};

    every_race!(MariadbDatabase);

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_use_a_token_once() {
        super::keeps_its_promise_in_processes::<MariadbDatabase>("use_verification_token").await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_leave_no_session_without_its_user() {
        super::keeps_its_promise_in_processes::<MariadbDatabase>(
            "create_session_beside_delete_user",
        )
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_of_one_connection_use_a_token_once() {
        super::keeps_its_promise_with_one_connection::<MariadbDatabase>("use_verification_token")
            .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn promises_hold_at_repeatable_read() {
        super::keep_their_promises_at::<MariadbDatabase>(Isolation::RepeatableRead).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn promises_hold_at_serializable() {
        super::keep_their_promises_at::<MariadbDatabase>(Isolation::Serializable).await;
    }

    #[test]
    fn every_race_has_a_short_form() {
        assert_eq!(LISTED, super::names());
    }
}

mod postgres {
    use authjs_tests::{Isolation, PostgresDatabase, RaceDatabase as _};

    every_race!(PostgresDatabase);

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_use_a_token_once() {
        super::keeps_its_promise_in_processes::<PostgresDatabase>("use_verification_token").await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn processes_leave_no_session_without_its_user() {
        super::keeps_its_promise_in_processes::<PostgresDatabase>(
            "create_session_beside_delete_user",
        )
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_of_one_connection_use_a_token_once() {
        super::keeps_its_promise_with_one_connection::<PostgresDatabase>("use_verification_token")
            .await;
    }

    #[test]
    fn every_race_has_a_short_form() {
        assert_eq!(LISTED, super::names());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn promises_hold_at_repeatable_read() {
        let level = Isolation::RepeatableRead;

        let tally = super::keep_their_promises_at::<PostgresDatabase>(level).await;

        assert_ne!(tally.retried, 0, "the level was not tried");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn promises_hold_at_serializable() {
        let level = Isolation::Serializable;

        let tally = super::keep_their_promises_at::<PostgresDatabase>(level).await;

        assert_ne!(tally.retried, 0, "the level was not tried");
    }

    #[tokio::test]
    async fn a_default_level_holds_on_the_next_connection() {
        let database = PostgresDatabase::migrated().await;

        database
            .set_default_isolation(Isolation::Serializable)
            .await;

        let level: String = sqlx::query_scalar("SELECT current_setting('transaction_isolation')")
            .fetch_one(&mut database.connect().await)
            .await
            .expect("the server answers");
        assert_eq!(level, Isolation::Serializable.name());
    }
}
