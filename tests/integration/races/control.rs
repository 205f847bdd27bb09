//! Races that are lost on purpose: who runs them must see it.

use std::sync::LazyLock;

use authjs_adapter::{DynStore, NewUser, Patch, UserId, UserPatch, async_trait};
use authjs_tests::{Facts, Isolation, Race, Reply, Scene, Setting, SqliteDatabase, Verdict, Way};
use tokio::sync::Barrier;

use super::course;

const SETTING: Setting = Setting {
    pool: 2,
    isolation: Isolation::Serializable,
    way: Way::Tasks,
};

const FACTS: Facts = Facts {
    promise: "P7",
    name: "control",
    what: "a race that is lost on purpose",
    callers: 2,
    rounds: 3,
    users: 1,
};

/// Two callers who read a user, wait for each other, and write the whole row.
struct WholeRows;

static BOTH_HAVE_READ: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

#[async_trait]
impl Race for WholeRows {
    fn facts(&self) -> Facts {
        FACTS
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let id = scene.user(0);
        let user = store.get_user(&id).await.expect("a read").expect("a user");
        BOTH_HAVE_READ.wait().await;
        let mine = Some(scene.key.clone());
        let (name, image) = if caller == 0 {
            (mine, user.image)
        } else {
            (user.name, mine)
        };
        let patch = UserPatch {
            name: Patch::Set(name.unwrap_or_default()),
            image: Patch::Set(image.unwrap_or_default()),
            ..UserPatch::default()
        };
        Reply::of_row(store.update_user(&id, patch).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let race = authjs_tests::race("update_user").expect("the race that this one loses");
        race.judge(store, scene, replies).await
    }
}

/// One caller, who meets nobody.
struct Alone;

#[async_trait]
impl Race for Alone {
    fn facts(&self) -> Facts {
        Facts {
            callers: 1,
            ..FACTS
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, _scene: &Scene, _caller: usize) -> Reply {
        Reply::of_row(store.create_user(NewUser::default()).await)
    }

    async fn judge(&self, _store: &DynStore, _scene: &Scene, _replies: &[Reply]) -> Verdict {
        Verdict::new(1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_update_is_seen_in_each_round() {
    let tally = course(SETTING).run::<SqliteDatabase>(&WholeRows).await;

    assert_eq!(tally.violations, tally.rounds, "{:?}", tally.examples);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_race_in_which_no_two_calls_meet_fails() {
    let tally = course(SETTING).run::<SqliteDatabase>(&Alone).await;

    assert_eq!((tally.overlapped, tally.violations), (0, 1));
}
