//! One user with more accounts and sessions than anybody has: each operation on all of them
//! ends within its deadline, which is an error otherwise.

use authjs_adapter::{
    Account, Adapter as _, NewUser, Session, SessionToken, Snapshot, Store, User, UserId,
};
use authjs_conformance::{Harness as _, MemoryHarness, start};
use authjs_sea_orm::{ConnectOptions, Pool};
use authjs_tests::{Mode, TestDatabase};
use sea_orm::TransactionTrait as _;

use super::rows::{account, session};

const ACCOUNTS: usize = 1_000;
const SESSIONS: usize = 10_000;

pub(super) async fn in_memory() {
    let harness = MemoryHarness::fresh().await;
    let store = harness.store();
    let user = store.create_user(NewUser::default()).await.expect("a user");

    fill(store, &user.id).await;
    work(store, &user).await;
    let deleted = store.delete_user(&user.id).await;

    assert_eq!(deleted, Ok(Some(user)));
    assert_eq!(harness.snapshot().await, Snapshot::default());
}

pub(super) async fn in_database<D: TestDatabase, M: Mode>() {
    let database = D::migrated().await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options).await.expect("the database is there");
    let store = M::adapter(pool.clone()).with_clock(authjs_adapter::ManualClock::new(start()));
    let user = store.create_user(NewUser::default()).await.expect("a user");
    // One transaction, so that the disk is waited for once.
    let transaction = pool.connection().begin().await.expect("a transaction");
    fill(&store.on(&transaction), &user.id).await;
    transaction.commit().await.expect("the rows are committed");

    // What it deletes comes back.
    let transaction = pool.connection().begin().await.expect("a transaction");
    work(&store.on(&transaction), &user).await;
    transaction.rollback().await.expect("the rows are back");
    let deleted = store.delete_user(&user.id).await;

    assert_eq!(deleted, Ok(Some(user)));
    assert_eq!(database.snapshot().await, Snapshot::default());
}

async fn fill<S>(store: &S, user: &UserId)
where
    S: Store<User = User, Session = Session, NewUser = NewUser>,
{
    for number in 0..ACCOUNTS {
        let account = account(&number.to_string()).of_user(user.clone());
        store.link_account(account).await.expect("a new account");
    }
    for number in 0..SESSIONS {
        let session = session(user, &number.to_string());
        store.create_session(session).await.expect("a new session");
    }
}

async fn work<S>(store: &S, user: &User)
where
    S: Store<User = User, Session = Session, NewUser = NewUser>,
{
    let kept = SessionToken::new("5000");
    let gone = SessionToken::new("4999");

    let accounts: Vec<Account> = store.list_accounts(&user.id).await.expect("a list");
    let devices = store.list_sessions(&user.id).await.expect("a list");
    let revoked = store.revoke(&user.id, &gone.handle()).await;
    let others = store.revoke_all(&user.id, Some(&kept)).await;
    let left = store.get_session_and_user(&kept).await.expect("an answer");

    assert_eq!(accounts.len(), ACCOUNTS);
    assert_eq!(devices.len(), SESSIONS);
    assert!(revoked.expect("an answer").is_some());
    assert_eq!(others, Ok(SESSIONS as u64 - 2));
    assert_eq!(left.map(|(_, user)| user).as_ref(), Some(user));
}
