//! All capabilities under one name.

use crate::{
    Accounts, Adapter, Authenticators, BatchLookup, Housekeeping, NewUser, Session, SessionAdmin,
    SignIn, User,
};

/// An adapter with every capability; implemented for each type that has them all.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{MemoryAdapter, Result, Store, UserId};
///
/// async fn sign_out_everywhere(store: &impl Store, user: &UserId) -> Result<u64> {
///     store.revoke_all(user, None).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<()> {
/// let store = MemoryAdapter::default();
///
/// assert_eq!(sign_out_everywhere(&store, &"1".into()).await?, 0);
/// # Ok(())
/// # }
/// ```
pub trait Store:
    Adapter + Authenticators + Accounts + SessionAdmin + SignIn + Housekeeping + BatchLookup
{
}

impl<A> Store for A where
    A: Adapter
        + Authenticators
        + Accounts
        + SessionAdmin
        + SignIn
        + Housekeeping
        + BatchLookup
        + ?Sized
{
}

/// A store of the contract's own records, whatever is behind it; hold it as `Arc<DynStore>`.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use authjs_adapter::{Adapter, DynStore, MemoryAdapter, NewUser};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> authjs_adapter::Result<()> {
/// let store: Arc<DynStore> = Arc::new(MemoryAdapter::default());
/// let user = store.create_user(NewUser::default()).await?;
///
/// assert_eq!(store.get_user(&user.id).await?, Some(user));
/// # Ok(())
/// # }
/// ```
pub type DynStore = dyn Store<User = User, Session = Session, NewUser = NewUser>;
