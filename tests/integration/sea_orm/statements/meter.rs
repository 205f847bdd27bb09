//! Runs every operation and counts its statements, in the adapter and outside of it.

use authjs_adapter::{
    AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _, BatchLookup as _,
    EmailSignIn, Housekeeping as _, ManualClock, Patch, Result, SessionAdmin as _, SessionPatch,
    SessionToken, SignIn as _, UserId, UserPatch, VerificationToken,
};
use authjs_conformance::start;
use authjs_sea_orm::SeaOrmAdapter;
use chrono::TimeDelta;

use crate::sea_orm::given::{self, grace, in_thirty_days, signed_in};
use crate::wire::{Seen, Watch as _, Watched};

/// What an operation was seen to cost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) operation: &'static str,
    /// As the adapter counts.
    pub(crate) sent: u64,
    /// As it is seen on the wire, or in the driver.
    pub(crate) seen: Seen,
}

/// An adapter of one connection that is watched.
pub(crate) struct Meter<D: Watched> {
    store: SeaOrmAdapter,
    /// The same with hashed session tokens.
    standalone: SeaOrmAdapter,
    watch: D::Watch,
    measured: Vec<Measured>,
    // Dropped after those that are connected to it.
    _database: D,
}

impl<D: Watched> Meter<D> {
    /// On a database with all constraints, whose catalog has been read.
    pub(crate) async fn ready() -> Self {
        let database = D::migrated().await;
        let (pool, watch) = database.watched(1).await;
        let clock = ManualClock::new(start());
        let standalone = SeaOrmAdapter::standalone(&pool).with_clock(clock.clone());
        let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(clock);
        for store in [&store, &standalone] {
            store.inspect().await.expect("the catalog can be read");
        }
        watch.end().await;
        Self {
            store,
            standalone,
            watch,
            measured: Vec::new(),
            _database: database,
        }
    }

    /// Runs every operation and returns what each costs when it is run again: the driver has
    /// prepared all statements then.
    pub(crate) async fn all(mut self) -> Vec<Measured> {
        self.each().await;
        self.measured.clear();
        for email in ["ada@example.com", "grace@example.com"] {
            let user = self.store.get_user_by_email(email).await;
            let id = user.expect("an answer").expect("they are there").id;
            self.store.delete_user(&id).await.expect("an answer");
            self.watch.end().await;
        }
        self.each().await;
        self.measured
    }

    /// Runs every operation and returns what each costs when nothing has been prepared.
    pub(crate) async fn all_at_first(mut self) -> Vec<Measured> {
        self.each().await;
        self.measured
    }

    async fn each(&mut self) {
        let user = self.users().await;
        self.accounts(&user).await;
        self.sessions(&user).await;
        self.authenticators(&user).await;
        self.sign_in().await;
    }

    /// Notes what an operation costs, and returns its answer.
    async fn cost<T>(
        &mut self,
        operation: &'static str,
        answer: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.watch.end().await;
        let sent = self.sent();
        let answer = answer.await;
        self.measured.push(Measured {
            operation,
            sent: self.sent() - sent,
            seen: self.watch.end().await,
        });
        answer
    }

    fn sent(&self) -> u64 {
        self.store.statements_sent() + self.standalone.statements_sent()
    }

    async fn users(&mut self) -> UserId {
        let store = self.store.clone();
        let patch = UserPatch {
            name: Patch::Clear,
            image: Patch::Set("image".to_owned()),
            ..UserPatch::default()
        };

        let user = self.cost("create_user", store.create_user(grace())).await;
        let id = user.expect("Grace is new").id;
        let user = self.cost("get_user", store.get_user(&id)).await;
        assert!(user.expect("an answer").is_some());
        let email = store.get_user_by_email("grace@example.com");
        let user = self.cost("get_user_by_email", email).await;
        assert!(user.expect("an answer").is_some());
        let updated = self
            .cost("update_user", store.update_user(&id, patch))
            .await;
        updated.expect("Grace is there");
        let nothing = store.update_user(&id, UserPatch::default());
        let read = self.cost("update_user (nothing set)", nothing).await;
        read.expect("Grace is there");
        id
    }

    async fn accounts(&mut self, user: &UserId) {
        let store = self.store.clone();
        let account = given::account(user);
        let key = account.key();
        let patch = AccountTokensPatch {
            refresh_token: Patch::Set("refresh".into()),
            ..AccountTokensPatch::default()
        };

        let link = store.link_account(account.clone());
        self.cost("link_account", link).await.expect("it is new");
        let by_account = store.get_user_by_account(key);
        let found = self.cost("get_user_by_account", by_account).await;
        assert!(found.expect("an answer").is_some());
        let found = self.cost("get_account", store.get_account(key)).await;
        assert!(found.expect("an answer").is_some());
        let list = self.cost("list_accounts", store.list_accounts(user)).await;
        assert_eq!(list.expect("an answer").len(), 1);
        let refresh = store.upsert_account(account.clone());
        self.cost("upsert_account", refresh)
            .await
            .expect("refreshed");
        let mut other = account.clone();
        other.provider.push_str(".example");
        let insert = store.upsert_account(other);
        self.cost("upsert_account (new)", insert)
            .await
            .expect("inserted");
        let update = store.update_account_tokens(key, None, patch);
        let updated = self.cost("update_account_tokens", update).await;
        assert!(updated.expect("an answer").is_some());
        let gone = self.cost("unlink_account", store.unlink_account(key)).await;
        assert!(gone.expect("an answer").is_some());
    }

