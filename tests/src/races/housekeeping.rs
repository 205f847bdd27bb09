//! The purge beside traffic: P32.

use authjs_adapter::{DynStore, SessionPatch, SessionToken, UserId, async_trait};

use super::given::{in_days, insist, new_session, session, undisturbed, verification_token};
use super::{Facts, Race, Reply, Scene, Verdict};

/// Workers who purge, beside callers who bring one expired session back to life, create one,
/// extend one and read one.
pub(super) struct Purged;

impl Purged {
    const EXPIRED: u64 = 12;
    const LINKS: u64 = 3;
    const LIMIT: u32 = 4;

    fn token(scene: &Scene, name: &str) -> SessionToken {
        SessionToken::new(format!("{}-{name}", scene.key))
    }

    /// The expired session that a caller brings back, among those that end first.
    const REVIVED: &str = "0";
    const LIVE: &str = "live";
    const NEW: &str = "new";

    async fn is_there(store: &DynStore, scene: &Scene, name: &str) -> bool {
        let token = Self::token(scene, name);
        undisturbed(store.get_session_and_user(&token).await).is_some()
    }
}

#[async_trait]
impl Race for Purged {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P32",
            name: "purge_expired",
            what: "workers who purge beside traffic remove each expired row once and no live one",
            callers: 8,
            rounds: 300,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        let user = scene.user(0);
        for number in 0..Self::EXPIRED {
            let token = Self::token(&scene, &number.to_string());
            session(store, token.expose(), &user, -1).await;
        }
        session(store, Self::token(&scene, Self::LIVE).expose(), &user, 1).await;
        for number in 0..Self::LINKS {
            let hash = format!("{}-{number}", scene.key);
            verification_token(store, &scene.email(), &hash.into(), -2).await;
        }
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        match caller {
            1 => {
                let patch = SessionPatch {
                    expires: Some(in_days(30)),
                };
                let token = Self::token(scene, Self::REVIVED);
                Reply::of(store.update_session(&token, patch).await)
            }
            3 => {
                let token = Self::token(scene, Self::NEW);
                let new = new_session(token.expose(), scene.user(0), 1);
                Reply::of_row(store.create_session(new).await)
            }
            5 => {
                let token = Self::token(scene, Self::LIVE);
                Reply::of(store.touch_session(&token, in_days(30)).await)
            }
            7 => {
                let token = Self::token(scene, Self::LIVE);
                Reply::of(store.get_session_and_user(&token).await)
            }
            _ => {
                let purged = store.purge_expired(Self::LIMIT).await;
                Reply::of_row(purged.map(|purged| purged.sessions + purged.verification_tokens))
            }
        }
    }

    /// Winners are the workers who removed a row. A worker may be refused after its first
    /// table, and then cannot say what it removed.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let is_revived = replies.get(1).is_some_and(Reply::is_some);
        let mut verdict = Verdict::new(0)
            .require(
                Self::is_there(store, scene, Self::LIVE).await,
                "a live session is gone",
            )
            .require(
                Self::is_there(store, scene, Self::NEW).await,
                "a new session is gone",
            )
            .require(
                Self::is_there(store, scene, Self::REVIVED).await == is_revived,
                "a session that was brought back to life is gone",
            );
        let workers = replies
            .iter()
            .enumerate()
            .filter(|(caller, _)| !matches!(caller, 1 | 3 | 5 | 7));
        let mut counted = 0;
        let mut unknown = false;
        for (_, reply) in workers {
            match reply {
                Reply::Some(count) => {
                    let count = count.as_u64().unwrap_or_default();
                    verdict.winners += usize::from(count > 0);
                    counted += count;
                }
                Reply::Refused(kind) if kind == "Busy" => unknown = true,
                other => {
                    verdict = verdict.require(false, &format!("a worker was told {other:?}"));
                }
            }
        }
        loop {
            let purged = insist(|| store.purge_expired(Self::LIMIT)).await;
            counted += purged.sessions + purged.verification_tokens;
            if purged.is_empty() {
                break;
            }
        }
        let expected = Self::EXPIRED + Self::LINKS - u64::from(is_revived);
        verdict.require(
            counted == expected || (unknown && counted < expected),
            "an expired row was counted twice, or not at all",
        )
    }
}
