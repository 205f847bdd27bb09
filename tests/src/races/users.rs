//! Users: P4, P7.

use authjs_adapter::{DynStore, ErrorKind, NewUser, Patch, Unique, UserId, UserPatch, async_trait};

use super::given::undisturbed;
use super::{Facts, Race, Reply, Scene, Verdict, winners};

/// Callers who all create a user with one address.
pub(super) struct OneAddress;

#[async_trait]
impl Race for OneAddress {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P4",
            name: "create_user",
            what: "one address, one user; the others are told that it is taken",
            callers: 64,
            rounds: 200,
            users: 0,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let user = NewUser {
            name: Some(format!("caller {caller}")),
            email: Some(scene.email()),
            ..NewUser::default()
        };
        Reply::of_row(store.create_user(user).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies);
        let stored = undisturbed(store.get_user_by_email(&scene.email()).await);
        let told = winners
            .first()
            .and_then(|&caller| replies[caller].text("id"));
        Verdict::new(winners.len())
            .require(
                winners.len() == 1,
                "not exactly one caller created the user",
            )
            .require(
                stored.is_some_and(|user| Some(user.id.as_str()) == told),
                "the stored user is not the one that the winner was told",
            )
            .losers_are(replies, ErrorKind::Conflict(Unique::Email))
    }
}

/// Callers who each change a field of their own.
pub(super) struct DisjointFields;

impl DisjointFields {
    fn patch(scene: &Scene, caller: usize) -> UserPatch {
        let text = Patch::Set(scene.key.clone());
        if caller.is_multiple_of(2) {
            UserPatch {
                name: text,
                ..UserPatch::default()
            }
        } else {
            UserPatch {
                image: text,
                ..UserPatch::default()
            }
        }
    }
}

#[async_trait]
impl Race for DisjointFields {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P7",
            name: "update_user",
            what: "updates of different fields of a user all last",
            callers: 2,
            rounds: 1000,
            users: 1,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let (user, patch) = (scene.user(0), Self::patch(scene, caller));
        Reply::of_row(store.update_user(&user, patch).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let stored = undisturbed(store.get_user(&scene.user(0)).await).expect("it is not deleted");
        let key = Some(scene.key.as_str());
        let lasting = usize::from(stored.name.as_deref() == key)
            + usize::from(stored.image.as_deref() == key);
        Verdict::new(winners(replies).len())
            .require(
                winners(replies).len() == replies.len(),
                "an update was refused",
            )
            .require(lasting == 2, "an update was lost")
    }
}
