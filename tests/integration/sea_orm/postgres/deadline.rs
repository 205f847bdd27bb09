//! Every operation ends, whatever the server does, and the error says what is known.

use std::time::Duration;

use authjs_adapter::{
    Adapter as _, Error, ErrorKind, ManualClock, NewUser, Outcome, Patch, Result, Unique, User,
    UserPatch,
};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Fault, PostgresDatabase, Proxy};
use sqlx::{Executor as _, PgConnection};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::sea_orm::given::{Given, ada, grace};

/// The default of `lock_timeout`.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// How often an operation is tried.
const TRIES: u32 = 3;
/// What a busy machine may add to a bound.
const MARGIN: Duration = Duration::from_millis(1500);
/// Short, so that the tests are.
const DEADLINE: Duration = Duration::from_millis(400);
/// Within which the pool must be usable after a fault.
const RECOVERY: Duration = Duration::from_secs(2);

fn rename() -> UserPatch {
    UserPatch {
        name: Patch::Set("Renamed".to_owned()),
        ..UserPatch::default()
    }
}

fn what(error: &Error) -> (ErrorKind, Outcome) {
    (error.kind(), error.outcome())
}

async fn raw(given: &Given<PostgresDatabase>, sql: &str) -> PgConnection {
    let mut raw = given.database.connect().await;
    raw.execute(sqlx::AssertSqlSafe(sql))
        .await
        .expect("the statements");
    raw
}

#[tokio::test]
async fn a_write_that_waits_for_a_lock_ends_busy_after_three_tries_of_a_second() {
    let given = Given::<PostgresDatabase>::migrated().await;
    let user = given.ada().await;
    let mut other = raw(&given, "BEGIN; SELECT FROM users FOR UPDATE").await;

    let asked = Instant::now();
    let busy = given.store.update_user(&user.id, rename()).await;
    let waited = asked.elapsed();
    other.execute("ROLLBACK").await.expect("the rollback");

    let busy = busy.expect_err("the row is locked");
    assert_eq!(what(&busy), (ErrorKind::Busy, Outcome::NotApplied));
    assert!(busy.is_retryable());
    assert!(
        (TRIES * LOCK_TIMEOUT..TRIES * LOCK_TIMEOUT + MARGIN).contains(&waited),
        "{waited:?}"
    );
    assert_eq!(given.store.get_user(&user.id).await, Ok(Some(user)));
}

#[tokio::test]
async fn a_read_that_waits_for_a_lock_ends_busy() {
    let given = Given::<PostgresDatabase>::migrated().await;
    let user = given.ada().await;
    let _other = raw(&given, "BEGIN; LOCK TABLE users").await;

    let busy = given.store.get_user(&user.id).await;

    let busy = busy.expect_err("the table is locked");
    assert_eq!(what(&busy), (ErrorKind::Busy, Outcome::NotApplied));
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled_by_the_server_and_not_applied() {
    let given = Given::<PostgresDatabase>::migrated().await;
    raw(
        &given,
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(60); RETURN new; END $$;
        CREATE TRIGGER dawdle AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION dawdle();",
    )
    .await;

    let asked = Instant::now();
    let busy = given.store.create_user(ada()).await;
    let waited = asked.elapsed();

    let busy = busy.expect_err("the trigger sleeps");
    assert_eq!(what(&busy), (ErrorKind::Busy, Outcome::NotApplied));
    let limit = Duration::from_millis(2500);
    assert!((limit..limit + MARGIN).contains(&waited), "{waited:?}");
    assert_eq!(given.rows().await.users, []);
}

#[tokio::test]
async fn a_pool_without_a_free_connection_ends_busy() {
    let given = Given::<PostgresDatabase>::migrated().await;
    let options = ConnectOptions::from_url(&given.database.url()).expect("the URL is ours");
    let options = options.max_connections(1).acquire_timeout(DEADLINE);
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool);
    store.inspect().await.expect("the catalog can be read");
    let held = sea_orm::TransactionTrait::begin(pool.connection())
        .await
        .expect("a transaction");

    let asked = Instant::now();
    let error = store
        .create_user(ada())
        .await
        .expect_err("the connection is held");
    let waited = asked.elapsed();
    held.rollback().await.expect("the rollback");

    assert_eq!(what(&error), (ErrorKind::Busy, Outcome::NotApplied));
    assert!(waited < DEADLINE + MARGIN, "{waited:?}");
    store
        .create_user(ada())
        .await
        .expect("the connection is free");
}

