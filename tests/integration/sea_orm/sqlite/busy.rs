//! A file that another connection has locked (F20, P17).

use std::time::Duration;

use authjs_adapter::{Adapter as _, ErrorKind, Outcome, SignIn as _};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::SqliteDatabase;
use sqlx::{Executor as _, SqliteConnection};

use crate::sea_orm::given::{self, Given, ada, options};

/// Short, so that a try ends in `SQLITE_BUSY` soon.
const BUSY_TIMEOUT: Duration = Duration::from_millis(50);

/// A store that is soon tired of waiting, and a connection that holds the write lock.
async fn locked() -> (SeaOrmAdapter, SqliteConnection, Given<SqliteDatabase>) {
    let given = Given::<SqliteDatabase>::migrated().await;
    let options = options(&given.database).timeouts(BUSY_TIMEOUT, BUSY_TIMEOUT);
    let pool = Pool::connect(options).await.expect("the file is there");
    let store = SeaOrmAdapter::shared_with_authjs(pool).with_clock(given.clock.clone());
    store.inspect().await.expect("the catalog can be read");
    let mut other = given.database.connect().await;
    other
        .execute("BEGIN IMMEDIATE")
        .await
        .expect("nobody writes");
    (store, other, given)
}

/// Gives the lock back when the store has sent as many statements.
async fn unlock_after(statements: u64, store: &SeaOrmAdapter, mut other: SqliteConnection) {
    while store.statements_sent() < statements {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    other.execute("ROLLBACK").await.expect("the rollback");
}

#[tokio::test]
async fn a_write_is_tried_again_while_another_process_writes() {
    let (store, other, given) = locked().await;

    let (created, ()) = tokio::join!(store.create_user(ada()), unlock_after(2, &store, other));

    created.expect("the second try is made");
    assert_eq!(given.rows().await.users.len(), 1);
}

#[tokio::test]
async fn a_sign_up_is_tried_again_as_a_whole() {
    let (store, other, given) = locked().await;

    let sign_up = store.sign_up(given::sign_up("token"));
    let (signed_up, ()) = tokio::join!(sign_up, unlock_after(2, &store, other));

    signed_up.expect("the second try is made");
    let rows = given.rows().await;
    let counts = (rows.users.len(), rows.accounts.len(), rows.sessions.len());
    assert_eq!(counts, (1, 1, 1));
}

#[tokio::test]
async fn a_lock_that_stays_ends_busy_after_three_tries() {
    let (store, _other, given) = locked().await;

    let error = store.create_user(ada()).await.expect_err("it is locked");

    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert_eq!(store.statements_sent(), 3);
    assert_eq!(given.rows().await.users, []);
}

#[tokio::test]
async fn in_the_callers_transaction_nothing_is_tried_again() {
    let (store, _other, given) = locked().await;
    let options = options(&given.database).timeouts(BUSY_TIMEOUT, BUSY_TIMEOUT);
    let pool = Pool::connect(options).await.expect("the file is there");
    let transaction = sea_orm::TransactionTrait::begin(pool.connection()).await;
    let transaction = transaction.expect("it only reads so far");

    let error = store.on(&transaction).create_user(ada()).await;

    assert_eq!(given::kind(error), Some(ErrorKind::Busy));
    assert_eq!(store.statements_sent(), 1);
}
