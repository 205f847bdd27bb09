//! Sign-ins, all or nothing: P12.

use authjs_adapter::{
    DynStore, EmailSignIn, ErrorKind, HashedToken, NewUser, Result, Session, SignInWithEmail,
    SignUp, Snapshot, Unique, User, UserId, async_trait,
};
use serde_json::json;

use super::given::{account, insist, sign_in_session, undisturbed, verification_token};
use super::{Facts, Race, Reply, Scene, Tally, Verdict, winners};

/// `Unknown` says that there is no such token.
fn reply(answer: Result<EmailSignIn<User, Session>>) -> Reply {
    match answer {
        Ok(EmailSignIn::Unknown) => Reply::None,
        Ok(EmailSignIn::Expired) => Reply::Refused("Expired".to_owned()),
        Ok(EmailSignIn::SignedIn { user, created, .. }) => {
            Reply::Some(json!({ "id": user.id, "created": created }))
        }
        Err(error) => Reply::of_row::<()>(Err(error)),
    }
}

fn hash(of: &str) -> HashedToken {
    HashedToken::new(format!("hash-{of}"))
}

/// A text that only this caller has.
fn own(scene: &Scene, caller: usize) -> String {
    format!("{}-{caller}", scene.key)
}

fn address(of: &str) -> String {
    format!("{of}@example.com")
}

/// Callers of whom a third each want one address, one account and one session token.
pub(super) struct SignedUp;

impl SignedUp {
    /// The texts that address, account and session token of a caller are made of.
    fn texts(scene: &Scene, caller: usize) -> [String; 3] {
        let own = own(scene, caller);
        let mut texts = [own.clone(), own.clone(), own];
        texts[caller % 3].clone_from(&scene.key);
        texts
    }

    const fn conflict(caller: usize) -> Unique {
        match caller % 3 {
            0 => Unique::Email,
            1 => Unique::Account,
            _ => Unique::SessionToken,
        }
    }

    /// How many of the three rows there are, of those that only this caller can have made.
    async fn left(store: &DynStore, scene: &Scene, caller: usize) -> usize {
        let [email, id, token] = Self::texts(scene, caller);
        let user = undisturbed(store.get_user_by_email(&address(&email)).await);
        let account = undisturbed(store.get_account(account(&id).key()).await);
        let session = undisturbed(store.get_session_and_user(&token.as_str().into()).await);
        let rows = [user.is_some(), account.is_some(), session.is_some()];
        let own = |(place, there): (usize, bool)| place != caller % 3 && there;
        rows.into_iter().enumerate().filter(|&row| own(row)).count()
    }
}

#[async_trait]
impl Race for SignedUp {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P12",
            name: "sign_up",
            what: "of those who want one address, account or session token one signs up, with \
                   all three rows; the others leave none",
            callers: 12,
            rounds: 300,
            users: 0,
        }
    }

    async fn arrange(&self, _store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        Scene::new(round, users)
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let [email, id, token] = Self::texts(scene, caller);
        let user = NewUser {
            email: Some(address(&email)),
            ..NewUser::default()
        };
        let signed_up = store.sign_up(SignUp {
            user,
            account: account(&id),
            session: sign_in_session(&token),
        });
        Reply::of_row(signed_up.await.map(|signed_up| signed_up.user))
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies);
        let groups: Vec<usize> = winners.iter().map(|caller| caller % 3).collect();
        let one_each =
            (0..3).all(|group| groups.iter().filter(|&&winner| winner == group).count() == 1);
        let mut verdict = Verdict::new(winners.len())
            .require(one_each, "not exactly one caller of a kind signed up");
        for (caller, reply) in replies.iter().enumerate() {
            let conflict = ErrorKind::Conflict(Self::conflict(caller));
            let left = Self::left(store, scene, caller).await;
            let expected = if reply.is_some() { 2 } else { 0 };
            verdict = verdict
                .require(left == expected, "a sign-up was half done")
                .require(
                    reply.is_some() || reply.is_refused(conflict),
                    &format!("a loser was told {reply:?}, not {conflict:?}"),
                );
        }
        verdict
    }

    fn contradictions(&self, rows: &Snapshot, tally: &Tally) -> Vec<String> {
        let counts = [rows.users.len(), rows.accounts.len(), rows.sessions.len()];
        let is_whole = counts.iter().all(|&count| count as u64 == tally.won());
        let text = format!(
            "{} sign-ups, but users, accounts, sessions {counts:?}",
            tally.won()
        );
        (!is_whole).then_some(text).into_iter().collect()
    }
}

/// Callers who all follow one link.
pub(super) struct OneLink;

