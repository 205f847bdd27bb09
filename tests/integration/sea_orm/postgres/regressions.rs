//! Defects that were found and mended: each failed once, here or on SQLite.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use authjs_adapter::{
    Accounts as _, Adapter as _, ErrorKind, Housekeeping as _, NewSession, NewUser, Patch, Purged,
    SessionAdmin as _, SessionPatch, SessionToken, UserPatch,
};
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{PostgresDatabase, Proxy, TestDatabase as _, at_most};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, TransactionTrait as _};
use sqlx::Executor as _;
use sqlx::postgres::PgConnectOptions;

use crate::sea_orm::given::{self, Given, ada, grace, in_thirty_days, kind, options};
use crate::sea_orm::stock::{self, Stock as _};

type Postgres = Given<PostgresDatabase>;

/// More polls than a write under a savepoint takes.
const POLLS: usize = 12;
/// The savepoint, the statement and the release each wait for an answer.
const ANSWERS: usize = 3;

async fn begin(pool: &Pool) -> DatabaseTransaction {
    let transaction = pool.connection().begin().await;
    transaction.expect("a transaction begins")
}

/// Begins a transaction, creates Ada, drops creations after each number of polls, creates Grace.
/// Each is another adapter's: one that was left half-way refuses to write.
async fn drop_between_two_writes(pool: &Pool) -> DatabaseTransaction {
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let transaction = begin(pool).await;
    let inside = || store.on(&transaction).savepoints();
    inside().create_user(ada()).await.expect("Ada is new");
    let mut dropped = 0;
    for polls in 1..=POLLS {
        let inside = inside();
        let creation = at_most(polls, inside.create_user(NewUser::default())).await;
        assert!(polls > 1 || creation.is_none(), "it ended at once");
        dropped += usize::from(creation.is_none());
    }
    inside().create_user(grace()).await.expect("Grace is new");
    assert!(dropped >= ANSWERS, "only {dropped} were dropped");
    transaction
}

/// A pool whose server never answers during the poll that asks: the proxy is a task of the same
/// thread.
async fn through(proxy: &Proxy, database: &PostgresDatabase) -> Pool {
    let pool = Pool::connect(proxy.options(database)).await;
    pool.expect("the database is there")
}

#[tokio::test]
async fn the_commit_keeps_what_was_written_around_a_dropped_operation() {
    let database = PostgresDatabase::migrated().await;
    let proxy = Proxy::before(&database).await;
    let pool = through(&proxy, &database).await;

    let transaction = drop_between_two_writes(&pool).await;
    transaction.commit().await.expect("the commit");

    // Whether a dropped creation was done is not known; those have no address.
    let users = database.snapshot().await.users;
    let kept: Vec<_> = users.into_iter().filter_map(|user| user.email).collect();
    assert_eq!(kept, ["ada@example.com", "grace@example.com"]);
}

#[tokio::test]
async fn the_rollback_leaves_nothing_of_what_was_written_around_a_dropped_operation() {
    let database = PostgresDatabase::migrated().await;
    let proxy = Proxy::before(&database).await;
    let pool = through(&proxy, &database).await;

    let transaction = drop_between_two_writes(&pool).await;
    transaction.rollback().await.expect("the rollback");

    assert_eq!(database.snapshot().await.users, []);
}

#[tokio::test]
async fn constraints_that_a_transaction_took_back_are_not_relied_on() {
    let given = Postgres::stock("").await;
    let transaction = begin(&given.pool).await;
    transaction
        .execute_unprepared(
            r#"ALTER TABLE sessions ADD UNIQUE ("sessionToken"),
                ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE;
            ALTER TABLE accounts
                ADD FOREIGN KEY ("userId") REFERENCES users (id) ON DELETE CASCADE"#,
        )
        .await
        .expect("the tables are empty");
    let first = given.store.on(&transaction).get_user(&1.into()).await;
    transaction.rollback().await.expect("the rollback");

    let (ada, grace) = (given.ada().await, given.grace().await);
    let linked = given.store.link_account(given::account(&ada.id)).await;
    given.session(&ada, "torn").await;
    given.session(&grace, "torn").await;
    let torn = given.store.get_session_and_user(&"torn".into()).await;
    let deleted = given.store.delete_user(&ada.id).await;

    assert!(linked.is_ok());
    assert_eq!(first, Ok(None));
    assert_eq!(kind(torn), Some(ErrorKind::Inconsistent));
    assert_eq!(deleted, Ok(Some(ada)));
    let rows = given.rows().await;
    assert_eq!(rows.accounts, []);
    assert_eq!(rows.sessions.len(), 1);
}