/// An adapter whose server can fall silent.
struct Silenced {
    store: SeaOrmAdapter,
    known: User,
    pool: Pool,
    proxy: Proxy,
    given: Given<PostgresDatabase>,
}

impl Silenced {
    async fn with(connections: u32) -> Self {
        let given = Given::<PostgresDatabase>::migrated().await;
        let known = given.grace().await;
        let proxy = Proxy::before(&given.database).await;
        let options = proxy.options(&given.database).max_connections(connections);
        let pool = Pool::connect(options).await.expect("the proxy is open");
        let store = SeaOrmAdapter::shared_with_authjs(&pool)
            .with_clock(ManualClock::new(start()))
            .with_deadline(DEADLINE);
        store.inspect().await.expect("the catalog can be read");
        Self {
            store,
            known,
            pool,
            proxy,
            given,
        }
    }

    /// What as many simultaneous calls are answered.
    async fn in_parallel(&self, calls: usize) -> Vec<Result<Option<User>>> {
        let calls: Vec<_> = (0..calls)
            .map(|_| {
                let (store, id) = (self.store.clone(), self.known.id.clone());
                tokio::spawn(async move { store.get_user(&id).await })
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.expect("no panic"));
        }
        answers
    }

    /// Waits until every connection is back in the pool: sqlx pings each one on its way, without
    /// a limit, so that what falls silent just then is lost.
    async fn settle(&self) {
        let pool = self.pool.connection().get_postgres_connection_pool();
        while pool.num_idle() != pool.size() as usize {
            tokio::task::yield_now().await;
        }
    }

    /// The first answer, however many errors come before it, and when it came.
    async fn recovery(&self) -> Duration {
        let asked = Instant::now();
        while self.store.get_user(&self.known.id).await.is_err() {}
        asked.elapsed()
    }
}

