//! Values that must never be printed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Error, ErrorKind, Operation, Result};

#[cfg(test)]
mod tests;

/// The number of random bytes in a generated session token: 256 bits.
const TOKEN_BYTES: usize = 32;

/// Lists the newtypes over secret text; they share this shape and differ in meaning.
macro_rules! secret_text {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps the text, which is not checked: the adapter rejects what cannot be stored,
            /// and finds nothing for what cannot exist.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself. Do not log it.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        /// Prints `[redacted]`.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }

        /// Prints `[redacted]`.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }
    )+};
}

secret_text! {
    /// The token in a session cookie: who holds it is signed in.
    ///
    /// Prints `[redacted]`; serializes as the text itself, as Auth.js' JSON needs it.
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::SessionToken;
    ///
    /// let token = SessionToken::generate()?;
    ///
    /// assert_eq!(token.expose().len(), 43);
    /// assert_eq!(format!("{token:?}"), "[redacted]");
    /// # Ok::<(), authjs_adapter::Error>(())
    /// ```
    SessionToken;

    /// A token or other secret that an OAuth provider gave out.
    ///
    /// Prints `[redacted]`; serializes as the text itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::OAuthToken;
    ///
    /// let token = OAuthToken::new("secret");
    ///
    /// assert_eq!(token.to_string(), "[redacted]");
    /// assert_eq!(token.expose(), "secret");
    /// ```
    OAuthToken;

    /// The value of a verification token **as it is stored**: Auth.js hashes what it mails
    /// (`hex(sha256(token + secret))`) before it calls the adapter, so that the table alone
    /// signs nobody in.
    ///
    /// Prints `[redacted]`; serializes as the text itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::HashedToken;
    ///
    /// let hash = HashedToken::from("45b269725b2fe879");
    ///
    /// assert_eq!(format!("{hash:?}"), "[redacted]");
    /// ```
    HashedToken;
}

impl SessionToken {
    /// Makes a new token: 32 bytes of the operating system's random source, base64url without
    /// padding (43 characters). The one place in this library that makes randomness.
    ///
    /// # Errors
    /// - [`ErrorKind::Internal`]: the operating system gave no randomness.
    ///
    /// # Source
    /// OWASP ASVS 5.0, 7.2.3: reference tokens with at least 128 bits of entropy.
    pub fn generate() -> Result<Self> {
        let mut bytes = [0_u8; TOKEN_BYTES];
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that makes randomness"
        )]
        getrandom::fill(&mut bytes)
            .map_err(|_| Error::new(Operation::GenerateSessionToken, ErrorKind::Internal))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The name of the session that may be shown and logged: the hex SHA-256 of the token.
    #[must_use]
    pub fn handle(&self) -> SessionHandle {
        SessionHandle(sha256_hex(self.0.as_bytes()))
    }
}

/// Names a session without signing anybody in: the lower-case hex SHA-256 of its token.
///
/// A page that lists devices shows handles and sends one back to
/// [`revoke`](crate::SessionAdmin::revoke). It is also what a standalone store keeps in
/// place of the token.
///
/// # Examples
///
/// ```
/// use authjs_adapter::SessionToken;
///
/// let handle = SessionToken::new("abc").handle();
///
/// assert!(handle.as_str().starts_with("ba7816bf8f01cfea"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionHandle(String);

impl SessionHandle {
    /// The handle with this text, which is not checked: an impossible handle finds nothing.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text: 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if the text can be the handle of a session.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.0.len() == 64
            && self
                .0
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    }
}

impl fmt::Display for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for SessionHandle {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SessionHandle {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for SessionHandle {
    fn from(text: String) -> Self {
        Self(text)
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    use fmt::Write as _;

    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