#[tokio::test]
async fn tables_that_appear_after_an_inspection_are_not_taken_for_safe_ones() {
    let given = Postgres::on(PostgresDatabase::empty().await).await;
    let facts = given.store.inspect().await.expect("the catalog");
    for table in stock::POSTGRES {
        given.database.execute(table).await;
    }

    let user = given.ada().await;
    let inserted = given.store.upsert_account(given::account(&user.id)).await;
    let refreshed = given.store.upsert_account(given::account(&user.id)).await;
    given.session(&user, "token").await;
    let accounts = given.rows().await.accounts.len();
    let deleted = given.store.delete_user(&user.id).await;

    assert_eq!(facts.missing_tables().len(), 5);
    assert!(inserted.is_ok());
    assert_eq!((refreshed, accounts), (inserted, 1));
    assert_eq!(deleted, Ok(Some(user)));
    let rows = given.rows().await;
    assert_eq!(rows.accounts, []);
    assert_eq!(rows.sessions, []);
}

#[tokio::test]
async fn a_foreign_key_of_the_application_does_not_mean_that_the_user_is_missing() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    given
        .database
        .execute(
            "CREATE TABLE posts (session integer REFERENCES sessions (id),
                author text REFERENCES users (email));
            INSERT INTO posts SELECT id, 'ada@example.com' FROM sessions;
            CREATE TABLE tenants (id integer PRIMARY KEY);
            ALTER TABLE users ADD COLUMN tenant integer DEFAULT 7;
            ALTER TABLE users ADD FOREIGN KEY (tenant) REFERENCES tenants (id) NOT VALID",
        )
        .await;
    let before = given.rows().await;
    let moved = UserPatch {
        email: Patch::Set("lovelace@example.com".to_owned()),
        ..UserPatch::default()
    };

    let kinds = [
        kind(given.store.delete_session(&"token".into()).await),
        kind(given.store.revoke_all(&user.id, None).await),
        kind(given.store.update_user(&user.id, moved).await),
        kind(given.store.create_user(grace()).await),
    ];

    assert_eq!(kinds, [Some(ErrorKind::Internal); 4]);
    assert_eq!(given.rows().await, before);
}

/// Makes each update of sessions wait at its end, when it has chosen its rows, for the lock 7.
const UPDATES_WAIT: &str = "
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END';
    CREATE TRIGGER wait AFTER UPDATE ON sessions EXECUTE FUNCTION wait();
";

/// Runs the operation, and the SQL when its first statement has seen the rows as they were.
async fn meanwhile<F: Future>(given: &Postgres, operation: F, sql: &'static str) -> F::Output {
    given.database.execute(UPDATES_WAIT).await;
    let mut other = given.database.connect().await;
    let locked = other.execute("SELECT pg_advisory_lock(7)").await;
    locked.expect("nobody has the lock");
    let interfere = async {
        let waits = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while other
            .fetch_optional(waits)
            .await
            .expect("an answer")
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        other.execute(sql).await.expect("the rows can be written");
        let unlocked = other.execute("SELECT pg_advisory_unlock(7)").await;
        unlocked.expect("we have the lock");
    };
    let limit = Duration::from_secs(3);
    let both = tokio::time::timeout(limit, async { tokio::join!(operation, interfere) });
    both.await.expect("the update waits, and then ends").0
}

#[tokio::test]
async fn a_session_that_is_created_during_its_update_is_not_inconsistent() {
    let given = Postgres::stock_known("INSERT INTO users (id) VALUES (1)").await;
    let later = SessionPatch {
        expires: Some(in_thirty_days()),
    };
    let token = SessionToken::new("token");

    let updated = meanwhile(
        &given,
        given.store.update_session(&token, later),
        r#"INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, '2099-01-01', 'token')"#,
    )
    .await;

    assert_eq!(kind(updated), None);
}

#[tokio::test]
async fn a_session_that_is_revived_during_a_touch_is_not_inconsistent() {
    let given = Postgres::stock_known(
        r#"INSERT INTO users (id) VALUES (1);
        INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, '2000-01-01', 'token')"#,
    )
    .await;
    let token = SessionToken::new("token");

    // An update would wait for the lock as well.
    let touched = meanwhile(
        &given,
        given.store.touch_session(&token, in_thirty_days()),
        r#"BEGIN; DELETE FROM sessions;
        INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, '2099-01-01', 'token');
        COMMIT"#,
    )
    .await;

    assert_eq!(kind(touched), None);
}

