//! Sessions: P8, P9, P10.

use authjs_adapter::{
    DynStore, ErrorKind, SessionPatch, SessionToken, Unique, UserId, async_trait,
};

use super::given::{in_days, new_session, session, undisturbed};
use super::{Facts, Race, Reply, Scene, Verdict, winners};

fn token(scene: &Scene) -> SessionToken {
    SessionToken::new(scene.key.clone())
}

fn patch(days: i64) -> SessionPatch {
    SessionPatch {
        expires: Some(in_days(days)),
    }
}

fn days(caller: usize) -> i64 {
    i64::try_from(caller).expect("a few callers")
}

async fn is_left(store: &DynStore, scene: &Scene) -> bool {
    undisturbed(store.get_session_and_user(&token(scene)).await).is_some()
}

/// One caller deletes the session that the others update, extend and read.
pub(super) struct Deleted;

#[async_trait]
impl Race for Deleted {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P8",
            name: "delete_session",
            what: "no update, extension or look-up in flight brings a deleted session back",
            callers: 4,
            rounds: 1000,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        session(store, &scene.key, &scene.user(0), 1).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let token = token(scene);
        match caller % 4 {
            0 => Reply::of(store.delete_session(&token).await),
            1 => Reply::of(store.update_session(&token, patch(30)).await),
            2 => Reply::of(store.touch_session(&token, in_days(30)).await),
            _ => Reply::of(store.get_session_and_user(&token).await),
        }
    }

    /// Winners are those who came before the deletion.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let (deleted, others) = replies.split_first().expect("somebody deletes");
        let updated = undisturbed(store.update_session(&token(scene), patch(30)).await);
        Verdict::new(winners(others).len())
            .require(deleted.is_some(), "the session was not deleted")
            .require(!is_left(store, scene).await, "the session is back")
            .require(updated.is_none(), "a late update found the session")
            .nobody_is_refused(replies)
    }
}

/// Callers who end one session, by its token and by its handle.
pub(super) struct Revoked;

#[async_trait]
impl Race for Revoked {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P8",
            name: "revoke",
            what: "of those who end one session, exactly one is told that it did",
            callers: 16,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        session(store, &scene.key, &scene.user(0), 1).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let token = token(scene);
        if caller.is_multiple_of(2) {
            Reply::of(store.revoke(&scene.user(0), &token.handle()).await)
        } else {
            Reply::of(store.delete_session(&token).await)
        }
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        Verdict::new(winners)
            .require(winners == 1, "the session was not ended exactly once")
            .require(!is_left(store, scene).await, "the session is still there")
            .nobody_is_refused(replies)
    }
}

/// Callers who end all sessions of a user, while one starts a session.
pub(super) struct AllRevoked;

impl AllRevoked {
    const SESSIONS: usize = 5;
}

#[async_trait]
impl Race for AllRevoked {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P8",
            name: "revoke_all",
            what: "sessions that were there are gone and each was counted once; one that is \
                   created meanwhile is counted or stays",
            callers: 8,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        for number in 0..Self::SESSIONS {
            let token = format!("{}-{number}", scene.key);
            session(store, &token, &scene.user(0), 1).await;
        }
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let user = scene.user(0);
        if caller == 0 {
            Reply::of_row(store.create_session(new_session(&scene.key, user, 1)).await)
        } else {
            Reply::of_row(store.revoke_all(&user, None).await)
        }
    }

    /// Winners are those who ended a session.
    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let (created, revoked) = replies.split_first().expect("somebody creates");
        let ended: Vec<usize> = revoked.iter().filter_map(count).collect();
        let left = undisturbed(store.revoke_all(&scene.user(0), None).await);
        let all = ended.iter().sum::<usize>() + usize::try_from(left).expect("a few");
        Verdict::new(ended.iter().filter(|&&count| count > 0).count())
            .require(created.is_some(), "the new session was refused")
            .require(left <= 1, "a session that was there is still there")
            .require(
                all == Self::SESSIONS + 1,
                "a session was counted twice, or not at all",
            )
            .nobody_is_refused(replies)
    }
}

fn count(reply: &Reply) -> Option<usize> {
    match reply {
        Reply::Some(count) => usize::try_from(count.as_u64()?).ok(),
        _ => None,
    }
}

/// Users who all start a session with one token.
pub(super) struct OneToken;

#[async_trait]
impl Race for OneToken {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P9",
            name: "create_session",
            what: "a session token is taken once, and the session of the winner is not touched",
            callers: 16,
            rounds: 400,
            users: 16,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let session = new_session(&scene.key, scene.user(caller), 1 + days(caller));
        Reply::of_row(store.create_session(session).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let stored = undisturbed(store.get_session_and_user(&token(scene)).await);
        let winners = winners(replies);
        let is_winners = |&caller: &usize| {
            stored.as_ref().is_some_and(|(session, user)| {
                user.id == scene.user(caller) && session.expires == in_days(1 + days(caller))
            })
        };
        Verdict::new(winners.len())
            .require(winners.len() == 1, "the token was not taken exactly once")
            .require(
                winners.iter().all(is_winners),
                "the session is not the winner's",
            )
            .losers_are(replies, ErrorKind::Conflict(Unique::SessionToken))
    }
}

/// Callers who extend a session, each to an end of their own.
pub(super) struct Touched;

#[async_trait]
impl Race for Touched {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P10",
            name: "touch_session",
            what: "of simultaneous extensions the latest end stays",
            callers: 16,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        session(store, &scene.key, &scene.user(0), 1).await;
        scene
    }

    /// The first callers ask for the latest ends: the last word must not win.
    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let end = in_days(100 - days(caller));
        Reply::of(store.touch_session(&token(scene), end).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let stored = undisturbed(store.get_session_and_user(&token(scene)).await);
        let end = stored.map(|(session, _)| session.expires);
        let none_shorter = replies.iter().enumerate().all(|(caller, reply)| {
            let asked = in_days(100 - days(caller));
            let told = reply.text("expires").and_then(|text| text.parse().ok());
            told.is_some_and(|told: chrono::DateTime<chrono::Utc>| told >= asked)
        });
        Verdict::new(winners(replies).len())
            .require(
                none_shorter,
                "a caller was told of an earlier end than it asked for",
            )
            .require(end == Some(in_days(100)), "the latest end did not stay")
    }
}
