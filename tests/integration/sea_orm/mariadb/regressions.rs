//! Defects that were found and mended: each of these failed once.

use std::time::Duration;

use authjs_adapter::{Accounts as _, Adapter as _, Authenticators as _, ErrorKind};
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::MariadbDatabase;
use sqlx::{Executor as _, MySqlConnection};

use crate::sea_orm::given::{self, Given, kind, options, passkey};

/// How long the insert that waits does so, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(4);

type Mariadb = Given<MariadbDatabase>;

async fn wait_for_an_insert_that_waits(raw: &mut MySqlConnection) {
    let waiting = "SELECT 1 FROM information_schema.innodb_trx
        JOIN information_schema.processlist ON id = trx_mysql_thread_id
        WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'";
    while raw
        .fetch_optional(waiting)
        .await
        .expect("the transactions can be read")
        .is_none()
    {
        // The server looks again 100 ms after it was last asked, and not before.
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// The numbers of a table's rows are given out under a lock of the table, where the rows to be
/// inserted come from a query: whoever held it and waited for a row stopped all others.
#[tokio::test]
async fn an_insert_that_waits_for_a_row_holds_up_no_other() {
    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    let patient = options(&given.database).timeouts(PATIENCE, PATIENCE);
    let pool = Pool::connect(patient).await.expect("the database is there");
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let mut other = given.database.connect().await;
    other
        .execute(
            "BEGIN; INSERT INTO sessions (`userId`, expires, `sessionToken`)
            VALUES (1, '2099-01-01', 'taken')",
        )
        .await
        .expect("the insert");

    let session = given::session(&user.id, "taken");
    let waiting = tokio::spawn(async move { store.create_session(session).await });
    wait_for_an_insert_that_waits(&mut other).await;
    // Not before the other in the order of the index: the gap there is locked.
    given.session(&user, "untaken").await;

    assert!(!waiting.is_finished(), "the other one waited as well");
    other.execute("ROLLBACK").await.expect("the rollback");
    waiting.await.expect("no panic").expect("it is free now");
}

/// Columns of others may be NULL: a row without a user must not come out of a missing one.
#[tokio::test]
async fn where_a_row_may_be_without_a_user_a_missing_one_is_refused_too() {
    let given = Mariadb::stock(
        r#"ALTER TABLE accounts MODIFY "userId" INT NULL,
            ADD UNIQUE (provider, "providerAccountId");
        ALTER TABLE sessions MODIFY "userId" INT NULL;
        ALTER TABLE authenticators MODIFY "userId" INT NULL"#,
    )
    .await;
    let store = &given.store;
    let nobody = 7.into();

    let kinds = [
        kind(store.link_account(given::account(&nobody)).await),
        kind(store.upsert_account(given::account(&nobody)).await),
        kind(store.create_session(given::session(&nobody, "token")).await),
        kind(store.create_authenticator(passkey(&nobody, "key")).await),
    ];

    assert_eq!(kinds, [Some(ErrorKind::UserMissing); 4]);
    let rows = given.rows().await;
    assert!(rows.accounts.is_empty() && rows.sessions.is_empty());
    let user = given.ada().await;
    given.session(&user, "token").await;
    let upserted = store.upsert_account(given::account(&user.id)).await;
    upserted.expect("the user is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_upserts_of_two_users_wait_for_each_other_in_one_order() {
    let given = Mariadb::migrated().await;
    let users = [given.ada().await.id, given.grace().await.id];
    given.store.inspect().await.expect("the catalog");

    let tasks: Vec<_> = (0..8)
        .zip(users.iter().cycle())
        .map(|(_, user)| {
            let (store, account) = (given.store.clone(), given::account(user));
            tokio::spawn(async move { store.upsert_account(account).await })
        })
        .collect();
    let mut kinds = Vec::new();
    for task in tasks {
        kinds.extend(kind(task.await.expect("no panic")));
    }

    // The other user's, and nothing about locks.
    assert_eq!(kinds, [given::conflict(authjs_adapter::Unique::Account); 4]);
}
