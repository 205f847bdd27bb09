//! Reads everything through the adapter.

use std::collections::BTreeMap;

use authjs_adapter::{DynStore, MAX_BATCH, SessionToken, Snapshot};

use super::expected::Expected;

/// Compares what every reading operation answers with the raw rows.
pub(super) async fn everything(store: &DynStore, rows: &Snapshot) {
    let expected = Expected::of(rows);
    users(store, rows, &expected).await;
    accounts(store, rows, &expected).await;
    sessions(store, rows, &expected).await;
    sessions_at_once(store, rows, &expected).await;
    lists(store, rows, &expected).await;
}

async fn users(store: &DynStore, rows: &Snapshot, expected: &Expected<'_>) {
    for user in &rows.users {
        let by_id = store.get_user(&user.id).await.expect("a user");
        assert_eq!(by_id.as_ref(), Some(user));

        if let Some(email) = &user.email {
            let by_email = store.get_user_by_email(email).await.expect("a user");
            assert_eq!(by_email.as_ref(), expected.user_by_email(email));
        }
    }
}

async fn accounts(store: &DynStore, rows: &Snapshot, expected: &Expected<'_>) {
    for raw in &rows.accounts {
        let account = store.get_account(raw.key()).await.expect("an account");
        let wanted = expected.account(raw);
        assert_eq!(account.as_ref(), wanted);

        let user = store.get_user_by_account(raw.key()).await.expect("a user");
        let owner = wanted.and_then(|account| expected.user(&account.user_id));
        assert_eq!(user.as_ref(), owner);
    }
}

async fn sessions(store: &DynStore, rows: &Snapshot, expected: &Expected<'_>) {
    for raw in &rows.sessions {
        let token = &raw.session_token;
        let found = store.get_session_and_user(token).await.expect("an answer");
        let found = found.as_ref().map(|(session, user)| (session, user));
        assert_eq!(found, expected.session(token));
    }
}

async fn sessions_at_once(store: &DynStore, rows: &Snapshot, expected: &Expected<'_>) {
    let stored = rows.sessions.iter().map(|raw| raw.session_token.clone());
    let tokens: Vec<_> = stored.chain([SessionToken::new("unknown")]).collect();
    assert!(tokens.len() <= MAX_BATCH as usize, "one batch holds them");
    let answers = store.get_sessions_and_users(&tokens).await;

    let answers = answers.expect("answers");
    assert_eq!(answers.len(), tokens.len());
    for (token, answer) in tokens.iter().zip(&answers) {
        let found = answer.as_ref().expect("an answer").as_ref();
        let found = found.map(|(session, user)| (session, user));
        assert_eq!(found, expected.session(token));
    }
}

async fn lists(store: &DynStore, rows: &Snapshot, expected: &Expected<'_>) {
    for user in &rows.users {
        let mut accounts = store.list_accounts(&user.id).await.expect("a list");
        // By id, as the raw rows are.
        accounts.sort_by_key(|account| account.id.as_ref().and_then(|id| id.parse::<i32>().ok()));
        let accounts: Vec<_> = accounts.iter().collect();
        assert_eq!(accounts, expected.accounts_of(user));

        let listed = store.list_sessions(&user.id).await.expect("a list");
        assert!(listed.is_sorted_by(|one, next| one.expires >= next.expires));
        assert!(listed.iter().all(|session| session.user_id == user.id));
        // The later end of a token that stands twice comes first; the map keeps the last.
        let sessions: BTreeMap<_, _> = listed
            .into_iter()
            .rev()
            .map(|session| (session.handle, session.expires))
            .collect();
        assert_eq!(sessions, expected.sessions_of(user));
    }
}
