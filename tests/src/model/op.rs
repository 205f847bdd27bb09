//! The operations of a store, with symbols for what differs between two stores.
//!
//! Operations are written as JSON where a sequence is kept: see `regressions.jsonl`.

use serde::{Deserialize, Serialize};

/// One step of a sequence: every operation of a store, and time that passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the operation of that name")]
pub enum Op {
    CreateUser(Profile),
    GetUser(Person),
    GetUserByEmail(String),
    GetUserByAccount(Key),
    UpdateUser(Person, ProfilePatch),
    DeleteUser(Person),
    LinkAccount(Person, Link),
    UnlinkAccount(Key),
    GetAccount(Key),
    CreateSession(Person, NewToken),
    GetSessionAndUser(String),
    UpdateSession(String, Option<When>),
    DeleteSession(String),
    CreateVerificationToken(Letter, When),
    UseVerificationToken(Letter),
    CreateAuthenticator(Person, Passkey),
    GetAuthenticator(String),
    ListAuthenticatorsByUserId(Person),
    UpdateAuthenticatorCounter(String, u32),
    ListAccounts(Person),
    UpsertAccount(Person, Link),
    UpdateAccountTokens(Key, Option<String>, TokensPatch),
    ListSessions(Person),
    Revoke(Person, Handle),
    RevokeAll(Person, Option<String>),
    TouchSession(String, When),
    SignUp(Profile, Link, NewToken),
    SignInWithEmail(Letter, String, NewToken),
    PurgeExpired(u32),
    GetSessionsAndUsers(Vec<String>),
    /// Milliseconds pass, on the clock of the process and on that of the database.
    Advance(i64),
}

impl Op {
    /// False for look-ups and lists, and for time that passes.
    #[must_use]
    pub fn writes(&self) -> bool {
        let name = self.name();
        !["Get", "List", "Advance"]
            .iter()
            .any(|reads| name.starts_with(reads))
    }

    /// The name of the variant.
    #[must_use]
    pub fn name(&self) -> String {
        let shown = format!("{self:?}");
        let end = shown.find(|c: char| !c.is_ascii_alphanumeric());
        shown
            .get(..end.unwrap_or(shown.len()))
            .unwrap_or_default()
            .to_owned()
    }
}

/// Whose id is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Person {
    /// The user that was created last, or as many before. Deleted ones count.
    Newest(u8),
    /// An id that no row has.
    Unknown,
    /// A text that cannot be an id, though some of them resemble one.
    Malformed(u8),
}

/// A time, seen from the moment of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Milliseconds from now; negative ones have passed.
    In(i64),
    /// As many milliseconds from now, and 999 microseconds that are cut.
    InAndABit(i64),
    /// The last millisecond of 1969, which cannot be stored.
    TooEarly,
    /// The year 10000, which cannot be stored.
    TooLate,
}

/// A change to one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the variants are those of the contract's `Patch`"
)]
pub enum Change<T> {
    Keep,
    Clear,
    Set(T),
}

/// The columns of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the contract's record")]
pub struct Profile {
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<When>,
    pub image: Option<String>,
}

/// What is changed of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the contract's record")]
pub struct ProfilePatch {
    pub name: Change<String>,
    pub email: Change<String>,
    pub email_verified: Change<When>,
    pub image: Change<String>,
}

/// Provider and provider account id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key(pub String, pub String);

/// An account without its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the contract's record")]
pub struct Link {
    pub key: Key,
    pub r#type: String,
    pub refresh_token: Option<String>,
    pub access_token: Option<String>,
    pub expires_at: Option<i64>,
    pub scope: Option<String>,
}

/// What is changed of the tokens of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the contract's record")]
pub struct TokensPatch {
    pub refresh_token: Change<String>,
    pub access_token: Change<String>,
    pub expires_at: Change<i64>,
    pub scope: Change<String>,
}

/// A session token and when its session ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken(pub String, pub When);

/// Identifier and token of a verification token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter(pub String, pub String);

/// A credential without its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the contract's record")]
pub struct Passkey {
    pub credential_id: String,
    pub counter: u32,
    pub transports: Option<String>,
}

/// The handle of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handle {
    /// That of the session with this token.
    Of(String),
    /// A text.
    Text(String),
}
