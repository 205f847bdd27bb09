//! Calls that no row can answer.

use authjs_adapter::{
    AccountKey, AccountTokensPatch, Accounts as _, Adapter as _, Authenticators as _,
    BatchLookup as _, EmailSignIn, HashedToken, Housekeeping as _, SessionAdmin as _,
    SessionHandle, SessionPatch, SessionToken, SignIn as _, UserId, UserPatch,
};
use authjs_sea_orm::SeaOrmAdapter;

use crate::sea_orm::given::{self, in_thirty_days};

/// Calls each operation with what no row can have.
pub(crate) async fn ask_for_the_impossible(store: &SeaOrmAdapter) {
    let user = UserId::new("034");
    let account = AccountKey {
        provider: "",
        provider_account_id: "42",
    };
    let token = SessionToken::new("nul\0");
    let hash = HashedToken::new("");
    let handle = SessionHandle::new("not a handle");
    let long = "x".repeat(256);
    let patch = || SessionPatch {
        expires: Some(in_thirty_days()),
    };

    assert_eq!(store.get_user(&user).await, Ok(None));
    assert_eq!(store.get_user_by_email(&long).await, Ok(None));
    assert_eq!(store.get_user_by_account(account).await, Ok(None));
    assert!(
        store
            .update_user(&user, UserPatch::default())
            .await
            .is_err()
    );
    assert_eq!(store.delete_user(&user).await, Ok(None));
    assert!(store.link_account(given::account(&user)).await.is_err());
    assert_eq!(store.unlink_account(account).await, Ok(None));
    assert_eq!(store.get_account(account).await, Ok(None));
    assert_eq!(store.list_accounts(&user).await, Ok(Vec::new()));
    let tokens = AccountTokensPatch::default();
    let updated = store.update_account_tokens(account, None, tokens).await;
    assert!(updated.is_err());
    let session = given::session(&user, "token");
    assert!(store.create_session(session).await.is_err());
    assert_eq!(store.get_session_and_user(&token).await, Ok(None));
    let answers = store
        .get_sessions_and_users(std::slice::from_ref(&token))
        .await;
    assert_eq!(answers, Ok(vec![Ok(None)]));
    assert_eq!(store.get_sessions_and_users(&[]).await, Ok(Vec::new()));
    assert_eq!(store.update_session(&token, patch()).await, Ok(None));
    assert_eq!(
        store.touch_session(&token, in_thirty_days()).await,
        Ok(None)
    );
    assert_eq!(store.delete_session(&token).await, Ok(None));
    assert_eq!(store.list_sessions(&user).await, Ok(Vec::new()));
    assert_eq!(store.revoke(&1.into(), &handle).await, Ok(None));
    assert_eq!(store.revoke(&user, &token.handle()).await, Ok(None));
    assert_eq!(store.revoke_all(&user, None).await, Ok(0));
    let passkey = given::passkey(&user, "key");
    assert!(store.create_authenticator(passkey).await.is_err());
    assert_eq!(store.get_authenticator("").await, Ok(None));
    let list = store.list_authenticators_by_user_id(&user).await;
    assert_eq!(list, Ok(Vec::new()));
    assert!(store.update_authenticator_counter("", 1).await.is_err());
    assert_eq!(store.use_verification_token("ada", &hash).await, Ok(None));
    let mut click = given::click("token");
    click.token = hash;
    let unknown = store.sign_in_with_email(click).await;
    assert_eq!(unknown, Ok(EmailSignIn::Unknown));
    assert!(store.purge_expired(0).await.is_err());
}
