//! What can be stored: the same limits on every backend, checked before the database.

use std::fmt;

use chrono::{DateTime, Utc};

#[cfg(test)]
mod tests;

/// The longest short text (names, e-mail addresses, ids, tokens, types), in characters
/// (Unicode scalar values): the `VARCHAR(255)` of the Auth.js schema.
pub const MAX_SHORT_CHARS: usize = 255;
/// The longest other text (OAuth tokens, scopes, images, keys), in bytes.
pub const MAX_TEXT_BYTES: usize = 65_536;
/// The largest number of rows per table that one purge deletes, and of tokens that one batch
/// looks up.
pub const MAX_BATCH: u32 = 10_000;

/// The earliest time that can be stored, in milliseconds since the Unix epoch, UTC.
const MIN_MILLIS: i64 = 0;
/// The latest, 9999-12-31T23:59:59.999Z.
const MAX_MILLIS: i64 = 253_402_300_799_999;

/// An argument that can never be stored, and why.
///
/// The value itself is not kept: it may be a secret.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Field, check_text};
///
/// let invalid = check_text(Field::SessionToken, "a\0b").unwrap_err();
///
/// assert_eq!(invalid.to_string(), "sessionToken holds a NUL character");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InvalidInput {
    /// The argument.
    pub field: Field,
    /// What is wrong with it.
    pub reason: Reason,
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.reason)
    }
}

impl std::error::Error for InvalidInput {}

/// What is wrong with an argument.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Reason, check_limit};
///
/// assert_eq!(check_limit(0).unwrap_err().reason, Reason::OutOfRange);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It is a key and has no characters.
    Empty,
    /// It holds the character U+0000, which PostgreSQL cannot store.
    Nul,
    /// It is longer than [`MAX_SHORT_CHARS`] or [`MAX_TEXT_BYTES`].
    TooLong,
    /// It is a time before 1970 or after 9999, or a number outside its range.
    OutOfRange,
    /// It does not have the form of such a value, for example an e-mail address without `@`.
    Malformed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Nul => "holds a NUL character",
            Self::TooLong => "is too long",
            Self::OutOfRange => "is out of range",
            Self::Malformed => "is malformed",
        })
    }
}

/// An argument, by its Auth.js name.
///
/// # Examples
///
/// ```
/// use authjs_adapter::Field;
///
/// assert_eq!(Field::ProviderAccountId.to_string(), "providerAccountId");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the field of that name")]
pub enum Field {
    Name,
    Email,
    EmailVerified,
    Image,
    UserId,
    Type,
    Provider,
    ProviderAccountId,
    RefreshToken,
    AccessToken,
    ExpiresAt,
    IdToken,
    Scope,
    SessionState,
    TokenType,
    SessionToken,
    Expires,
    Identifier,
    Token,
    CredentialId,
    CredentialPublicKey,
    Counter,
    CredentialDeviceType,
    Transports,
    Limit,
    Tokens,
}

