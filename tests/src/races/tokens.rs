//! Verification tokens: P1, P2, P3.

use authjs_adapter::{DynStore, HashedToken, Snapshot, UserId, async_trait};

use super::given::{insist, verification_token};
use crate::polls::at_most;

use super::{Facts, Race, Reply, Scene, Tally, Verdict, winners};

fn token(scene: &Scene) -> HashedToken {
    HashedToken::new(format!("hash-{}", scene.key))
}

async fn use_token(store: &DynStore, scene: &Scene) -> Reply {
    let (email, token) = (scene.email(), token(scene));
    Reply::of(store.use_verification_token(&email, &token).await)
}

/// What is left when all callers are done.
async fn left(store: &DynStore, scene: &Scene) -> bool {
    let (email, token) = (scene.email(), token(scene));
    insist(|| store.use_verification_token(&email, &token))
        .await
        .is_some()
}

/// Callers who all have the right token.
pub(super) struct UsedOnce;

#[async_trait]
impl Race for UsedOnce {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P1",
            name: "use_verification_token",
            what: "exactly one caller gets the verification token",
            callers: 64,
            rounds: 1000,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        verification_token(store, &scene.email(), &token(&scene), 1).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, _caller: usize) -> Reply {
        use_token(store, scene).await
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        Verdict::new(winners)
            .require(winners == 1, "the token was not taken exactly once")
            .require(!left(store, scene).await, "the token is still there")
            .nobody_is_refused(replies)
    }
}

/// Callers of whom only every fourth has both halves of the key, in every second round nobody.
/// The token is expired, which is no reason not to take it.
pub(super) struct WrongHalves;

impl WrongHalves {
    fn is_right(scene: &Scene, caller: usize) -> bool {
        caller % 4 == 3 && !scene.key.ends_with(['1', '3', '5', '7', '9'])
    }
}

#[async_trait]
impl Race for WrongHalves {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P2",
            name: "use_verification_token_wrong",
            what: "a wrong identifier or token takes nothing; the right ones take an expired \
                   token once",
            callers: 16,
            rounds: 400,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        verification_token(store, &scene.email(), &token(&scene), -2).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let (email, token) = (scene.email(), token(scene));
        if Self::is_right(scene, caller) {
            return use_token(store, scene).await;
        }
        let (email, token) = match caller % 3 {
            0 => (email.to_uppercase(), token),
            1 => (email, HashedToken::new(format!("{} ", token.expose()))),
            _ => (token.expose().to_owned(), HashedToken::new(email)),
        };
        Reply::of(store.use_verification_token(&email, &token).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies);
        let tried = (0..replies.len()).any(|caller| Self::is_right(scene, caller));
        Verdict::new(winners.len())
            .require(
                winners.iter().all(|&caller| Self::is_right(scene, caller)),
                "a wrong key took the token",
            )
            .require(
                winners.len() == usize::from(tried),
                "the token was not taken once",
            )
            .require(
                left(store, scene).await != tried,
                "the token is gone, or there twice",
            )
            .nobody_is_refused(replies)
    }
}

/// Callers of whom every second drops its call at an await, each at a later one.
pub(super) struct Cancelled;

#[async_trait]
impl Race for Cancelled {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P3",
            name: "use_verification_token_cancelled",
            what: "cancelled callers or not, at most one gets the verification token",
            callers: 16,
            rounds: 1000,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        verification_token(store, &scene.email(), &token(&scene), 1).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let polls = if caller.is_multiple_of(2) {
            1 + caller / 2
        } else {
            usize::MAX
        };
        let used = at_most(polls, use_token(store, scene)).await;
        used.unwrap_or(Reply::Cancelled)
    }

    /// The witness is a caller too, after the others; who was cancelled may have taken the
    /// token and not seen it.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        let left = usize::from(left(store, scene).await);
        let is_refused = |reply: &Reply| matches!(reply, Reply::Refused(_) | Reply::Retry(_));
        Verdict::new(winners)
            .require(winners + left <= 1, "the token was taken twice")
            .require(
                !replies.iter().any(is_refused),
                "a call that was not cancelled failed",
            )
    }

    fn contradictions(&self, _rows: &Snapshot, tally: &Tally) -> Vec<String> {
        let is_tried = tally.cancelled > 0;
        let text = "no call was cancelled: the promise was not tried".to_owned();
        (!is_tried).then_some(text).into_iter().collect()
    }
}
