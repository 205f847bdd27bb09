//! Rows to put a value into, and what is stored of them.

use authjs_adapter::{
    Account, Authenticator, Field, NewSession, NewUser, ProviderAccount, Session, SessionToken,
    SignInSession, User, UserId,
};
use authjs_conformance::start;
use chrono::{DateTime, TimeDelta, Utc};

use super::refusals::Rule;

/// An argument that is a text: its name, its limits, and how it is set.
pub(super) struct Column<T> {
    pub(super) name: &'static str,
    pub(super) field: Field,
    pub(super) rule: Rule,
    pub(super) set: fn(&mut T, String),
}

const fn column<T>(
    name: &'static str,
    field: Field,
    rule: Rule,
    set: fn(&mut T, String),
) -> Column<T> {
    Column {
        name,
        field,
        rule,
        set,
    }
}

/// The texts of a new user but for the address.
pub(super) const PROFILE: [Column<NewUser>; 2] = [
    column("name", Field::Name, Rule::Short, |user, text| {
        user.name = Some(text);
    }),
    column("image", Field::Image, Rule::Long, |user, text| {
        user.image = Some(text);
    }),
];

pub(super) const EMAIL: Column<NewUser> = column("email", Field::Email, Rule::Key, |user, text| {
    user.email = Some(text);
});

/// The texts of an account.
pub(super) const ACCOUNT: [Column<ProviderAccount>; 9] = [
    column("type", Field::Type, Rule::Key, |account, text| {
        account.r#type = text;
    }),
    column("provider", Field::Provider, Rule::Key, |account, text| {
        account.provider = text;
    }),
    column(
        "provider_account_id",
        Field::ProviderAccountId,
        Rule::Key,
        |account, text| account.provider_account_id = text,
    ),
    column(
        "refresh_token",
        Field::RefreshToken,
        Rule::Long,
        |account, text| account.tokens.refresh_token = Some(text.into()),
    ),
    column(
        "access_token",
        Field::AccessToken,
        Rule::Long,
        |account, text| account.tokens.access_token = Some(text.into()),
    ),
    column("id_token", Field::IdToken, Rule::Long, |account, text| {
        account.tokens.id_token = Some(text.into());
    }),
    column("scope", Field::Scope, Rule::Long, |account, text| {
        account.tokens.scope = Some(text);
    }),
    column(
        "session_state",
        Field::SessionState,
        Rule::Long,
        |account, text| account.tokens.session_state = Some(text.into()),
    ),
    column(
        "token_type",
        Field::TokenType,
        Rule::Short,
        |account, text| account.tokens.token_type = Some(text),
    ),
];

/// The texts of an authenticator.
pub(super) const AUTHENTICATOR: [Column<Authenticator>; 5] = [
    column(
        "credential_id",
        Field::CredentialId,
        Rule::Key,
        |row, text| row.credential_id = text,
    ),
    column(
        "provider_account_id",
        Field::ProviderAccountId,
        Rule::Key,
        |row, text| row.provider_account_id = text,
    ),
    column(
        "credential_public_key",
        Field::CredentialPublicKey,
        Rule::Long,
        |row, text| row.credential_public_key = text,
    ),
    column(
        "credential_device_type",
        Field::CredentialDeviceType,
        Rule::Short,
        |row, text| row.credential_device_type = text,
    ),
    column("transports", Field::Transports, Rule::Long, |row, text| {
        row.transports = Some(text);
    }),
];

/// The account `hostile`/`id`, with nothing else.
pub(super) fn account(id: &str) -> ProviderAccount {
    ProviderAccount::new("oauth", "hostile", id)
}

pub(super) fn session(user_id: &UserId, token: &str) -> NewSession {
    NewSession {
        session_token: SessionToken::new(token),
        user_id: user_id.clone(),
        expires: end(),
    }
}

pub(super) fn sign_in_session(token: &str) -> SignInSession {
    SignInSession {
        session_token: SessionToken::new(token),
        expires: end(),
    }
}

pub(super) fn authenticator(user_id: &UserId, credential_id: &str) -> Authenticator {
    Authenticator {
        credential_id: credential_id.to_owned(),
        user_id: user_id.clone(),
        provider_account_id: "hostile".to_owned(),
        credential_public_key: "a2V5".to_owned(),
        counter: 7,
        credential_device_type: "singleDevice".to_owned(),
        credential_backed_up: false,
        transports: None,
    }
}

/// When sessions and links end: in thirty days.
pub(super) fn end() -> DateTime<Utc> {
    start() + TimeDelta::days(30)
}

/// The row of a user who was given as `new`.
pub(super) fn user_row(new: NewUser, id: &UserId) -> User {
    User {
        id: id.clone(),
        name: new.name,
        email: new.email,
        email_verified: new.email_verified,
        image: new.image,
    }
}

/// The row of an account that was given as `new`.
pub(super) fn account_row(new: ProviderAccount, user_id: &UserId, id: Option<&String>) -> Account {
    Account {
        id: id.cloned(),
        user_id: user_id.clone(),
        r#type: new.r#type,
        provider: new.provider,
        provider_account_id: new.provider_account_id,
        tokens: new.tokens,
    }
}

/// The answer to a session that was given as `new`.
pub(super) fn session_row(new: NewSession, id: Option<&String>) -> Session {
    Session {
        id: id.cloned(),
        session_token: new.session_token,
        user_id: new.user_id,
        expires: new.expires,
    }
}