impl Field {
    /// The name that Auth.js gives the field; `limit` and `tokens` are ours.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::EmailVerified => "emailVerified",
            Self::Image => "image",
            Self::UserId => "userId",
            Self::Type => "type",
            Self::Provider => "provider",
            Self::ProviderAccountId => "providerAccountId",
            Self::RefreshToken => "refresh_token",
            Self::AccessToken => "access_token",
            Self::ExpiresAt => "expires_at",
            Self::IdToken => "id_token",
            Self::Scope => "scope",
            Self::SessionState => "session_state",
            Self::TokenType => "token_type",
            Self::SessionToken => "sessionToken",
            Self::Expires => "expires",
            Self::Identifier => "identifier",
            Self::Token => "token",
            Self::CredentialId => "credentialID",
            Self::CredentialPublicKey => "credentialPublicKey",
            Self::Counter => "counter",
            Self::CredentialDeviceType => "credentialDeviceType",
            Self::Transports => "transports",
            Self::Limit => "limit",
            Self::Tokens => "tokens",
        }
    }

    /// The rule for the text of this field.
    const fn rule(self) -> Rule {
        match self {
            Self::Email
            | Self::UserId
            | Self::Type
            | Self::Provider
            | Self::ProviderAccountId
            | Self::SessionToken
            | Self::Identifier
            | Self::Token
            | Self::CredentialId => Rule::Key,
            Self::Name | Self::TokenType | Self::CredentialDeviceType => Rule::Short,
            _ => Rule::Text,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How long the text of a field may be, and whether it may be empty.
#[derive(Clone, Copy)]
enum Rule {
    /// 1 to [`MAX_SHORT_CHARS`] characters.
    Key,
    /// 0 to [`MAX_SHORT_CHARS`] characters.
    Short,
    /// 0 to [`MAX_TEXT_BYTES`] bytes.
    Text,
}

/// Checks that `value` can be stored in `field`, verbatim.
///
/// # Errors
/// - [`Reason::Empty`]: the field is a key and `value` has no characters.
/// - [`Reason::Nul`]: `value` holds U+0000.
/// - [`Reason::TooLong`]: `value` is longer than the field.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Field, Reason, check_text};
///
/// assert!(check_text(Field::Email, &"é".repeat(255)).is_ok());
/// assert_eq!(check_text(Field::Email, &"é".repeat(256)).unwrap_err().reason, Reason::TooLong);
/// ```
pub fn check_text(field: Field, value: &str) -> Result<(), InvalidInput> {
    let rule = field.rule();
    let reason = if matches!(rule, Rule::Key) && value.is_empty() {
        Reason::Empty
    } else if is_too_long(rule, value) {
        Reason::TooLong
    } else if value.contains('\0') {
        Reason::Nul
    } else {
        return Ok(());
    };
    Err(InvalidInput { field, reason })
}

/// True if a row with this key may exist: whether a look-up needs to ask the database.
#[must_use]
pub fn is_possible_key(field: Field, value: &str) -> bool {
    check_text(field, value).is_ok()
}

/// Checks that `time` can be stored: 1970-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z.
///
/// # Errors
/// - [`Reason::OutOfRange`]: it cannot.
pub fn check_time(field: Field, time: DateTime<Utc>) -> Result<(), InvalidInput> {
    if (MIN_MILLIS..=MAX_MILLIS).contains(&time.timestamp_millis()) {
        Ok(())
    } else {
        Err(InvalidInput {
            field,
            reason: Reason::OutOfRange,
        })
    }
}

/// Checks the limit of a purge: 1 to [`MAX_BATCH`] rows per table.
///
/// # Errors
/// - [`Reason::OutOfRange`]: it is outside.
pub fn check_limit(limit: u32) -> Result<(), InvalidInput> {
    if (1..=MAX_BATCH).contains(&limit) {
        Ok(())
    } else {
        Err(InvalidInput {
            field: Field::Limit,
            reason: Reason::OutOfRange,
        })
    }
}

/// Checks the size of a batch look-up: at most [`MAX_BATCH`] tokens.
///
/// # Errors
/// - [`Reason::OutOfRange`]: there are more.
pub fn check_batch(len: usize) -> Result<(), InvalidInput> {
    if u32::try_from(len).is_ok_and(|len| len <= MAX_BATCH) {
        Ok(())
    } else {
        Err(InvalidInput {
            field: Field::Tokens,
            reason: Reason::OutOfRange,
        })
    }
}

fn is_too_long(rule: Rule, value: &str) -> bool {
    match rule {
        // A character has at most four bytes, so most texts are settled without counting.
        Rule::Key | Rule::Short => {
            value.len() > MAX_SHORT_CHARS && value.chars().nth(MAX_SHORT_CHARS).is_some()
        }
        Rule::Text => value.len() > MAX_TEXT_BYTES,
    }
}