#[tokio::test]
async fn a_read_that_gets_no_answer_ends_unavailable_at_the_deadline() {
    let silenced = Silenced::with(4).await;
    silenced.proxy.fail(Fault::BlackHole).await;

    let asked = Instant::now();
    let error = silenced.store.get_user(&silenced.known.id).await;
    let waited = asked.elapsed();

    let error = error.expect_err("the server is silent");
    assert_eq!(what(&error), (ErrorKind::Unavailable, Outcome::NotApplied));
    assert!(
        (DEADLINE..DEADLINE + MARGIN).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn a_write_that_gets_no_answer_ends_with_an_unknown_outcome_at_the_deadline() {
    let silenced = Silenced::with(4).await;
    silenced.proxy.fail(Fault::BlackHole).await;

    let asked = Instant::now();
    let error = silenced.store.create_user(ada()).await;
    let waited = asked.elapsed();

    let error = error.expect_err("the server is silent");
    assert_eq!(what(&error), (ErrorKind::Unavailable, Outcome::Unknown));
    assert!(!error.is_retryable());
    assert!(
        (DEADLINE..DEADLINE + MARGIN).contains(&waited),
        "{waited:?}"
    );
}

/// What is read before the first statement changes nothing.
#[tokio::test]
async fn a_write_that_waits_for_the_catalog_until_the_deadline_has_applied_nothing() {
    let given = Given::<PostgresDatabase>::migrated().await;
    let proxy = Proxy::before(&given.database).await;
    let pool = Pool::connect(proxy.options(&given.database)).await;
    let store =
        SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open")).with_deadline(DEADLINE);
    proxy.fail(Fault::BlackHole).await;

    let error = store.create_user(ada()).await;

    let error = error.expect_err("the server is silent");
    assert_eq!(what(&error), (ErrorKind::Unavailable, Outcome::NotApplied));
}

#[tokio::test]
async fn a_connection_that_breaks_during_a_write_leaves_its_outcome_unknown() {
    let given = Given::<PostgresDatabase>::migrated().await;
    let user = given.ada().await;
    let _other = raw(&given, "BEGIN; SELECT FROM users FOR UPDATE").await;

    let (store, id) = (given.store.clone(), user.id.clone());
    let write = tokio::spawn(async move { store.update_user(&id, rename()).await });
    let mut killer = given.database.connect().await;
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(kill)
        .fetch_one(&mut killer)
        .await
        .expect("a count")
        == 0
    {
        tokio::task::yield_now().await;
    }

    let error = write
        .await
        .expect("no panic")
        .expect_err("the connection is gone");
    assert_eq!(what(&error), (ErrorKind::Unavailable, Outcome::Unknown));
}

/// As many calls as there are connections, so that every connection is silent.
#[tokio::test]
async fn after_a_silence_the_pool_is_usable_within_two_seconds() {
    let silenced = Silenced::with(3).await;
    silenced.proxy.fail(Fault::BlackHole).await;
    let outcomes = silenced.in_parallel(6).await;

    silenced.proxy.pass().await;
    let recovery = silenced.recovery().await;

    let unavailable = |answer: &Result<_>| {
        let error = answer.as_ref().err();
        error.is_some_and(|error| error.kind() == ErrorKind::Unavailable)
    };
    assert!(outcomes.iter().all(unavailable), "{outcomes:?}");
    assert!(recovery < RECOVERY, "{recovery:?}");
}

/// A server that went away without a word, and another one that took its address: connections
/// that stay silent do not keep their places in the pool, with TLS or without.
#[tokio::test]
async fn connections_that_stay_silent_are_replaced_within_two_seconds() {
    let silenced = Silenced::with(3).await;
    silenced.in_parallel(6).await;
    silenced.settle().await;

    silenced.proxy.fail_open(Fault::BlackHole).await;
    let outcomes = silenced.in_parallel(6).await;
    let recovery = silenced.recovery().await;

    assert!(outcomes.iter().any(Result::is_err), "nothing was silent");
    assert!(recovery < RECOVERY, "{recovery:?}");
    let outcomes = silenced.in_parallel(6).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
}

/// The late answer to a call that was given up must not reach the next one.
#[tokio::test]
async fn a_late_answer_reaches_nobody() {
    let silenced = Silenced::with(1).await;
    let store = &silenced.store;
    silenced.proxy.fail(Fault::BlackHole).await;
    let nobody = NewUser::default();
    store
        .create_user(nobody)
        .await
        .expect_err("the server is silent");

    silenced.proxy.pass().await;
    let recovery = silenced.recovery().await;
    let found = store.get_user(&silenced.known.id).await;
    let by_email = store.get_user_by_email("grace@example.com").await;

    assert!(recovery < RECOVERY, "{recovery:?}");
    assert_eq!(found.expect("an answer"), Some(silenced.known.clone()));
    assert_eq!(by_email.expect("an answer"), Some(silenced.known.clone()));
    // Whether it was applied is unknown, but never twice.
    assert!(silenced.given.rows().await.users.len() <= 2);
    assert_eq!(silenced.known.email, grace().email);
}

/// The kernel takes connections for a listener that nobody serves.
#[tokio::test]
async fn a_server_that_never_speaks_ends_the_connect_and_the_operation() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let options = ConnectOptions::from_url(&format!("postgres://me@{address}/app"));
    let options = options.expect("a URL").acquire_timeout(DEADLINE);
    let lazy = Pool::per_request(options.clone()).expect("a pool that connects later");

    let asked = Instant::now();
    let connect = Pool::connect(options).await;
    let operation = SeaOrmAdapter::shared_with_authjs(lazy)
        .create_user(ada())
        .await;
    let waited = asked.elapsed();

    assert_eq!(connect.err(), Some(ConnectError::Timeout));
    let error = operation.expect_err("the server never speaks");
    assert_eq!(what(&error), (ErrorKind::Unavailable, Outcome::NotApplied));
    assert!(waited < 2 * DEADLINE + MARGIN, "{waited:?}");
}

/// The insert takes most of the deadline, and the index that it meets is not known: what the
/// catalog says of it comes too late.
#[tokio::test]
async fn a_conflict_that_leads_to_the_catalog_ends_within_the_deadline() {
    const DEADLINE: Duration = Duration::from_secs(4);
    const LATE: Duration = Duration::from_millis(2500);
    let given = Given::<PostgresDatabase>::migrated().await;
    let proxy = Proxy::before(&given.database).await;
    let options = proxy.options(&given.database).max_connections(1);
    let pool = Pool::connect(options.acquire_timeout(2 * DEADLINE)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open"))
        .with_clock(ManualClock::new(start()))
        .with_deadline(DEADLINE);
    store.create_user(ada()).await.expect("Ada is new");
    raw(
        &given,
        "ALTER INDEX authjs_users_email_key RENAME TO renamed",
    )
    .await;
    proxy
        .fail(Fault::Delay {
            to_server: Duration::ZERO,
            to_client: LATE,
        })
        .await;

    let asked = Instant::now();
    let error = store.create_user(ada()).await;
    let waited = asked.elapsed();

    let error = error.expect_err("Ada is there");
    let expected = ErrorKind::Conflict(Unique::Other);
    assert_eq!(what(&error), (expected, Outcome::NotApplied));
    assert!((LATE..DEADLINE + MARGIN).contains(&waited), "{waited:?}");
}
