//! What the suite needs to know about an adapter.

mod dynamic;
mod memory;

use authjs_adapter::{Adapter, ManualClock, SessionToken, Snapshot, UserId, async_trait};
use chrono::{DateTime, TimeDelta, Utc};

pub use self::{dynamic::DynHarness, memory::MemoryHarness};

/// The days from the Unix epoch to the first of January 2020.
const DAYS_TO_START: i64 = 18_262;

/// When each case begins: 2020-01-01T00:00:00Z.
///
/// The suite moves the clock of the harness by days, never to the present, so that a row which
/// is live for a case is long expired for a database that looks at its own clock.
#[must_use]
pub fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(DAYS_TO_START)
}

/// Gives each case a store of its own, the clock of that store, and a look past the contract.
///
/// # Examples
///
/// A harness for an adapter, and the suite that runs on it:
///
/// ```
/// use authjs_adapter::{ManualClock, MemoryAdapter, Snapshot, SystemClock, async_trait};
/// use authjs_conformance::{Harness, conformance_suite, start};
///
/// struct MyHarness {
///     clock: ManualClock,
///     store: MemoryAdapter,
/// }
///
/// #[async_trait]
/// impl Harness for MyHarness {
///     type Store = MemoryAdapter;
///
///     async fn fresh() -> Self {
///         let clock = ManualClock::new(start());
///         let store = MemoryAdapter::new(clock.clone()).with_database_clock(SystemClock);
///         Self { clock, store }
///     }
///
///     fn store(&self) -> &MemoryAdapter {
///         &self.store
///     }
///
///     fn clock(&self) -> &ManualClock {
///         &self.clock
///     }
///
///     async fn snapshot(&self) -> Snapshot {
///         self.store.snapshot()
///     }
/// }
///
/// conformance_suite!(MyHarness);
/// # fn main() {}
/// ```
#[async_trait]
pub trait Harness: Send + Sync + Sized + 'static {
    /// The adapter.
    type Store: Adapter;

    /// Makes an empty store that shares nothing with any other, its clock at [`start`].
    ///
    /// The cases run in parallel, so two stores never share tables. What has to be removed
    /// afterwards is removed in [`finish`](Self::finish), or in `Drop`, which also runs when a
    /// case fails.
    async fn fresh() -> Self;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// The clock that the adapter was given. Clones of a [`ManualClock`] share the time.
    fn clock(&self) -> &ManualClock;

    /// Reads every row of the store past the adapter, with statements of its own.
    ///
    /// A table that the adapter does not have is empty. Times are in milliseconds; session
    /// tokens are as they are stored.
    async fn snapshot(&self) -> Snapshot;

    /// The text under which this session token is stored: the token itself, unless the store
    /// keeps hashes.
    fn stored_token(&self, token: &SessionToken) -> String {
        token.expose().to_owned()
    }

    /// An id that a row may have and that no row has: by default the last one of an int4
    /// column.
    fn unknown_id(&self) -> UserId {
        UserId::from(i32::MAX)
    }

    /// Ids that no row can have, though careless parsers take some of them for `like`, the id
    /// of a row that is there.
    ///
    /// The default is made for int4 columns. It holds for text columns too, where the texts
    /// that resemble `like` are possible and unknown, which must look the same to a caller.
    fn malformed_ids(&self, like: &UserId) -> Vec<UserId> {
        let near = [
            format!("0{like}"),
            format!("+{like}"),
            format!(" {like}"),
            format!("{like} "),
            format!("{like}abc"),
            format!("{like}.0"),
            format!("{like}e0"),
            format!("{like}\0"),
            format!("{like}' OR '1'='1"),
            "9".repeat(300),
        ];
        let far = [
            "",
            "-",
            "abc",
            "0x1",
            "1_0",
            "-0",
            "\u{ff11}",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "550e8400-e29b-41d4-a716-446655440000",
        ];
        near.into_iter()
            .map(UserId::from)
            .chain(far.into_iter().map(UserId::from))
            .collect()
    }

    /// Removes the store after a case that passed. By default this is left to `Drop`.
    async fn finish(self) {}
}