#[tokio::test]
async fn at_the_end_of_time_a_session_is_expired() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    let session = NewSession {
        session_token: SessionToken::new("token"),
        user_id: user.id,
        expires: "2030-01-01T00:00:00Z".parse().expect("a time"),
    };
    given
        .store
        .create_session(session)
        .await
        .expect("it is new");
    given.clock.set(DateTime::<Utc>::MAX_UTC);

    let found = given.store.get_session_and_user(&"token".into()).await;

    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn at_the_beginning_of_time_nothing_is_purged() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    given.clock.set(DateTime::<Utc>::MIN_UTC);
    let before = given.rows().await;

    let purged = given.store.purge_expired(10).await;

    assert_eq!(purged, Ok(Purged::default()));
    assert_eq!(given.rows().await, before);
}

/// The first operation reads the catalog. One that waits for a connection to read it must not
/// hold up one that has a connection.
#[tokio::test]
async fn a_first_operation_without_a_connection_does_not_delay_one_in_a_transaction() {
    let database = PostgresDatabase::migrated().await;
    let five = Duration::from_secs(5);
    let options = options(&database).max_connections(1).acquire_timeout(five);
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(&pool).with_deadline(2 * five);
    let transaction = begin(&pool).await;

    let unknown = 7.into();
    let in_transaction = async {
        let start = Instant::now();
        let created = store.on(&transaction).create_user(ada()).await;
        let took = start.elapsed();
        transaction.commit().await.expect("the commit");
        (created, took)
    };
    let (outside, (created, took)) = tokio::join!(store.get_user(&unknown), in_transaction);

    assert!(created.is_ok(), "{created:?}");
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    assert_eq!(outside, Ok(None));
}

#[test]
fn parameters_that_other_clients_need_are_accepted() {
    for parameter in [
        "connect_timeout=5",
        "schema=auth",
        "channel_binding=prefer",
        "application_name=x",
        "pgbouncer=false",
    ] {
        let url = format!("postgres://me@db.example/app?{parameter}");
        let options = ConnectOptions::from_url(&url);
        assert!(options.is_ok(), "{parameter}: {:?}", options.err());
    }
}

#[test]
fn parameters_that_ask_for_what_the_driver_does_not_do_are_refused() {
    for parameter in ["pgbouncer=true", "channel_binding=require"] {
        let url = format!("postgres://me@db.example/app?sslmode=verify-full&{parameter}");
        let options = ConnectOptions::from_url(&url);
        let error = options.err();
        assert!(
            matches!(error, Some(ConnectError::Unsupported(_))),
            "{parameter}: {error:?}"
        );
    }
}

/// The variable is of the process, so that another one of this program does the work.
#[test]
fn a_password_of_a_file_is_not_sent_to_the_host_of_the_url() {
    let name = "a_password_of_a_file_is_not_sent_to_the_host_of_the_url";
    if std::env::var_os("PGPASSFILE").is_some_and(|file| Path::new(&file).ends_with(name)) {
        // The driver has no accessor for the password; its `Debug` shows it.
        assert!(format!("{:?}", PgConnectOptions::new()).contains("hunter2"));
        return no_password_of_the_file();
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join(name);
    std::fs::write(&file, "*:*:*:*:hunter2\n").expect("the file can be written");
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("the file is ours");

    let run = Command::new(std::env::current_exe().expect("a program"))
        .args([
            "--exact",
            &format!("sea_orm::postgres::regressions::{name}"),
        ])
        .env("PGPASSFILE", &file)
        .output()
        .expect("the program runs");

    let output = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{output}");
    assert!(output.contains("1 passed"), "{output}");
}

#[tokio::main(flavor = "current_thread")]
async fn no_password_of_the_file() {
    let options = ConnectOptions::from_url("postgres://me@db.example/app").expect("a URL");
    let pool = Pool::per_request(options).expect("a pool that connects later");
    let pool = pool.connection().get_postgres_connection_pool();

    let shown = format!("{:?}", pool.connect_options());
    assert!(
        shown.contains("db.example") && !shown.contains("hunter2"),
        "{shown}"
    );
}
