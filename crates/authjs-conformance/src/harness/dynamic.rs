//! The suite through dynamic dispatch.

use std::fmt;
use std::sync::Arc;

use authjs_adapter::{
    DynStore, ManualClock, NewUser, Session, SessionToken, Snapshot, Store, User, UserId,
    async_trait,
};

use super::Harness;

/// Runs the store of another harness behind an `Arc<DynStore>`, as applications hold it.
///
/// The clone of the store must share its rows.
pub struct DynHarness<H> {
    inner: H,
    store: Arc<DynStore>,
}

impl<H: fmt::Debug> fmt::Debug for DynHarness<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynHarness").field(&self.inner).finish()
    }
}

#[async_trait]
impl<H> Harness for DynHarness<H>
where
    H: Harness,
    H::Store: Store<User = User, Session = Session, NewUser = NewUser> + Clone + 'static,
{
    type Store = Arc<DynStore>;

    async fn fresh() -> Self {
        let inner = H::fresh().await;
        let store: Arc<DynStore> = Arc::new(inner.store().clone());
        Self { inner, store }
    }

    fn store(&self) -> &Arc<DynStore> {
        &self.store
    }

    fn clock(&self) -> &ManualClock {
        self.inner.clock()
    }

    async fn snapshot(&self) -> Snapshot {
        self.inner.snapshot().await
    }

    fn stored_token(&self, token: &SessionToken) -> String {
        self.inner.stored_token(token)
    }

    fn unknown_id(&self) -> UserId {
        self.inner.unknown_id()
    }

    fn malformed_ids(&self, like: &UserId) -> Vec<UserId> {
        self.inner.malformed_ids(like)
    }

    async fn finish(self) {
        let Self { inner, store } = self;
        drop(store);
        inner.finish().await;
    }
}
