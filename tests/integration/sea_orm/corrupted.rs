//! An answer that arrives corrupted, over which the driver panics, is an error like any other.

use std::time::Duration;

use authjs_adapter::{
    Adapter as _, DriverError, Error, ErrorKind, ManualClock, NewUser, Outcome, User,
};
use authjs_conformance::start;
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{Direction, Fault, Networked, Proxy, held_after};

use super::given::{ada, grace, session};

/// Within which a pool has its permits back.
const PERMITS: Duration = Duration::from_secs(10);

/// An adapter with one connection, on which the statements of the tests are prepared.
struct Corrupted<D> {
    store: SeaOrmAdapter,
    known: User,
    pool: Pool,
    proxy: Proxy,
    // Dropped after those that are connected to it.
    _database: D,
}

impl<D: Networked> Corrupted<D> {
    async fn new() -> Self {
        let database = D::migrated().await;
        let proxy = Proxy::before(&database).await;
        let options = proxy.readable_options(&database).max_connections(1);
        let pool = Pool::connect(options).await.expect("the proxy is open");
        let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(ManualClock::new(start()));
        let known = store.create_user(grace()).await.expect("Grace is new");
        let found = store.get_user(&known.id).await;
        assert_eq!(found, Ok(Some(known.clone())));
        assert_eq!(held_after(&pool, PERMITS).await, 0);
        Self {
            store,
            known,
            pool,
            proxy,
            _database: database,
        }
    }

    /// Corrupts this byte of what the server answers next.
    async fn corrupt(&self, at: u64, mask: u8) {
        let direction = Direction::ToClient;
        let flip = Fault::Flip {
            direction,
            at,
            mask,
        };
        self.proxy.fail_open(flip).await;
    }

    /// The connection is not used again, and its place is.
    async fn assert_replaced(&self, connections: usize) {
        let found = self.store.get_user(&self.known.id).await;
        assert_eq!(found, Ok(Some(self.known.clone())));
        assert_eq!(self.proxy.accepted(), connections + 1);
        assert_eq!(held_after(&self.pool, PERMITS).await, 0);
    }
}

fn what(error: &Error) -> (ErrorKind, Outcome, &str) {
    let code = error.driver().map_or("", DriverError::code);
    (error.kind(), error.outcome(), code)
}

/// Reads while this byte of the answer is corrupted.
pub(super) async fn a_read_is_an_error<D: Networked>(at: u64, mask: u8) {
    let corrupted = Corrupted::<D>::new().await;
    let connections = corrupted.proxy.accepted();
    corrupted.corrupt(at, mask).await;

    let error = corrupted.store.get_user(&corrupted.known.id).await;

    let error = error.expect_err("the answer cannot be read");
    let expected = (ErrorKind::Internal, Outcome::NotApplied, "panic");
    assert_eq!(what(&error), expected);
    corrupted.assert_replaced(connections).await;
}

/// Writes while this byte of the answer is corrupted.
pub(super) async fn a_write_has_an_unknown_outcome<D: Networked>(at: u64, mask: u8) {
    let corrupted = Corrupted::<D>::new().await;
    let connections = corrupted.proxy.accepted();
    corrupted.corrupt(at, mask).await;

    let error = corrupted.store.create_user(ada()).await;

    let error = error.expect_err("the answer cannot be read");
    let expected = (ErrorKind::Internal, Outcome::Unknown, "panic");
    assert_eq!(what(&error), expected);
    corrupted.assert_replaced(connections).await;
    let again = corrupted.store.create_user(NewUser::default()).await;
    assert!(again.is_ok(), "{again:?}");
}

/// Starts a session, by a statement that is new to the connection, while this byte of its
/// description is corrupted.
pub(super) async fn a_write_that_is_misread_has_an_unknown_outcome<D: Networked>(
    at: u64,
    mask: u8,
) {
    let corrupted = Corrupted::<D>::new().await;
    let connections = corrupted.proxy.accepted();
    corrupted.corrupt(at, mask).await;

    let started = session(&corrupted.known.id, "first");
    let error = corrupted.store.create_session(started).await;

    let error = error.expect_err("a column is missing");
    let expected = (ErrorKind::Internal, Outcome::Unknown, "columns");
    assert_eq!(what(&error), expected);
    corrupted.assert_replaced(connections).await;
    let started = session(&corrupted.known.id, "second");
    let again = corrupted.store.create_session(started).await;
    assert!(again.is_ok(), "{again:?}");
}
