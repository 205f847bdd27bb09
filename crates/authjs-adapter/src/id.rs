//! The id of a user.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a user, as canonical text.
///
/// Auth.js treats ids as strings whatever the column's type; a backend parses the text for
/// its column. Only the canonical form finds a row: for an integer column `"34"` does,
/// while `"034"`, `" 34"`, `"+34"` and `"34abc"` never do, at no cost.
///
/// # Examples
///
/// ```
/// use authjs_adapter::UserId;
///
/// assert_eq!(UserId::from(34), UserId::from("34"));
/// assert_ne!(UserId::from("034"), UserId::from("34"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// The id with this text, which is not checked: an impossible id finds nothing.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for UserId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for UserId {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for UserId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<i32> for UserId {
    fn from(id: i32) -> Self {
        Self(id.to_string())
    }
}

impl From<i64> for UserId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::UserId;

    #[test]
    fn an_id_is_its_text() {
        let id = UserId::new("34");

        assert_eq!(id.as_str(), "34");
        assert_eq!(AsRef::<str>::as_ref(&id), "34");
        assert_eq!(id.to_string(), "34");
        assert_eq!(id, UserId::from("34".to_owned()));
    }

    #[test]
    fn a_number_has_its_canonical_text() {
        assert_eq!(UserId::from(-1).as_str(), "-1");
        assert_eq!(UserId::from(i64::MAX).as_str(), "9223372036854775807");
    }
}
