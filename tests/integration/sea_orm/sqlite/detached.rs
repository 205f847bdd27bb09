//! What becomes of a write whose task is lost is an error.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use authjs_adapter::{
    Adapter as _, Clock, DriverError, ErrorKind, Housekeeping as _, Outcome, UserId,
};
use authjs_tests::SqliteDatabase;
use chrono::{DateTime, Utc};

use crate::sea_orm::given::{Given, ada};

/// A clock of the application that does not work.
#[derive(Debug)]
struct Broken;

impl Clock for Broken {
    fn now(&self) -> DateTime<Utc> {
        unreachable!("no battery");
    }
}

#[tokio::test]
async fn a_panic_of_the_applications_clock_is_an_error() {
    let given = Given::<SqliteDatabase>::migrated().await;
    let store = given.store.clone().with_clock(Broken);

    let error = store
        .purge_expired(10)
        .await
        .expect_err("the clock is broken");

    assert_eq!(error.kind(), ErrorKind::Internal);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.driver().map(DriverError::code), Some("panic"));
}

fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime can be made")
}

#[test]
fn a_runtime_that_ends_is_an_error() {
    let runtime = runtime();
    let given = runtime.block_on(Given::<SqliteDatabase>::migrated());
    let mut context = Context::from_waker(Waker::noop());
    let mut call = pin!(given.store.create_user(ada()));

    let inside = runtime.enter();
    let first = call.as_mut().poll(&mut context);
    drop(inside);
    runtime.shutdown_background();
    let second = call.as_mut().poll(&mut context);

    assert_eq!(first, Poll::Pending);
    let Poll::Ready(Err(error)) = second else {
        unreachable!("no error: {second:?}");
    };
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn a_call_outside_of_any_runtime_is_an_error() {
    let runtime = runtime();
    let given = runtime.block_on(Given::<SqliteDatabase>::migrated());
    let mut context = Context::from_waker(Waker::noop());

    let write = pin!(given.store.create_user(ada())).poll(&mut context);
    let id = UserId::from(1);
    let read = pin!(given.store.get_user(&id)).poll(&mut context);

    for answer in [write.map(Result::err), read.map(Result::err)] {
        let Poll::Ready(Some(error)) = answer else {
            unreachable!("no error: {answer:?}");
        };
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.outcome(), Outcome::NotApplied);
        assert_eq!(error.driver().map(DriverError::code), Some("no-runtime"));
    }
}
