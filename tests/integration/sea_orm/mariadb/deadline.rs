//! Every operation ends, whatever the server does, and the error says what is known.

use std::time::Duration;

use authjs_adapter::{
    Adapter as _, DriverError, Error, ErrorKind, ManualClock, NewUser, Outcome, Patch, Result,
    User, UserPatch,
};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{Fault, MariadbDatabase, Proxy};
use sqlx::{Executor as _, MySqlConnection};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::sea_orm::given::{Given, ada};
use crate::sea_orm::stock::Stock as _;

/// The default of the wait for a lock.
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

async fn raw(given: &Given<MariadbDatabase>, sql: &'static str) -> MySqlConnection {
    let mut raw = given.database.connect().await;
    raw.execute(sql).await.expect("the statements");
    raw
}

#[tokio::test]
async fn a_write_that_waits_for_a_lock_ends_busy_after_three_tries_of_a_second() {
    let given = Given::<MariadbDatabase>::migrated().await;
    let user = given.ada().await;
    let mut other = raw(&given, "BEGIN; SELECT * FROM users FOR UPDATE").await;

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
    let given = Given::<MariadbDatabase>::migrated().await;
    let user = given.ada().await;
    given.store.inspect().await.expect("the catalog");
    let _other = raw(&given, "LOCK TABLES users WRITE").await;

    let asked = Instant::now();
    let busy = given.store.get_user(&user.id).await;
    let waited = asked.elapsed();

    let busy = busy.expect_err("the table is locked");
    assert_eq!(what(&busy), (ErrorKind::Busy, Outcome::NotApplied));
    assert!(
        (TRIES * LOCK_TIMEOUT..TRIES * LOCK_TIMEOUT + MARGIN).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled_by_the_server_and_not_applied() {
    let given = Given::<MariadbDatabase>::migrated().await;
    let trigger =
        "CREATE TRIGGER dawdle BEFORE INSERT ON users FOR EACH ROW SET NEW.name = SLEEP(60)";
    given.database.execute(trigger).await;

    let asked = Instant::now();
    let busy = given.store.create_user(ada()).await;
    let waited = asked.elapsed();

    let busy = busy.expect_err("the trigger sleeps");
    assert_eq!(what(&busy), (ErrorKind::Busy, Outcome::NotApplied));
    let limit = Duration::from_millis(2500);
    assert!((limit..limit + MARGIN).contains(&waited), "{waited:?}");
    assert_eq!(given.rows().await.users, []);
}

/// The server has no room for one more prepared statement: what was tried was not applied.
#[tokio::test]
async fn a_server_that_prepares_no_more_statements_is_busy() {
    let given = Given::<MariadbDatabase>::migrated().await;
    let trigger = "CREATE TRIGGER full BEFORE INSERT ON users FOR EACH ROW
        SIGNAL SQLSTATE '42000' SET MYSQL_ERRNO = 1461, MESSAGE_TEXT = 'as the server says it'";
    given.database.execute(trigger).await;

    let busy = given.store.create_user(ada()).await;

    let busy = busy.expect_err("the trigger says so");
    let code = busy.driver().map(DriverError::code);
    assert_eq!(
        (what(&busy), code),
        ((ErrorKind::Busy, Outcome::NotApplied), Some("1461"))
    );
    assert!(busy.is_retryable());
}

#[tokio::test]
async fn a_read_only_server_is_unavailable_and_nothing_was_applied() {
    let given = Given::<MariadbDatabase>::migrated().await;
    given.store.inspect().await.expect("the catalog");
    let read_only = sea_orm::TransactionTrait::begin_with_config(
        given.pool.connection(),
        None,
        Some(sea_orm::AccessMode::ReadOnly),
    );
    let transaction = read_only.await.expect("a transaction");

    let refused = given.store.on(&transaction).create_user(ada()).await;

    let refused = refused.expect_err("it may only read");
    assert_eq!(
        what(&refused),
        (ErrorKind::Unavailable, Outcome::NotApplied)
    );
    transaction.rollback().await.expect("the rollback");
}

/// An adapter whose server can fall silent.
struct Silenced {
    store: SeaOrmAdapter,
    known: User,
    pool: Pool,
    proxy: Proxy,
    given: Given<MariadbDatabase>,
}

impl Silenced {
    async fn with(connections: u32) -> Self {
        let given = Given::<MariadbDatabase>::migrated().await;
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
        let pool = self.pool.connection().get_mysql_connection_pool();
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

#[tokio::test]
async fn a_connection_that_is_killed_during_a_write_leaves_its_outcome_unknown() {
    let given = Given::<MariadbDatabase>::migrated().await;
    let taken = "BEGIN; INSERT INTO users (email) VALUES ('ada@example.com')";
    let _other = raw(&given, taken).await;

    let store = given.store.clone();
    let write = tokio::spawn(async move { store.create_user(ada()).await });
    let mut killer = given.database.connect().await;
    let waiting = "SELECT id FROM information_schema.processlist
        WHERE db = DATABASE() AND info LIKE 'INSERT INTO users%' LIMIT 1";
    let number = loop {
        let found: Option<i64> = sqlx::query_scalar(waiting)
            .fetch_optional(&mut killer)
            .await
            .expect("the processes");
        if let Some(number) = found {
            break number;
        }
        tokio::task::yield_now().await;
    };
    let kill = sqlx::query("KILL CONNECTION ?").bind(number);
    kill.execute(&mut killer).await.expect("it is ours");

    let error = write.await.expect("no panic").expect_err("it was killed");
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

/// A server that went away without a word, and another one that took its address.
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
    store
        .create_user(NewUser::default())
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
}

/// The kernel takes connections for a listener that nobody serves.
#[tokio::test]
async fn a_server_that_never_speaks_ends_the_connect_and_the_operation() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let options = ConnectOptions::from_url(&format!("mysql://me@{address}/app"));
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
