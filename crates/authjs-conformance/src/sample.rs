//! The people and rows that the cases are about.

use authjs_adapter::{
    AccountKey, AccountTokens, Authenticator, Field, HashedToken, NewAccount, NewSession, NewUser,
    ProviderAccount, SessionToken, SignInSession, SignInWithEmail, User, UserId, VerificationToken,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::start;

/// A field, and how to give it a value that cannot be stored.
pub(crate) type Spoil<T> = (Field, fn(&mut T));

/// Ada's account.
pub(crate) const GITHUB_42: AccountKey<'_> = AccountKey {
    provider: "github",
    provider_account_id: "42",
};

/// Grace's account, where there are two people.
pub(crate) const GITHUB_43: AccountKey<'_> = AccountKey {
    provider: "github",
    provider_account_id: "43",
};

/// An account that nobody has, of the same name at another provider.
pub(crate) const GITLAB_42: AccountKey<'_> = AccountKey {
    provider: "gitlab",
    provider_account_id: "42",
};

/// An account that nobody has, at the same provider.
pub(crate) const GITHUB_99: AccountKey<'_> = AccountKey {
    provider: "github",
    provider_account_id: "99",
};

/// A time within a millisecond, with digits that have to be cut.
pub(crate) fn fine_time() -> DateTime<Utc> {
    start() + TimeDelta::days(1) + TimeDelta::nanoseconds(123_999_999)
}

/// [`fine_time`] as it is stored.
pub(crate) fn cut_time() -> DateTime<Utc> {
    start() + TimeDelta::days(1) + TimeDelta::milliseconds(123)
}

/// The last millisecond before 1970.
pub(crate) fn before_1970() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH - TimeDelta::milliseconds(1)
}

/// The first millisecond of the year 10000.
pub(crate) fn year_10000() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(253_402_300_800_000)
}

/// The last millisecond of the year 9999.
pub(crate) fn end_of_9999() -> DateTime<Utc> {
    year_10000() - TimeDelta::milliseconds(1)
}

/// The longest text of a key or name: 255 characters, more bytes.
pub(crate) fn longest_short() -> String {
    "\u{1f600}".repeat(255)
}

/// One character more than fits a key or name.
pub(crate) fn too_long_short() -> String {
    "\u{e9}".repeat(256)
}

/// The longest other text: 64 KiB in characters of two bytes.
pub(crate) fn longest_text() -> String {
    "\u{e9}".repeat(32 * 1024)
}

/// One byte more than fits any text.
pub(crate) fn too_long_text() -> String {
    "x".repeat(64 * 1024 + 1)
}

/// Texts that careless code alters, cuts or executes.
pub(crate) fn odd_texts() -> Vec<String> {
    [
        " leading and trailing \t",
        "O'Brien \"quoted\" `ticked` \\ back\\slash",
        "'; DROP TABLE users; --",
        "100% _under_ *star* ?mark $1 :name",
        "<script>alert(1)</script>",
        "line\r\nfeed\u{1b}[31m",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627} \u{4f60}\u{597d}",
        "e\u{301} is not \u{e9}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{feff}\u{202e}",
        "null",
        "{\"a\":1}",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Keys that no row can have: no characters, a NUL, too many characters.
pub(crate) fn impossible_keys() -> Vec<String> {
    vec![String::new(), "nul\0".to_owned(), too_long_short()]
}

/// Texts that careless comparisons take for the session token `ada-token`.
pub(crate) const LIKE_ADA_TOKEN: [&str; 6] = [
    "Ada-Token",
    "ada-token ",
    " ada-token",
    "\u{e1}da-token",
    "ada_token",
    "%",
];

/// Ada, with a value in each column.
pub(crate) fn ada() -> NewUser {
    NewUser {
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.com".to_owned()),
        email_verified: Some(start() - TimeDelta::milliseconds(86_400_001)),
        image: Some("https://example.com/ada.png".to_owned()),
    }
}

/// Grace, with a value in each column.
pub(crate) fn grace() -> NewUser {
    NewUser {
        name: Some("Grace Hopper".to_owned()),
        email: Some("grace@example.com".to_owned()),
        email_verified: Some(start() - TimeDelta::days(2)),
        image: Some("https://example.com/grace.png".to_owned()),
    }
}

/// The user with this id and a value in no other column.
pub(crate) fn nobody(id: &UserId) -> User {
    User {
        id: id.clone(),
        name: None,
        email: None,
        email_verified: None,
        image: None,
    }
}

/// A session of this user with this token, for thirty days.
pub(crate) fn session(user_id: &UserId, token: &str) -> NewSession {
    NewSession {
        session_token: SessionToken::new(token),
        user_id: user_id.clone(),
        expires: start() + TimeDelta::days(30),
    }
}

/// What a provider sends at the first sign-in.
pub(crate) fn tokens() -> AccountTokens {
    AccountTokens {
        refresh_token: Some("refresh-1".into()),
        access_token: Some("access-1".into()),
        expires_at: Some(1_577_840_400),
        id_token: Some("id-1".into()),
        scope: Some("openid email".to_owned()),
        session_state: Some("state-1".into()),
        token_type: Some("bearer".to_owned()),
    }
}

/// What a provider sends at the next sign-in: all new, and no refresh token.
pub(crate) fn next_tokens() -> AccountTokens {
    AccountTokens {
        refresh_token: None,
        access_token: Some("access-2".into()),
        expires_at: Some(1_577_844_000),
        id_token: Some("id-2".into()),
        scope: Some("openid".to_owned()),
        session_state: None,
        token_type: Some("DPoP".to_owned()),
    }
}

/// The account `github`/`42` with a value in each column.
pub(crate) fn provider_account() -> ProviderAccount {
    ProviderAccount {
        tokens: tokens(),
        ..ProviderAccount::new("oauth", "github", "42")
    }
}

/// The account `github`/`42`, to be linked to this user.
pub(crate) fn account(user_id: &UserId) -> NewAccount {
    provider_account().of_user(user_id.clone())
}

/// The account `github`/`42` without any tokens, to be linked to this user.
pub(crate) fn bare_account(user_id: &UserId) -> NewAccount {
    ProviderAccount::new("oauth", "github", "42").of_user(user_id.clone())
}

/// The magic link that was sent to Ada's address, for one day.
pub(crate) fn link() -> VerificationToken {
    VerificationToken {
        identifier: "ada@example.com".to_owned(),
        expires: start() + TimeDelta::days(1),
        token: HashedToken::new("link-hash"),
    }
}

/// A credential of this user.
pub(crate) fn passkey(user_id: &UserId, credential_id: &str) -> Authenticator {
    Authenticator {
        credential_id: credential_id.to_owned(),
        user_id: user_id.clone(),
        provider_account_id: credential_id.to_owned(),
        credential_public_key: "cHVibGljIGtleQ==".to_owned(),
        counter: 7,
        credential_device_type: "multiDevice".to_owned(),
        credential_backed_up: true,
        transports: Some("internal,hybrid".to_owned()),
    }
}

/// The session that a sign-in starts, for thirty days.
pub(crate) fn sign_in_session(token: &str) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(token),
        expires: start() + TimeDelta::days(30),
    }
}

/// Ada's click on [`link`].
pub(crate) fn click(session_token: &str) -> SignInWithEmail {
    SignInWithEmail {
        identifier: link().identifier,
        token: link().token,
        email: "ada@example.com".to_owned(),
        session: sign_in_session(session_token),
    }
}
