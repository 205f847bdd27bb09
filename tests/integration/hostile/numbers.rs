//! Numbers in every argument that is one: exact, or refused.

use authjs_adapter::{
    AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _, BatchLookup as _, Field,
    Housekeeping as _, NewUser, Patch, Purged, Reason, SessionToken, SignIn as _, SignUp,
};
use authjs_tests::{Named, hostile_batch_sizes, hostile_counters, hostile_epochs, hostile_limits};

use super::rows::{account, account_row, authenticator, session, sign_in_session};
use super::{Bench, Subject};

pub(super) async fn epochs<H: Subject>(bench: &mut Bench<'_, H>) {
    let owner = bench.owner().await.id;
    let store = bench.store();
    for Named { name, value } in hostile_epochs() {
        let named = |argument: &str| {
            let mut account = account(&format!("{argument} {name}"));
            account.tokens.expires_at = value;
            account
        };

        bench.probe("link_account.expires_at", name, "");
        let new = named("link");
        let linked = bench
            .call(store.link_account(new.clone().of_user(owner.clone())))
            .await;
        if let Some(stored) = bench.taken(None, linked) {
            let row = account_row(new, &owner, stored.id.as_ref());
            bench.same("the answer", &stored, &row);
            let read = bench.call(store.get_account(row.key())).await;
            bench.same("what is read", &read, &Ok(Some(row.clone())));
            bench.rows.accounts.push(row);
        }

        bench.probe("upsert_account.expires_at", name, "");
        let new = named("upsert");
        let upserted = store.upsert_account(new.clone().of_user(owner.clone()));
        let upserted = bench.call(upserted).await;
        if let Some(stored) = bench.taken(None, upserted) {
            let row = account_row(new, &owner, stored.id.as_ref());
            bench.same("the answer", &stored, &row);
            bench.rows.accounts.push(row);
        }

        bench.probe("update_account_tokens.expires_at", name, "");
        let mut row = store
            .link_account(account(name).of_user(owner.clone()))
            .await;
        let row = row.as_mut().expect("the account is new");
        let patch = AccountTokensPatch {
            expires_at: Patch::from(value),
            ..AccountTokensPatch::default()
        };
        let updated = bench
            .call(store.update_account_tokens(row.key(), None, patch))
            .await;
        row.tokens.expires_at = value;
        if let Some(stored) = bench.taken(None, updated) {
            bench.same("the answer", &stored, &Some(row.clone()));
        }
        bench.rows.accounts.push(row.clone());

        bench.probe("sign_up.account.expires_at", name, "");
        let new = SignUp {
            user: NewUser::default(),
            account: named("sign-up"),
            session: sign_in_session(name),
        };
        let signed_up = bench.call(store.sign_up(new.clone())).await;
        if let Some(stored) = bench.taken(None, signed_up) {
            let row = account_row(new.account, &stored.user.id, stored.account.id.as_ref());
            bench.same("the answer", &stored.account, &row);
            bench
                .rows
                .sessions
                .push(bench.stored_session(&stored.session));
            bench.rows.users.push(stored.user);
            bench.rows.accounts.push(row);
        }
    }
    bench.settle().await;
    bench.clear().await;
}

pub(super) async fn counters<H: Subject>(bench: &mut Bench<'_, H>) {
    let owner = bench.owner().await.id;
    let store = bench.store();
    for Named { name, value } in hostile_counters() {
        bench.probe("create_authenticator.counter", name, "");
        let mut new = authenticator(&owner, name);
        new.counter = value;
        let created = bench.call(store.create_authenticator(new.clone())).await;
        if let Some(stored) = bench.taken(None, created) {
            bench.same("the answer", &stored, &new);
            bench.rows.authenticators.push(new);
        }

        // Sets what it is given, higher or lower than before.
        bench.probe("update_authenticator_counter.counter", name, "");
        let mut row = authenticator(&owner, &format!("update {name}"));
        let created = store.create_authenticator(row.clone()).await;
        created.expect("the credential is new");
        let updated = store.update_authenticator_counter(&row.credential_id, value);
        let updated = bench.call(updated).await;
        row.counter = value;
        if let Some(stored) = bench.taken(None, updated) {
            bench.same("the answer", &stored, &row);
        }
        bench.rows.authenticators.push(row);
    }
    bench.settle().await;
    bench.clear().await;
}

pub(super) async fn limits<H: Subject>(bench: &mut Bench<'_, H>) {
    let owner = bench.owner().await;
    let store = bench.store();
    let live = store.create_session(session(&owner.id, "live")).await;
    let live = live.expect("the token is new");
    bench.rows.sessions.push(bench.stored_session(&live));
    let out_of_range = |field, is_in: bool| (!is_in).then_some((field, Reason::OutOfRange));

    for Named { name, value } in hostile_limits() {
        let (limit, is_limit) = value;
        bench.probe("purge_expired.limit", name, "");
        let purged = bench.call(store.purge_expired(limit)).await;
        let refusal = out_of_range(Field::Limit, is_limit);
        if let Some(purged) = bench.taken(refusal, purged) {
            bench.same("the purge", &purged, &Purged::default());
        }
    }

    for Named { name, value } in hostile_batch_sizes() {
        let (size, is_size) = value;
        bench.probe("get_sessions_and_users.tokens (number)", name, "");
        let mut tokens: Vec<SessionToken> = (0..size)
            .map(|number| SessionToken::new(format!("unknown {number}")))
            .collect();
        if let Some(token) = tokens.first_mut() {
            *token = live.session_token.clone();
        }
        let answers = bench.call(store.get_sessions_and_users(&tokens)).await;
        if let Some(answers) = bench.taken(out_of_range(Field::Tokens, is_size), answers) {
            let found = answers
                .iter()
                .filter(|answer| matches!(answer, Ok(Some(_))));
            bench.same("the number of sessions", &found.count(), &size.min(1));
            bench.same("the number of answers", &answers.len(), &size);
        }
    }
    bench.settle().await;
    bench.clear().await;
}
