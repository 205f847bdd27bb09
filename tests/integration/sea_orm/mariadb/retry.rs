//! What the server took back for certain is tried again, and nobody sees it (P17).

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind, NewUser, Outcome, Patch, SignIn as _, UserPatch};
use authjs_tests::MariadbDatabase;
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection};

use crate::sea_orm::given::{self, Given, kind};

type Mariadb = Given<MariadbDatabase>;

/// The server lets that one of two go which has changed less: these changes are in no way of
/// anybody's.
const HEAVY: &str = "INSERT INTO verification_token (identifier, expires, token)
    SELECT 'heavy', '2030-01-01', seq FROM seq_1_to_100";

/// Connections of the adapter that wait for a lock: nothing else takes so long here. `INNODB_TRX`
/// would say it outright, but answers what it said before to whoever asks within 0.1 s of anybody.
const WAITING: &str = "SELECT ID FROM information_schema.PROCESSLIST
    WHERE DB = DATABASE() AND COMMAND IN ('Execute', 'Query')
    AND ID <> CONNECTION_ID() AND TIME_MS > 100";

fn rename() -> UserPatch {
    UserPatch {
        name: Patch::Set("Renamed".to_owned()),
        ..UserPatch::default()
    }
}

async fn given() -> Mariadb {
    let given = Mariadb::migrated().await;
    let facts = given.store.inspect().await;
    facts.expect("the catalog can be read");
    given
}

async fn run(connection: &mut MySqlConnection, sql: &str) {
    let result = connection.execute(AssertSqlSafe(sql)).await;
    result.expect("MariaDB takes the statements");
}

/// A transaction beside the adapter.
async fn other(given: &Mariadb, statements: &[&str]) -> MySqlConnection {
    let mut other = given.database.connect().await;
    run(&mut other, "BEGIN").await;
    for sql in statements {
        run(&mut other, sql).await;
    }
    other
}

/// Waits until a connection of the adapter waits for a lock, and tells which.
async fn until_it_waits(given: &Mariadb) -> i64 {
    let mut observer = given.database.connect().await;
    loop {
        let waiting = sqlx::query_scalar(WAITING).fetch_optional(&mut observer);
        if let Some(waiting) = waiting.await.expect("an answer") {
            return waiting;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_victim_of_a_deadlock_is_tried_again() {
    let given = given().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let before = given.store.statements_sent();
    let mut other = other(&given, &[HEAVY, "SELECT id FROM sessions FOR UPDATE"]).await;

    let deadlock = async {
        until_it_waits(&given).await;
        // The adapter holds the user and waits for the session: the server lets one of the two
        // go, and it is the adapter, or this lock were not given.
        run(&mut other, "SELECT id FROM users FOR UPDATE").await;
        run(&mut other, "ROLLBACK").await;
    };
    let (deleted, ()) = tokio::join!(given.store.delete_user(&user.id), deadlock);

    assert_eq!(deleted, Ok(Some(user)));
    assert!(given.store.statements_sent() - before >= 2);
    assert_eq!(given.rows().await.sessions, []);
}

/// A sign-up is several statements there: all of them are made again.
#[tokio::test]
async fn a_sign_up_that_is_the_victim_of_a_deadlock_is_whole() {
    let given = given().await;
    let grace = given.grace().await;
    let taken = "INSERT INTO accounts (userId, type, provider, providerAccountId)
        SELECT id, 'oauth', 'github', '42' FROM users";
    let mut other = other(&given, &[HEAVY, taken]).await;

    let deadlock = async {
        until_it_waits(&given).await;
        // The sign-up holds its new user and waits for what becomes of the account.
        run(&mut other, "SELECT id FROM users FOR UPDATE").await;
        run(&mut other, "ROLLBACK").await;
    };
    let (signed_up, ()) = tokio::join!(given.store.sign_up(given::sign_up("token")), deadlock);

    let signed_up = signed_up.expect("the second try finds the account free");
    let rows = given.rows().await;
    assert_eq!(rows.users, [grace, signed_up.user]);
    assert_eq!((rows.accounts.len(), rows.sessions.len()), (1, 1));
}

#[tokio::test]
async fn a_lock_that_is_released_after_the_first_try_is_no_error() {
    let given = given().await;
    let user = given.ada().await;
    let before = given.store.statements_sent();
    let mut other = other(&given, &["SELECT id FROM users FOR UPDATE"]).await;

    let release = async {
        while given.store.statements_sent() < before + 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        run(&mut other, "ROLLBACK").await;
    };
    let (deleted, ()) = tokio::join!(given.store.delete_user(&user.id), release);

    assert_eq!(deleted, Ok(Some(user)));
}

#[tokio::test]
async fn in_the_callers_transaction_a_deadlock_is_the_callers() {
    let given = given().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let before = given.store.statements_sent();
    let mut other = other(&given, &[HEAVY, "SELECT id FROM sessions FOR UPDATE"]).await;
    let transaction = given.pool.connection().begin().await;
    let transaction = transaction.expect("a transaction begins");

    let inside = given.store.on(&transaction);
    let deadlock = async {
        until_it_waits(&given).await;
        run(&mut other, "SELECT id FROM users FOR UPDATE").await;
    };
    let (deleted, ()) = tokio::join!(inside.delete_user(&user.id), deadlock);

    assert_eq!(kind(deleted), Some(ErrorKind::Busy));
    assert_eq!(given.store.statements_sent() - before, 1);
}

#[tokio::test]
async fn in_the_callers_transaction_a_wait_for_a_lock_is_the_callers() {
    let given = given().await;
    let user = given.ada().await;
    let before = given.store.statements_sent();
    let _other = other(&given, &["SELECT id FROM users FOR UPDATE"]).await;
    let transaction = given.pool.connection().begin().await;
    let transaction = transaction.expect("a transaction begins");

    let updated = given
        .store
        .on(&transaction)
        .update_user(&user.id, rename())
        .await;

    let updated = updated.expect_err("the row is locked");
    let told = (updated.kind(), updated.outcome());
    assert_eq!(told, (ErrorKind::Busy, Outcome::NotApplied));
    assert_eq!(given.store.statements_sent() - before, 1);
    // The server took back one statement, and not the transaction.
    let goes_on = transaction.execute_unprepared("SELECT 1").await;
    goes_on.expect("the transaction goes on");
}

/// What became of it is unknown: who asks again might do it twice.
#[tokio::test]
async fn a_write_whose_connection_was_killed_is_made_once() {
    let given = given().await;
    let ada = given.ada().await;
    let before = given.store.statements_sent();
    let taken = "INSERT INTO users (email) VALUES ('grace@example.com')";
    let _other = other(&given, &[taken]).await;

    let kill = async {
        let waiting = until_it_waits(&given).await;
        let mut observer = given.database.connect().await;
        run(&mut observer, &format!("KILL CONNECTION {waiting}")).await;
    };
    let grace: NewUser = given::grace();
    let (created, ()) = tokio::join!(given.store.create_user(grace), kill);

    let created = created.expect_err("its connection was killed");
    let told = (created.kind(), created.outcome());
    assert_eq!(told, (ErrorKind::Unavailable, Outcome::Unknown));
    assert_eq!(given.store.statements_sent() - before, 1);
    assert_eq!(given.store.get_user(&ada.id).await, Ok(Some(ada)));
}
