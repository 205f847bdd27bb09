//! The JSON of an account, and what is not printed.

use serde_json::{from_str, json, to_value};

use super::{Account, AccountKey, AccountTokens, AccountTokensPatch, NewAccount, ProviderAccount};
use crate::{Field, Patch, Reason};

fn github() -> ProviderAccount {
    ProviderAccount {
        tokens: AccountTokens {
            refresh_token: Some("secret-r".into()),
            access_token: Some("secret-a".into()),
            expires_at: Some(1_577_836_800),
            id_token: Some("secret-i".into()),
            scope: Some("read".to_owned()),
            session_state: Some("secret-s".into()),
            token_type: Some("bearer".to_owned()),
        },
        ..ProviderAccount::new("oauth", "github", "ada@example.com")
    }
}

#[test]
fn an_account_has_the_json_of_authjs() {
    let new = github().of_user("34".into());
    let account = Account {
        id: Some("7".to_owned()),
        user_id: new.user_id.clone(),
        r#type: new.r#type.clone(),
        provider: new.provider.clone(),
        provider_account_id: new.provider_account_id.clone(),
        tokens: new.tokens,
    };

    let json = to_value(&account).unwrap();

    assert_eq!(
        json,
        json!({
            "id": "7",
            "userId": "34",
            "type": "oauth",
            "provider": "github",
            "providerAccountId": "ada@example.com",
            "refresh_token": "secret-r",
            "access_token": "secret-a",
            "expires_at": 1_577_836_800,
            "id_token": "secret-i",
            "scope": "read",
            "session_state": "secret-s",
            "token_type": "bearer",
        })
    );
    assert_eq!(from_str::<Account>(&json.to_string()).unwrap(), account);
}

#[test]
fn absent_tokens_are_null_and_unknown_keys_are_dropped() {
    let account: NewAccount = from_str(
        r#"{"userId":"34","type":"oauth","provider":"github","providerAccountId":"1",
            "expires_at":null,"refresh_token_expires_in":5,"not-before-policy":0}"#,
    )
    .unwrap();

    assert_eq!(account.tokens, AccountTokens::default());
    assert_eq!(
        to_value(account).unwrap(),
        json!({
            "userId": "34",
            "type": "oauth",
            "provider": "github",
            "providerAccountId": "1",
            "refresh_token": null,
            "access_token": null,
            "expires_at": null,
            "id_token": null,
            "scope": null,
            "session_state": null,
            "token_type": null,
        })
    );
}

#[test]
fn a_patch_tells_absent_from_null_from_value() {
    let patch: AccountTokensPatch =
        from_str(r#"{"refresh_token":"secret-r","expires_at":null}"#).unwrap();

    assert_eq!(patch.refresh_token, Patch::Set("secret-r".into()));
    assert_eq!(patch.expires_at, Patch::Clear);
    assert_eq!(patch.access_token, Patch::Keep);
    assert_eq!(
        to_value(patch).unwrap(),
        json!({ "refresh_token": "secret-r", "expires_at": null })
    );
}

#[test]
fn debug_shows_neither_tokens_nor_the_account_id() {
    let new = github().of_user("34".into());
    let patch: AccountTokensPatch = from_str(
        r#"{"refresh_token":"secret-r","access_token":"secret-a","id_token":"secret-i",
            "session_state":"secret-s"}"#,
    )
    .unwrap();

    let printed = format!("{:?} {new:?} {:?} {patch:?}", github(), new.key());

    assert!(!printed.contains("secret"), "{printed}");
    assert!(!printed.contains("ada"), "{printed}");
    assert!(printed.contains("[redacted]"), "{printed}");
}

#[test]
fn each_text_is_checked_under_its_own_name() {
    let broken = |change: fn(&mut ProviderAccount)| {
        let mut account = github();
        change(&mut account);
        account.check().map_err(|invalid| invalid.field)
    };

    assert_eq!(github().check(), Ok(()));
    assert_eq!(broken(|a| a.r#type.clear()), Err(Field::Type));
    assert_eq!(broken(|a| a.provider.clear()), Err(Field::Provider));
    assert_eq!(
        broken(|a| a.provider_account_id.clear()),
        Err(Field::ProviderAccountId)
    );
    assert_eq!(
        broken(|a| a.tokens.refresh_token = Some("\0".into())),
        Err(Field::RefreshToken)
    );
    assert_eq!(
        broken(|a| a.tokens.access_token = Some("\0".into())),
        Err(Field::AccessToken)
    );
    assert_eq!(
        broken(|a| a.tokens.id_token = Some("\0".into())),
        Err(Field::IdToken)
    );
    assert_eq!(
        broken(|a| a.tokens.session_state = Some("\0".into())),
        Err(Field::SessionState)
    );
    assert_eq!(
        broken(|a| a.tokens.scope = Some("\0".to_owned())),
        Err(Field::Scope)
    );
    assert_eq!(
        broken(|a| a.tokens.token_type = Some("\0".to_owned())),
        Err(Field::TokenType)
    );
}

#[test]
fn a_patch_is_checked_where_it_sets() {
    let patch = AccountTokensPatch {
        access_token: Patch::Set("a".repeat(65_537).into()),
        ..AccountTokensPatch::default()
    };

    let invalid = patch.check().unwrap_err();

    assert_eq!(AccountTokensPatch::default().check(), Ok(()));
    assert_eq!(invalid.field, Field::AccessToken);
    assert_eq!(invalid.reason, Reason::TooLong);
}

#[test]
fn a_key_is_possible_if_both_halves_are() {
    let is_possible = |provider: &str, provider_account_id: &str| {
        let key = AccountKey {
            provider,
            provider_account_id,
        };
        key.is_possible()
    };

    assert!(is_possible("github", "42"));
    assert!(!is_possible("", "42"));
    assert!(!is_possible("github", "\0"));
    assert!(!is_possible("", "\0"));
}

#[test]
fn debug_shows_all_but_secrets_and_the_account_id() {
    let new = github().of_user("34".into());
    let account = Account {
        id: Some("7".to_owned()),
        user_id: new.user_id.clone(),
        r#type: new.r#type.clone(),
        provider: new.provider.clone(),
        provider_account_id: new.provider_account_id.clone(),
        tokens: new.tokens.clone(),
    };
    let tokens = "tokens: AccountTokens { refresh_token: Some([redacted]), \
         access_token: Some([redacted]), expires_at: Some(1577836800), \
         id_token: Some([redacted]), scope: Some(\"read\"), \
         session_state: Some([redacted]), token_type: Some(\"bearer\") } }";
    let key = r#"type: "oauth", provider: "github", provider_account_id: [hidden]"#;
    let user = r#"user_id: UserId("34")"#;

    assert_eq!(
        format!("{:?}", new.key()),
        r#"AccountKey { provider: "github", .. }"#
    );
    assert_eq!(
        format!("{:?}", github()),
        format!("ProviderAccount {{ {key}, {tokens}")
    );
    assert_eq!(
        format!("{new:?}"),
        format!("NewAccount {{ {user}, {key}, {tokens}")
    );
    assert_eq!(
        format!("{account:?}"),
        format!(r#"Account {{ id: Some("7"), {user}, {key}, {tokens}"#)
    );
}
