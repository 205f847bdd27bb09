//! A write whose caller goes away ends as if the caller were there (P18), on each backend.

use std::time::Duration;

use authjs_adapter::{Adapter as _, SignIn as _, Snapshot};
use authjs_tests::{TestDatabase, at_most};
use sea_orm::TransactionTrait as _;

use super::given::{self, Given, MAX_CONNECTIONS, ada, grace, in_thirty_days, link};

/// More polls than any call takes.
const POLLS: usize = 100;
/// Far more than a write takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            a_call_that_is_never_polled_does_nothing,
            a_token_is_consumed_by_a_call_that_is_dropped_at_any_await,
            a_sign_up_is_whole_when_it_is_dropped_at_any_await,
            a_sign_in_is_whole_when_it_is_dropped_at_any_await,
            abandoned_calls_leave_every_connection_free
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

mod sqlite {
    use authjs_tests::SqliteDatabase;

    each!(SqliteDatabase);
}

/// The rows, as soon as they are so.
async fn once<D: TestDatabase>(given: &Given<D>, is_so: fn(&Snapshot) -> bool) -> Snapshot {
    let waiting = async {
        loop {
            let rows = given.rows().await;
            if is_so(&rows) {
                // The tables are read one after the other: once more, now that it is done.
                return given.rows().await;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.expect("the write went on without its caller")
}

async fn a_call_that_is_never_polled_does_nothing<D: TestDatabase>() {
    let given = Given::<D>::migrated().await;

    let dropped = at_most(0, given.store.create_user(ada())).await;
    given.grace().await;

    assert!(dropped.is_none());
    assert_eq!(given.rows().await.users.len(), 1);
}

async fn a_token_is_consumed_by_a_call_that_is_dropped_at_any_await<D: TestDatabase>() {
    let given = Given::<D>::migrated().await;
    let link = link(in_thirty_days());
    let mut dropped = 0;

    for polls in 1..POLLS {
        let created = given.store.create_verification_token(link.clone()).await;
        created.expect("the last one was consumed");
        let call = given
            .store
            .use_verification_token(&link.identifier, &link.token);
        let is_done = at_most(polls, call).await.is_some();
        once(&given, |rows| rows.verification_tokens.is_empty()).await;
        let again = given
            .store
            .use_verification_token(&link.identifier, &link.token)
            .await;
        assert_eq!(again, Ok(None));
        if is_done {
            break;
        }
        dropped += 1;
    }

    assert!((1..POLLS - 1).contains(&dropped), "{dropped} were dropped");
}

async fn a_sign_up_is_whole_when_it_is_dropped_at_any_await<D: TestDatabase>() {
    let given = Given::<D>::migrated().await;
    let mut dropped = 0;

    for polls in 1..POLLS {
        let call = given.store.sign_up(given::sign_up("token"));
        let is_done = at_most(polls, call).await.is_some();
        let rows = once(&given, |rows| !rows.sessions.is_empty()).await;
        assert_eq!((rows.users.len(), rows.accounts.len()), (1, 1));
        for user in rows.users {
            given.store.delete_user(&user.id).await.expect("an answer");
        }
        if is_done {
            break;
        }
        dropped += 1;
    }

    assert!((1..POLLS - 1).contains(&dropped), "{dropped} were dropped");
}

async fn a_sign_in_is_whole_when_it_is_dropped_at_any_await<D: TestDatabase>() {
    let given = Given::<D>::migrated().await;
    let mut dropped = 0;

    for polls in 1..POLLS {
        let created = given
            .store
            .create_verification_token(link(in_thirty_days()));
        created.await.expect("the last one was consumed");
        let call = given.store.sign_in_with_email(given::click("token"));
        let is_done = at_most(polls, call).await.is_some();
        let rows = once(&given, |rows| !rows.sessions.is_empty()).await;
        assert_eq!(rows.verification_tokens, []);
        assert_eq!(rows.users.len(), 1);
        for user in rows.users {
            given.store.delete_user(&user.id).await.expect("an answer");
        }
        if is_done {
            break;
        }
        dropped += 1;
    }

    assert!((1..POLLS - 1).contains(&dropped), "{dropped} were dropped");
}

async fn abandoned_calls_leave_every_connection_free<D: TestDatabase>() {
    let given = Given::<D>::migrated().await;
    let mut dropped = 0;

    for round in 0..POLLS {
        let polls = 1 + round % 3;
        let call = given.store.sign_up(given::sign_up("token"));
        dropped += usize::from(at_most(polls, call).await.is_none());
        let call = given.store.create_user(grace());
        dropped += usize::from(at_most(polls, call).await.is_none());
    }
    once(&given, |rows| rows.users.len() == 2).await;

    assert!(dropped > POLLS / 2, "only {dropped} were dropped");
    let mut held = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        held.push(given.pool.connection().begin().await.expect("a connection"));
    }
    drop(held);
    let known = given.store.get_user_by_email("grace@example.com").await;
    assert!(known.expect("nobody holds a lock").is_some());
}
