//! One call of everything that has another text where constraints are missing.

use std::collections::BTreeSet;

use authjs_adapter::{
    AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _, BatchLookup as _,
    Housekeeping as _, ManualClock, Patch, SessionAdmin as _, SessionPatch, SessionToken,
    SignIn as _,
};
use authjs_conformance::start;
use authjs_sea_orm::SeaOrmAdapter;
use chrono::TimeDelta;

use crate::sea_orm::given::{self, ada, in_thirty_days};
use crate::sea_orm::stock::{AUTHENTICATORS, Stock};
use crate::wire::{Watch as _, Watched};

const NO_ROWS: &str = "DELETE FROM accounts; DELETE FROM sessions; DELETE FROM users";

/// The texts on tables without uniques and foreign keys.
pub(crate) async fn texts_without_constraints<D: Stock + Watched>() -> BTreeSet<String> {
    let database = D::stock().await;
    let (pool, watch) = database.watched(1).await;
    let clock = ManualClock::new(start());
    let standalone = SeaOrmAdapter::standalone(&pool).with_clock(clock.clone());
    let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(clock.clone());
    for store in [&store, &standalone] {
        store.inspect().await.expect("the catalog can be read");
        call_everything(store).await;
        database.execute(NO_ROWS).await;
    }
    database.execute(AUTHENTICATORS).await;
    let store = SeaOrmAdapter::shared_with_authjs(&pool).with_clock(clock);
    use_a_passkey(&store).await;
    watch.texts()
}

/// With keys that rows have and with keys that none has: the questions after a miss differ too.
async fn call_everything(store: &SeaOrmAdapter) {
    let user = store.create_user(ada()).await.expect("it is stored").id;
    let account = given::account(&user);
    let patch = || SessionPatch {
        expires: Some(in_thirty_days()),
    };
    let tokens = || AccountTokensPatch {
        refresh_token: Patch::Set("refresh".into()),
        ..AccountTokensPatch::default()
    };
    let tomorrow = start() + TimeDelta::days(1);
    let stored = SessionToken::new("stored");

    let created = store.create_session(given::session(&user, "stored")).await;
    let handle = created.expect("it is stored").session_token.handle();
    for token in [stored.clone(), SessionToken::new("unknown")] {
        store.get_session_and_user(&token).await.expect("an answer");
        store
            .update_session(&token, patch())
            .await
            .expect("an answer");
        let touched = store.touch_session(&token, in_thirty_days()).await;
        touched.expect("an answer");
    }
    let batch = store
        .get_sessions_and_users(std::slice::from_ref(&stored))
        .await;
    batch.expect("an answer");
    store.list_sessions(&user).await.expect("an answer");
    store.revoke(&user, &handle).await.expect("an answer");
    store
        .revoke_all(&user, Some(&stored))
        .await
        .expect("a count");
    store.delete_session(&stored).await.expect("an answer");
    for _ in 0..2 {
        let upserted = store.upsert_account(account.clone()).await;
        upserted.expect("it is stored");
    }
    let updated = store
        .update_account_tokens(account.key(), None, tokens())
        .await;
    updated.expect("an answer");
    store.get_account(account.key()).await.expect("an answer");
    store
        .get_user_by_account(account.key())
        .await
        .expect("an answer");
    for expires in [start(), tomorrow, tomorrow] {
        let link = store.create_verification_token(given::link(expires)).await;
        link.expect("it is stored");
        let signed_in = store.sign_in_with_email(given::click("clicked")).await;
        signed_in.expect("an answer");
    }
    store
        .unlink_account(account.key())
        .await
        .expect("an answer");
    store
        .sign_up(given::sign_up("signed up"))
        .await
        .expect("it is stored");
    store.delete_user(&user).await.expect("an answer");
    store.purge_expired(10).await.expect("counts");
}

async fn use_a_passkey(store: &SeaOrmAdapter) {
    let user = store.create_user(ada()).await.expect("it is stored").id;
    let created = store.create_authenticator(given::passkey(&user, "key"));
    created.await.expect("it is stored");
    let updated = store.update_authenticator_counter("key", 8).await;
    assert_eq!(store.get_authenticator("key").await, updated.map(Some));
}
