//! A full pool is busy, a server that is away is unavailable, and while it is away nobody waits, on
//! each server.

use std::time::Duration;

use authjs_adapter::{Adapter as _, DriverError, Error, ErrorKind, NewUser, Outcome, Result, User};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Fault, MariadbDatabase, Networked, PostgresDatabase, Proxy, at_most};
use sea_orm::TransactionTrait as _;
use tokio::time::Instant;

use super::given::{Given, options};
use super::statements::ask_for_the_impossible;
use super::stock::Stock;

/// How long a call waits for a connection here.
const ACQUIRE: Duration = Duration::from_millis(200);
/// What a busy machine may add to a bound.
const MARGIN: Duration = Duration::from_millis(1500);
/// How fast a call fails that knows that there is no server.
const AT_ONCE: Duration = Duration::from_millis(100);
/// Within which calls succeed after the server is back.
const RECOVERY: Duration = Duration::from_secs(2);
/// How many calls find no server before the others are told at once.
const FAILURES: usize = 3;
/// Longer than the pause after which one call tries again.
const PAUSE: Duration = Duration::from_millis(600);

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            everybody_who_waits_for_a_server_that_is_away_is_told_that_it_is_away,
            after_three_calls_in_vain_the_others_fail_at_once,
            calls_succeed_within_two_seconds_after_the_server_is_back,
            what_needs_no_server_is_answered_while_it_is_away,
            what_needs_no_server_takes_nobodys_turn_to_try,
            who_goes_away_while_trying_gives_the_turn_to_the_next_one,
            a_diagnosis_always_asks_and_lets_the_others_through,
            findings_let_the_others_through,
            calls_that_find_the_pool_full_do_not_stop_others,
            a_crowd_is_served_as_far_as_time_allows_and_the_others_are_told_to_come_again
        }
    };
    ($database:ty: $($name:ident),*) => {
        $(
            #[tokio::test]
            async fn $name() {
                super::$name::<$database>().await;
            }
        )*
    };
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    each!(PostgresDatabase);
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    each!(MariadbDatabase);
}

/// A database in which a new user can be made to take 0.2 s.
trait Slow: Networked + Stock {
    const SLOW: &'static str;
}

impl Slow for PostgresDatabase {
    const SLOW: &'static str = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_sleep(0.2); RETURN new; END';
        CREATE TRIGGER dawdle AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION dawdle()";
}

impl Slow for MariadbDatabase {
    const SLOW: &'static str =
        "CREATE TRIGGER dawdle AFTER INSERT ON users FOR EACH ROW SET @slept = SLEEP(0.2)";
}

fn what(error: &Error) -> (ErrorKind, Outcome, &str) {
    let code = error.driver().map_or("", DriverError::code);
    (error.kind(), error.outcome(), code)
}

/// A store whose server is away, and what is needed to bring it back.
async fn away<D: Networked>() -> (SeaOrmAdapter, Proxy, D) {
    let database = D::migrated().await;
    let proxy = Proxy::before(&database).await;
    let options = proxy.options(&database).acquire_timeout(ACQUIRE);
    let pool = Pool::per_request(options).expect("a pool that connects later");
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    (store, proxy, database)
}

/// A store that knew its server, and found it away so often that it sends nothing more.
async fn given_up<D: Networked>() -> (SeaOrmAdapter, Proxy, D) {
    let (store, proxy, database) = away::<D>().await;
    store.inspect().await.expect("the catalog can be read");
    proxy.fail(Fault::Refuse).await;
    for _ in 0..FAILURES {
        store.get_user(&1.into()).await.expect_err("nobody listens");
    }
    (store, proxy, database)
}

async fn in_parallel(store: &SeaOrmAdapter, calls: usize) -> Vec<Result<Option<User>>> {
    let calls: Vec<_> = (0..calls)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.get_user(&1.into()).await })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.expect("no panic"));
    }
    answers
}

async fn everybody_who_waits_for_a_server_that_is_away_is_told_that_it_is_away<D: Networked>() {
    let (store, proxy, _database) = away::<D>().await;
    proxy.fail(Fault::Refuse).await;

    let answers = in_parallel(&store, 20).await;

    for answer in answers {
        let error = answer.expect_err("nobody listens");
        let (kind, outcome, _) = what(&error);
        assert_eq!(
            (kind, outcome),
            (ErrorKind::Unavailable, Outcome::NotApplied)
        );
    }
}

async fn after_three_calls_in_vain_the_others_fail_at_once<D: Networked>() {
    let (store, proxy, _database) = away::<D>().await;
    proxy.fail(Fault::Refuse).await;
    for _ in 0..FAILURES {
        let error = store.get_user(&1.into()).await;
        let error = error.expect_err("nobody listens");
        assert_eq!(what(&error).2, "pool-timeout");
    }

    let asked = Instant::now();
    let read = store.get_user(&1.into()).await;
    let write = store.create_user(NewUser::default()).await;
    let waited = asked.elapsed();

    let expected = (ErrorKind::Unavailable, Outcome::NotApplied, "unreachable");
    assert_eq!(what(&read.expect_err("nobody listens")), expected);
    let write = write.expect_err("nobody listens");
    assert_eq!(what(&write), expected);
    assert!(write.is_retryable());
    assert!(waited < AT_ONCE, "{waited:?}");
}

