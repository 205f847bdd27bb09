//! Ids that are not the id of the user who is there, however like it they look.

use authjs_adapter::{
    Accounts as _, Adapter as _, Authenticators as _, ErrorKind, Patch, SessionAdmin as _,
    SessionToken, Unique, User, UserId, UserPatch,
};
use authjs_tests::{Named, hostile_ids};

use super::rows::{account, authenticator, session};
use super::{Bench, Subject};

/// The only ids of the corpus that a row may have.
const POSSIBLE: [&str; 4] = ["zero", "minus-one", "int4-max", "int4-min"];

fn is_possible(name: &str) -> bool {
    POSSIBLE.contains(&name)
}

/// The user with one row in each table.
async fn owner<H: Subject>(bench: &mut Bench<'_, H>) -> User {
    let store = bench.store();
    let owner = bench.owner().await;
    let account = store
        .link_account(account("owner").of_user(owner.id.clone()))
        .await;
    bench
        .rows
        .accounts
        .push(account.expect("the account is new"));
    let session = store.create_session(session(&owner.id, "owner")).await;
    let session = bench.stored_session(&session.expect("the token is new"));
    bench.rows.sessions.push(session);
    let authenticator = store
        .create_authenticator(authenticator(&owner.id, "owner"))
        .await;
    let authenticator = authenticator.expect("the credential is new");
    bench.rows.authenticators.push(authenticator);
    owner
}

pub(super) async fn look_ups<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    let owner = owner(bench).await;
    let handle = SessionToken::new("owner").handle();
    let other = SessionToken::new("other");
    for Named { name, value } in hostile_ids(owner.id.as_str()) {
        let id = UserId::new(value.as_str());
        let is_possible = is_possible(name);

        bench.probe("get_user.id", name, &value);
        let answer = bench.call(store.get_user(&id)).await;
        bench.looked_up(is_possible, None, answer);

        bench.probe("delete_user.id", name, &value);
        let answer = bench.call(store.delete_user(&id)).await;
        bench.looked_up(is_possible, None, answer);

        bench.probe("list_accounts.user_id", name, &value);
        let answer = bench.call(store.list_accounts(&id)).await;
        bench.looked_up(is_possible, None, answer.map(first));

        bench.probe("list_authenticators_by_user_id.user_id", name, &value);
        let answer = bench.call(store.list_authenticators_by_user_id(&id)).await;
        bench.looked_up(is_possible, None, answer.map(first));

        bench.probe("list_sessions.user_id", name, &value);
        let answer = bench.call(store.list_sessions(&id)).await;
        bench.looked_up(is_possible, None, answer.map(first));

        bench.probe("revoke.user_id", name, &value);
        let answer = bench.call(store.revoke(&id, &handle)).await;
        bench.looked_up(is_possible, None, answer);

        bench.probe("revoke_all.user_id", name, &value);
        let answer = bench.call(store.revoke_all(&id, None)).await;
        bench.looked_up(is_possible, None, answer.map(any));

        bench.probe("revoke_all.user_id (but for one)", name, &value);
        let answer = bench.call(store.revoke_all(&id, Some(&other))).await;
        bench.looked_up(is_possible, None, answer.map(any));
    }
    bench.settle().await;
    canonical(bench, &owner).await;
    bench.clear().await;
}

fn first<T>(rows: Vec<T>) -> Option<T> {
    rows.into_iter().next()
}

fn any(count: u64) -> Option<u64> {
    (count > 0).then_some(count)
}

/// The id itself finds everything: the look-ups above had something to find.
async fn canonical<H: Subject>(bench: &mut Bench<'_, H>, owner: &User) {
    let store = bench.store();
    let user = bench.call(store.get_user(&owner.id)).await;
    bench.same("the user", &user, &Ok(Some(owner.clone())));
    let accounts = bench.call(store.list_accounts(&owner.id)).await;
    bench.same("the accounts", &accounts, &Ok(bench.rows.accounts.clone()));
    let listed = bench
        .call(store.list_authenticators_by_user_id(&owner.id))
        .await;
    let expected = Ok(bench.rows.authenticators.clone());
    bench.same("the authenticators", &listed, &expected);
    let sessions = bench.call(store.list_sessions(&owner.id)).await;
    bench.same("the sessions", &sessions.map(|rows| rows.len()), &Ok(1));
}

pub(super) async fn writes<H: Subject>(bench: &mut Bench<'_, H>) {
    let store = bench.store();
    let owner = owner(bench).await;
    for Named { name, value } in hostile_ids(owner.id.as_str()) {
        let id = UserId::new(value.as_str());

        bench.probe("update_user.id", name, &value);
        let patch = UserPatch {
            name: Patch::Set("other".to_owned()),
            ..UserPatch::default()
        };
        let answer = bench.call(store.update_user(&id, patch)).await;
        refused(bench, ErrorKind::NotFound, name, answer);

        bench.probe("update_user.id (nothing set)", name, &value);
        let answer = bench
            .call(store.update_user(&id, UserPatch::default()))
            .await;
        refused(bench, ErrorKind::NotFound, name, answer);

        bench.probe("link_account.user_id", name, &value);
        let answer = store.link_account(account("new").of_user(id.clone()));
        let answer = bench.call(answer).await;
        refused(bench, ErrorKind::UserMissing, name, answer);

        bench.probe("upsert_account.user_id", name, &value);
        let answer = store.upsert_account(account("new").of_user(id.clone()));
        let answer = bench.call(answer).await;
        bench.refused(ErrorKind::UserMissing, answer);

        bench.probe("upsert_account.user_id (account of another)", name, &value);
        let answer = store.upsert_account(account("owner").of_user(id.clone()));
        let answer = bench.call(answer).await;
        bench.refused(ErrorKind::Conflict(Unique::Account), answer);

        bench.probe("create_session.user_id", name, &value);
        let answer = bench.call(store.create_session(session(&id, "new"))).await;
        refused(bench, ErrorKind::UserMissing, name, answer);

        bench.probe("create_authenticator.user_id", name, &value);
        let answer = store.create_authenticator(authenticator(&id, "new"));
        let answer = bench.call(answer).await;
        refused(bench, ErrorKind::UserMissing, name, answer);
    }
    bench.settle().await;
    bench.clear().await;
}

/// Refused for this reason, without asking if no row can have the id.
fn refused<H: Subject, T>(
    bench: &mut Bench<'_, H>,
    kind: ErrorKind,
    name: &str,
    answer: authjs_adapter::Result<T>,
) {
    bench.refused(kind, answer);
    if !is_possible(name) {
        bench.must_be_free();
    }
}
