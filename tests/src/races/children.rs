//! Rows of a user, made while the user is deleted: P6.

use authjs_adapter::{DynStore, ErrorKind, UserId, async_trait};

use super::given::{account, account_with_tokens, authenticator, new_session, undisturbed, user};
use super::{Facts, Race, Reply, Scene, Verdict};

/// What one caller makes while the other deletes the user.
#[derive(Clone, Copy)]
pub(super) enum Child {
    Session,
    Account,
    Upsert,
    Authenticator,
}

impl Child {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "create_session_beside_delete_user",
            Self::Account => "link_account_beside_delete_user",
            Self::Upsert => "upsert_account_beside_delete_user",
            Self::Authenticator => "create_authenticator_beside_delete_user",
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Session => "no session outlives its user",
            Self::Account => "no linked account outlives its user",
            Self::Upsert => "no upserted account outlives its user",
            Self::Authenticator => "no authenticator outlives its user",
        }
    }

    async fn make(self, store: &DynStore, scene: &Scene) -> Reply {
        let (key, owner) = (scene.key.as_str(), scene.user(0));
        match self {
            Self::Session => Reply::of_row(store.create_session(new_session(key, owner, 30)).await),
            Self::Account => Reply::of_row(store.link_account(account(key).of_user(owner)).await),
            Self::Upsert => {
                let account = account_with_tokens(key, owner, "new");
                Reply::of_row(store.upsert_account(account).await)
            }
            Self::Authenticator => {
                Reply::of_row(store.create_authenticator(authenticator(key, owner)).await)
            }
        }
    }

    async fn is_left(self, store: &DynStore, scene: &Scene) -> bool {
        let key = scene.key.as_str();
        match self {
            Self::Session => undisturbed(store.get_session_and_user(&key.into()).await).is_some(),
            Self::Account | Self::Upsert => {
                undisturbed(store.get_account(account(key).key()).await).is_some()
            }
            Self::Authenticator => undisturbed(store.get_authenticator(key).await).is_some(),
        }
    }
}

#[async_trait]
impl Race for Child {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P6",
            name: self.name(),
            what: self.what(),
            callers: 2,
            rounds: 1000,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, _users: &[UserId]) -> Scene {
        Scene::new(round, &[user(store).await])
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        if caller == 0 {
            Reply::of(store.delete_user(&scene.user(0)).await)
        } else {
            self.make(store, scene).await
        }
    }

    /// A winner is a caller who made the row before the user was deleted.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let (deleted, made) = replies.split_first().expect("somebody deletes");
        let winners = made.iter().filter(|reply| reply.is_some()).count();
        Verdict::new(winners)
            .require(deleted.is_some(), "the user was not deleted")
            .require(!self.is_left(store, scene).await, "a row outlived its user")
            .losers_are(made, ErrorKind::UserMissing)
    }
}