async fn calls_succeed_within_two_seconds_after_the_server_is_back<D: Networked>() {
    let (store, proxy, _database) = away::<D>().await;
    proxy.fail(Fault::Refuse).await;
    for _ in 0..2 * FAILURES {
        store.get_user(&1.into()).await.expect_err("nobody listens");
    }

    proxy.pass().await;
    let back = Instant::now();
    while store.get_user(&1.into()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let recovery = back.elapsed();

    assert!(recovery < RECOVERY, "{recovery:?}");
    let answers = in_parallel(&store, 20).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

async fn what_needs_no_server_is_answered_while_it_is_away<D: Networked>() {
    let (store, _proxy, _database) = given_up::<D>().await;

    ask_for_the_impossible(&store).await;
}

async fn what_needs_no_server_takes_nobodys_turn_to_try<D: Networked>() {
    let (store, proxy, _database) = given_up::<D>().await;
    proxy.pass().await;
    tokio::time::sleep(PAUSE).await;

    ask_for_the_impossible(&store).await;
    let answer = store.get_user(&1.into()).await;

    assert_eq!(answer, Ok(None));
}

async fn who_goes_away_while_trying_gives_the_turn_to_the_next_one<D: Networked>() {
    let (store, proxy, _database) = given_up::<D>().await;
    proxy.fail(Fault::BlackHole).await;
    tokio::time::sleep(PAUSE).await;

    let left = at_most(2, store.get_user(&1.into())).await;
    proxy.pass().await;
    let answer = store.get_user(&1.into()).await;

    assert_eq!(left, None, "the server is silent");
    assert_eq!(answer, Ok(None));
}

async fn a_diagnosis_always_asks_and_lets_the_others_through<D: Networked>() {
    let (store, proxy, _database) = given_up::<D>().await;
    proxy.pass().await;

    let facts = store.inspect().await;
    let answer = store.get_user(&1.into()).await;

    assert!(facts.is_ok(), "{facts:?}");
    assert_eq!(answer, Ok(None));
}

async fn findings_let_the_others_through<D: Networked>() {
    let (store, proxy, _database) = given_up::<D>().await;
    proxy.pass().await;

    let findings = store.verify().await;
    let answer = store.get_user(&1.into()).await;

    assert!(findings.is_ok(), "{findings:?}");
    assert_eq!(answer, Ok(None));
}

async fn calls_that_find_the_pool_full_do_not_stop_others<D: Networked>() {
    let given = Given::<D>::migrated().await;
    let options = options(&given.database).max_connections(1);
    let pool = Pool::connect(options.acquire_timeout(ACQUIRE)).await;
    let pool = pool.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.inspect().await.expect("the catalog can be read");
    let held = pool.connection().begin().await.expect("a transaction");

    for _ in 0..2 * FAILURES {
        let error = store.get_user(&1.into()).await.expect_err("it is held");
        let expected = (ErrorKind::Busy, Outcome::NotApplied, "pool-timeout");
        assert_eq!(what(&error), expected);
    }
    held.rollback().await.expect("the rollback");
    let answer = store.get_user(&1.into()).await;

    assert_eq!(answer, Ok(None));
}

/// Ten times as many callers as connections, each of whom needs its connection for 0.2 s.
async fn a_crowd_is_served_as_far_as_time_allows_and_the_others_are_told_to_come_again<D: Slow>() {
    const CONNECTIONS: u32 = 4;
    let given = Given::<D>::migrated().await;
    given.database.execute(D::SLOW).await;
    let acquire = Duration::from_secs(1);
    let options = options(&given.database).max_connections(CONNECTIONS);
    let pool = Pool::connect(options.acquire_timeout(acquire)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the database is there"));
    store.inspect().await.expect("the catalog can be read");

    let calls: Vec<_> = (0..10 * CONNECTIONS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let asked = Instant::now();
                let answer = store.create_user(NewUser::default()).await;
                (answer.err(), asked.elapsed())
            })
        })
        .collect();
    let mut served = 0;
    let mut refused = 0;
    for call in calls {
        let (error, waited) = call.await.expect("no panic");
        assert!(waited < acquire + MARGIN, "{waited:?}");
        match error {
            None => served += 1,
            Some(error) => {
                assert_eq!(what(&error).0, ErrorKind::Busy);
                assert!(error.is_retryable());
                refused += 1;
            }
        }
    }

    assert!(served >= 2 * CONNECTIONS, "only {served} were served");
    assert!(refused > 0, "nobody waited for too long");
    assert_eq!(given.rows().await.users.len(), served as usize);
    store
        .create_user(NewUser::default())
        .await
        .expect("a place");
}
