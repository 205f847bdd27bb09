//! The row behind a magic link.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::limits::{check_text, check_time};
use crate::{Field, HashedToken, InvalidInput};

/// A verification token, to create and as stored: `VerificationToken` of Auth.js.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Adapter, MemoryAdapter, VerificationToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let adapter = MemoryAdapter::default();
/// let token = VerificationToken {
///     identifier: "ada@example.com".to_owned(),
///     expires: "2020-01-02T00:00:00Z".parse()?,
///     token: "hash".into(),
/// };
/// adapter.create_verification_token(token.clone()).await?;
///
/// let (identifier, hash) = ("ada@example.com", &"hash".into());
/// assert_eq!(adapter.use_verification_token(identifier, hash).await?, Some(token));
/// assert_eq!(adapter.use_verification_token(identifier, hash).await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationToken {
    /// Whom the link was sent to, byte for byte; 1 to 255 characters.
    pub identifier: String,
    /// When the link ends, UTC, in milliseconds.
    #[serde(with = "crate::time::iso")]
    pub expires: DateTime<Utc>,
    /// The hash of what was sent; 1 to 255 characters.
    pub token: HashedToken,
}

impl VerificationToken {
    /// Checks that the token can be stored as it is.
    ///
    /// # Errors
    /// The first field that cannot be stored, in the order of the struct.
    pub fn check(&self) -> Result<(), InvalidInput> {
        check_text(Field::Identifier, &self.identifier)?;
        check_time(Field::Expires, self.expires)?;
        check_text(Field::Token, self.token.expose())
    }
}

impl std::fmt::Debug for VerificationToken {
    /// Shows neither the address nor the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerificationToken")
            .field("identifier", &crate::user::Hidden)
            .field("expires", &self.expires)
            .field("token", &self.token)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::VerificationToken;
    use crate::Field;

    fn token() -> VerificationToken {
        VerificationToken {
            identifier: "ada@example.com".to_owned(),
            expires: "2020-01-02T00:00:00Z".parse().unwrap(),
            token: "secret".into(),
        }
    }

    #[test]
    fn a_verification_token_has_the_json_of_authjs() {
        let json = json!({
            "identifier": "ada@example.com",
            "expires": "2020-01-02T00:00:00.000Z",
            "token": "secret",
        });

        assert_eq!(to_value(token()).unwrap(), json);
        assert_eq!(from_value::<VerificationToken>(json).unwrap(), token());
    }

    #[test]
    fn neither_address_nor_token_is_printed() {
        assert_eq!(
            format!("{:?}", token()),
            "VerificationToken { identifier: [hidden], expires: 2020-01-02T00:00:00Z, \
             token: [redacted] }"
        );
    }

    #[test]
    fn both_halves_of_the_key_are_checked() {
        let no_identifier = VerificationToken {
            identifier: String::new(),
            ..token()
        };
        let no_token = VerificationToken {
            token: "".into(),
            ..token()
        };

        assert_eq!(no_identifier.check().unwrap_err().field, Field::Identifier);
        assert_eq!(no_token.check().unwrap_err().field, Field::Token);
    }
}
