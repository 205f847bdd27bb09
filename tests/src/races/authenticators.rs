//! Counters of passkeys: P11.

use authjs_adapter::{DynStore, UserId, async_trait};
use serde_json::json;

use super::given::{authenticator, undisturbed};
use super::{Facts, Race, Reply, Scene, Verdict, winners};

/// Callers who each set a counter of their own. The contract sets what it is given: comparing
/// it with the old one is the caller's part of WebAuthn.
pub(super) struct Counter;

#[async_trait]
impl Race for Counter {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P11",
            name: "update_authenticator_counter",
            what: "each caller is told its own counter, and nothing else of the row changes",
            callers: 16,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        let row = authenticator(&scene.key, scene.user(0));
        undisturbed(store.create_authenticator(row).await);
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let counter = u32::try_from(caller + 1).expect("a few callers");
        let updated = store.update_authenticator_counter(&scene.key, counter);
        Reply::of_row(updated.await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let row = undisturbed(store.get_authenticator(&scene.key).await).expect("it is there");
        let counters = 1..=replies.len();
        let mut others = row.clone();
        others.counter = 0;
        let told_own = replies.iter().zip(1..).all(|(reply, given)| {
            matches!(reply, Reply::Some(row) if row.get("counter") == Some(&json!(given)))
        });
        Verdict::new(winners(replies).len())
            .require(told_own, "a caller was told another counter than its own")
            .require(
                counters.contains(&(row.counter as usize)),
                "nobody set this counter",
            )
            .require(
                others == authenticator(&scene.key, scene.user(0)),
                "another column changed",
            )
    }
}
