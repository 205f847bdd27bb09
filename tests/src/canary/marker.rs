//! The text that all canaries have in common.

/// In every canary, and nowhere else.
pub const MARKER: &str = "kanarienvogel";

/// A secret of this kind that can be told from all others, in lower case so that no rule for
/// addresses changes it.
#[must_use]
pub fn canary(kind: &str) -> String {
    format!("{MARKER}-{kind}")
}
