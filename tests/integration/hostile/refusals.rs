//! Which texts the contract refuses, worked out here once more and not by the contract's code.

use authjs_adapter::Reason;

/// The limits of a text.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// 1 to 255 characters.
    Key,
    /// At most 255 characters.
    Short,
    /// At most 64 KiB in bytes.
    Long,
}

impl Rule {
    /// Why the text cannot be stored; `None` if it can.
    pub(super) fn refuses(self, text: &str) -> Option<Reason> {
        let characters = text.chars().count();
        match self {
            Self::Key if characters == 0 => Some(Reason::Empty),
            Self::Key | Self::Short if characters > 255 => Some(Reason::TooLong),
            Self::Long if text.len() > 65_536 => Some(Reason::TooLong),
            _ if text.chars().any(|character| character == '\u{0}') => Some(Reason::Nul),
            _ => None,
        }
    }

    /// True if a row may have this key.
    pub(super) fn allows(self, text: &str) -> bool {
        self.refuses(text).is_none()
    }
}