    async fn sessions(&mut self, user: &UserId) {
        let store = self.store.clone();
        let later = in_thirty_days() + TimeDelta::days(1);
        let patch = SessionPatch {
            expires: Some(later),
        };
        let token = SessionToken::new("token");
        let unknown = SessionToken::new("unknown");
        let both = [token.clone(), unknown.clone()];

        let create = store.create_session(given::session(user, "token"));
        self.cost("create_session", create)
            .await
            .expect("it is new");
        let found = store.get_session_and_user(&token);
        let found = self.cost("get_session_and_user", found).await;
        assert!(found.expect("an answer").is_some());
        let none = store.get_session_and_user(&unknown);
        let none = self.cost("get_session_and_user (unknown)", none).await;
        assert!(none.expect("an answer").is_none());
        let batch = store.get_sessions_and_users(&both);
        let answers = self.cost("get_sessions_and_users", batch).await;
        assert_eq!(answers.expect("answers").len(), 2);
        let update = store.update_session(&token, patch.clone());
        let updated = self.cost("update_session", update).await;
        assert!(updated.expect("an answer").is_some());
        let update = store.update_session(&unknown, patch);
        let none = self.cost("update_session (unknown)", update).await;
        assert!(none.expect("an answer").is_none());
        let touch = store.touch_session(&token, later);
        let touched = self.cost("touch_session", touch).await;
        assert!(touched.expect("an answer").is_some());
        let touch = store.touch_session(&unknown, later);
        let none = self.cost("touch_session (unknown)", touch).await;
        assert!(none.expect("an answer").is_none());
        let list = self.cost("list_sessions", store.list_sessions(user)).await;
        assert_eq!(list.expect("a list").len(), 1);
        let handle = token.handle();
        let revoked = self.cost("revoke", store.revoke(user, &handle)).await;
        assert!(revoked.expect("an answer").is_some());
        let standalone = self.standalone.clone();
        let create = standalone.create_session(given::session(user, "hashed"));
        let hashed = create.await.expect("it is new").session_token.handle();
        let revoke = standalone.revoke(user, &hashed);
        let revoked = self.cost("revoke (standalone)", revoke).await;
        assert!(revoked.expect("an answer").is_some());
        for token in ["token", "other"] {
            let create = store.create_session(given::session(user, token));
            create.await.expect("it is new");
        }
        let ended = store.revoke_all(user, Some(&token));
        let ended = self.cost("revoke_all", ended).await;
        assert_eq!(ended.expect("a count"), 1);
        let gone = self
            .cost("delete_session", store.delete_session(&token))
            .await;
        assert!(gone.expect("an answer").is_some());
    }

    async fn authenticators(&mut self, user: &UserId) {
        let store = self.store.clone();

        let create = store.create_authenticator(given::passkey(user, "key"));
        self.cost("create_authenticator", create)
            .await
            .expect("it is new");
        let found = self
            .cost("get_authenticator", store.get_authenticator("key"))
            .await;
        assert!(found.expect("an answer").is_some());
        let list = store.list_authenticators_by_user_id(user);
        let list = self.cost("list_authenticators_by_user_id", list).await;
        assert_eq!(list.expect("a list").len(), 1);
        let update = store.update_authenticator_counter("key", 8);
        let updated = self.cost("update_authenticator_counter", update).await;
        updated.expect("it is there");
    }

    async fn sign_in(&mut self) {
        let store = self.store.clone();
        let tomorrow = start() + TimeDelta::days(1);
        let link = given::link(tomorrow);

        let create = store.create_verification_token(link.clone());
        self.cost("create_verification_token", create)
            .await
            .expect("it is new");
        let taken = store.use_verification_token("ada@example.com", &link.token);
        let taken = self.cost("use_verification_token", taken).await;
        assert!(taken.expect("an answer").is_some());
        let unknown = store.sign_in_with_email(given::click("one"));
        let unknown = self.cost("sign_in_with_email (unknown)", unknown).await;
        assert_eq!(unknown, Ok(EmailSignIn::Unknown));
        self.link(given::link(start())).await;
        let expired = store.sign_in_with_email(given::click("two"));
        let expired = self.cost("sign_in_with_email (expired)", expired).await;
        assert_eq!(expired, Ok(EmailSignIn::Expired));
        self.link(link.clone()).await;
        let new = store.sign_in_with_email(given::click("three"));
        let new = self.cost("sign_in_with_email (new)", new).await;
        let (user, is_new) = signed_in(new);
        assert!(is_new);
        self.link(link).await;
        let known = store.sign_in_with_email(given::click("four"));
        let known = self.cost("sign_in_with_email", known).await;
        assert!(matches!(
            known,
            Ok(EmailSignIn::SignedIn { created: false, .. })
        ));
        let gone = self.cost("delete_user", store.delete_user(&user.id)).await;
        assert!(gone.expect("an answer").is_some());
        let sign_up = store.sign_up(given::sign_up("five"));
        self.cost("sign_up", sign_up)
            .await
            .expect("Ada is new again");
        let again = store.sign_up(given::sign_up("six"));
        let again = self.cost("sign_up (conflict)", again).await;
        again.expect_err("Ada is known");
        let purge = self.cost("purge_expired", store.purge_expired(100)).await;
        purge.expect("counts");
    }

    async fn link(&self, link: VerificationToken) {
        let created = self.store.create_verification_token(link).await;
        created.expect("it is new");
    }
}
