//! Accounts: P5, and one winner among those who refresh tokens.

use authjs_adapter::{
    AccountTokensPatch, DynStore, ErrorKind, OAuthToken, Patch, Unique, UserId, async_trait,
};

use super::given::{account, account_with_tokens, undisturbed};
use super::{Facts, Race, Reply, Scene, Verdict, winners};

/// The verdict on one account that users wanted: whoever was told so has it.
async fn owned_by_winner(store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
    let account = account(&scene.key);
    let owner = undisturbed(store.get_user_by_account(account.key()).await).map(|user| user.id);
    let stored = undisturbed(store.get_account(account.key()).await).map(|account| account.user_id);
    let winners = winners(replies);
    let is_owner = |&caller: &usize| {
        let told = replies[caller].text("userId");
        owner.as_ref().map(UserId::as_str) == told && owner == Some(scene.user(caller))
    };
    Verdict::new(winners.len())
        .require(
            winners.iter().all(is_owner),
            "a caller was told of an account that is not theirs",
        )
        .require(
            owner.is_some() && owner == stored,
            "the account has no owner, or two",
        )
}

/// Users who all link one account.
pub(super) struct OneOwner;

#[async_trait]
impl Race for OneOwner {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P5",
            name: "link_account",
            what: "an account gets one owner; the others are told that it is linked",
            callers: 64,
            rounds: 200,
            users: 64,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let account = account(&scene.key).of_user(scene.user(caller));
        Reply::of_row(store.link_account(account).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        owned_by_winner(store, scene, replies)
            .await
            .require(winners == 1, "not exactly one caller linked the account")
            .losers_are(replies, ErrorKind::Conflict(Unique::Account))
    }
}

/// Users who all upsert one account.
pub(super) struct UpsertsOfOwners;

#[async_trait]
impl Race for UpsertsOfOwners {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P5",
            name: "upsert_account_owners",
            what: "an upserted account gets one owner and keeps its tokens",
            callers: 16,
            rounds: 400,
            users: 16,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let owner = scene.user(caller);
        let account = account_with_tokens(&scene.key, owner.clone(), owner.as_str());
        Reply::of_row(store.upsert_account(account).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        let stored = undisturbed(store.get_account(account(&scene.key).key()).await);
        let is_whole = stored.is_some_and(|account| {
            let of_owner =
                account_with_tokens("", account.user_id.clone(), account.user_id.as_str());
            account.tokens == of_owner.tokens
        });
        owned_by_winner(store, scene, replies)
            .await
            .require(winners == 1, "not exactly one user got the account")
            .require(is_whole, "the account holds tokens of another user")
            .losers_are(replies, ErrorKind::Conflict(Unique::Account))
    }
}

/// Callers who all upsert one account of one user.
pub(super) struct UpsertsOfOne;

#[async_trait]
impl Race for UpsertsOfOne {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P5",
            name: "upsert_account",
            what: "upserts of one account all succeed; one row, with the tokens of one caller",
            callers: 16,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let account = account_with_tokens(&scene.key, scene.user(0), &caller.to_string());
        Reply::of_row(store.upsert_account(account).await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let stored = undisturbed(store.get_account(account(&scene.key).key()).await);
        let of = |caller: usize| account_with_tokens("", scene.user(0), &caller.to_string()).tokens;
        let is_of_one = stored
            .as_ref()
            .is_some_and(|account| (0..replies.len()).any(|caller| account.tokens == of(caller)));
        let id = stored.and_then(|account| account.id);
        let one_row = replies
            .iter()
            .all(|reply| reply.text("id") == id.as_deref());
        Verdict::new(winners(replies).len())
            .require(
                winners(replies).len() == replies.len(),
                "an upsert was refused",
            )
            .require(one_row, "a caller was told of another row")
            .require(is_of_one, "the row holds tokens of several callers")
    }
}

/// Callers who all exchange one refresh token.
pub(super) struct OneExchange;

#[async_trait]
impl Race for OneExchange {
    fn facts(&self) -> Facts {
        Facts {
            promise: "T15",
            name: "update_account_tokens",
            what: "of those who exchange one refresh token, exactly one keeps what it got",
            callers: 16,
            rounds: 400,
            users: 1,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        let account = account_with_tokens(&scene.key, scene.user(0), "old");
        undisturbed(store.link_account(account).await);
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let tokens = AccountTokensPatch {
            refresh_token: Patch::Set(format!("refresh-{caller}").into()),
            access_token: Patch::Set(format!("access-{caller}").into()),
            ..AccountTokensPatch::default()
        };
        let (account, old) = (account(&scene.key), OAuthToken::new("refresh-old"));
        let updated = store.update_account_tokens(account.key(), Some(&old), tokens);
        Reply::of(updated.await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let stored = undisturbed(store.get_account(account(&scene.key).key()).await);
        let winners = winners(replies);
        let is_winners = |caller: &usize| {
            let of_winner = account_with_tokens("", scene.user(0), &caller.to_string());
            stored
                .as_ref()
                .is_some_and(|account| account.tokens == of_winner.tokens)
        };
        Verdict::new(winners.len())
            .require(
                winners.len() == 1,
                "not exactly one caller replaced the tokens",
            )
            .require(
                winners.iter().all(is_winners),
                "the stored tokens are not the winner's",
            )
            .nobody_is_refused(replies)
    }
}