#[async_trait]
impl Race for OneLink {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P12",
            name: "sign_in_with_email",
            what: "one link signs in once, with one user and one session",
            callers: 64,
            rounds: 400,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        verification_token(store, &scene.email(), &hash(&scene.key), 1).await;
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let signed_in = store.sign_in_with_email(SignInWithEmail {
            identifier: scene.email(),
            token: hash(&scene.key),
            email: scene.email(),
            session: sign_in_session(&own(scene, caller)),
        });
        reply(signed_in.await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies);
        let user = undisturbed(store.get_user_by_email(&scene.email()).await);
        let id = user.as_ref().map(|user| user.id.as_str());
        let told = winners
            .first()
            .and_then(|&caller| replies[caller].text("id"));
        Verdict::new(winners.len())
            .require(winners.len() == 1, "the link did not sign in exactly once")
            .require(
                id.is_some() && id == told,
                "the stored user is not the winner's",
            )
            .nobody_is_refused(replies)
    }

    fn contradictions(&self, rows: &Snapshot, tally: &Tally) -> Vec<String> {
        let counts = [rows.users.len(), rows.sessions.len()];
        let is_whole = counts.iter().all(|&count| count as u64 == tally.won());
        let left = rows.verification_tokens.len();
        let text = format!(
            "{} sign-ins, but users, sessions {counts:?} and {left} links that still work",
            tally.won()
        );
        (!is_whole || left > 0)
            .then_some(text)
            .into_iter()
            .collect()
    }
}

/// Callers who each follow a link of their own to one address that nobody has yet.
pub(super) struct OnePerson;

#[async_trait]
impl Race for OnePerson {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P12",
            name: "sign_in_with_email_first",
            what: "first sign-ins with one address make one user, whom all of them get",
            callers: 16,
            rounds: 300,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        // As many as there may be callers.
        for caller in 0..self.facts().callers {
            verification_token(store, &scene.email(), &hash(&own(&scene, caller)), 1).await;
        }
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let own = own(scene, caller);
        let signed_in = store.sign_in_with_email(SignInWithEmail {
            identifier: scene.email(),
            token: hash(&own),
            email: scene.email(),
            session: sign_in_session(&own),
        });
        reply(signed_in.await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let user = undisturbed(store.get_user_by_email(&scene.email()).await);
        let id = user.as_ref().map(|user| user.id.as_str());
        let made = |reply: &&Reply| match reply {
            Reply::Some(row) => row.get("created") == Some(&json!(true)),
            _ => false,
        };
        let creators = replies.iter().filter(made).count();
        Verdict::new(creators)
            .require(creators == 1, "not exactly one caller created the user")
            .require(
                id.is_some() && replies.iter().all(|reply| reply.text("id") == id),
                "a caller did not get the one user",
            )
    }
}

/// Callers who each follow a link of their own, and want one session token.
pub(super) struct OneSessionToken;

#[async_trait]
impl Race for OneSessionToken {
    fn facts(&self) -> Facts {
        Facts {
            promise: "P12",
            name: "sign_in_with_email_conflict",
            what: "a sign-in whose session token is taken leaves its link working and no user",
            callers: 8,
            rounds: 300,
            users: 0,
        }
    }

    async fn arrange(&self, store: &DynStore, round: usize, users: &[UserId]) -> Scene {
        let scene = Scene::new(round, users);
        for caller in 0..self.facts().callers {
            let own = own(&scene, caller);
            verification_token(store, &address(&own), &hash(&own), 1).await;
        }
        scene
    }

    async fn call(&self, store: &DynStore, scene: &Scene, caller: usize) -> Reply {
        let own = own(scene, caller);
        let signed_in = store.sign_in_with_email(SignInWithEmail {
            identifier: address(&own),
            token: hash(&own),
            email: address(&own),
            session: sign_in_session(&scene.key),
        });
        reply(signed_in.await)
    }

    async fn judge(&self, store: &DynStore, scene: &Scene, replies: &[Reply]) -> Verdict {
        let winners = winners(replies).len();
        let mut verdict = Verdict::new(winners)
            .require(winners == 1, "the session token was not taken exactly once")
            .losers_are(replies, ErrorKind::Conflict(Unique::SessionToken));
        for (caller, reply) in replies.iter().enumerate() {
            let own = own(scene, caller);
            let (address, hash) = (address(&own), hash(&own));
            let user = undisturbed(store.get_user_by_email(&address).await);
            let link = insist(|| store.use_verification_token(&address, &hash)).await;
            verdict = verdict
                .require(
                    user.is_some() == reply.is_some(),
                    "a sign-in was half done: the user",
                )
                .require(
                    link.is_none() == reply.is_some(),
                    "a sign-in was half done: the link",
                );
        }
        verdict
    }
}
