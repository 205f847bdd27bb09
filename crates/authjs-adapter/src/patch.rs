//! A change to one column.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an update does to one nullable column.
///
/// In JSON, an absent key is [`Keep`](Self::Keep), `null` is [`Clear`](Self::Clear), any
/// other value is [`Set`](Self::Set): JavaScript's `undefined` and `null`, which
/// `Option<Option<T>>` cannot tell apart without help.
///
/// # Examples
///
/// ```
/// use authjs_adapter::{Patch, UserPatch};
///
/// let patch: UserPatch = serde_json::from_str(r#"{"name":"Ada","image":null}"#).unwrap();
///
/// assert_eq!(patch.name, Patch::Set("Ada".to_owned()));
/// assert_eq!(patch.image, Patch::Clear);
/// assert_eq!(patch.email, Patch::Keep);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The column stays as it is.
    #[default]
    Keep,
    /// The column becomes NULL.
    Clear,
    /// The column gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// True if the column stays as it is.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The value that the column gets; `None` if it stays or becomes NULL.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same change over a reference.
    #[must_use]
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// The column's new value, given its old one.
    #[must_use]
    pub fn apply(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// `None` to keep the column, else its new value.
    #[must_use]
    pub fn into_change(self) -> Option<Option<T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }
}

/// `Some` sets the column, `None` clears it; [`Patch::Keep`] has to be written out.
impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// `Keep` cannot be written as a value: fields skip it with [`Patch::is_keep`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// A time in a patch, in the form of `JSON.stringify`.
pub(crate) mod iso {
    use chrono::{DateTime, Utc};
    use serde::{Deserializer, Serializer};

    use super::Patch;
    use crate::time::iso::option;

    pub(crate) fn serialize<S: Serializer>(
        patch: &Patch<DateTime<Utc>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        option::serialize(&patch.apply(None), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Patch<DateTime<Utc>>, D::Error> {
        option::deserialize(deserializer).map(Patch::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Patch;

    const ALL: [Patch<i32>; 3] = [Patch::Keep, Patch::Clear, Patch::Set(7)];

    #[test]
    fn a_patch_is_applied_to_what_was_there() {
        assert_eq!(
            ALL.map(|patch| patch.apply(Some(1))),
            [Some(1), None, Some(7)]
        );
        assert_eq!(ALL.map(|patch| patch.apply(None)), [None, None, Some(7)]);
    }

    #[test]
    fn a_patch_tells_what_it_changes() {
        assert_eq!(ALL.map(|patch| patch.is_keep()), [true, false, false]);
        assert_eq!(
            ALL.map(|patch| patch.value().copied()),
            [None, None, Some(7)]
        );
        assert_eq!(
            ALL.map(Patch::into_change),
            [None, Some(None), Some(Some(7))]
        );
        assert_eq!(
            ALL.each_ref().map(Patch::as_ref),
            [Patch::Keep, Patch::Clear, Patch::Set(&7)]
        );
    }

    #[test]
    fn an_option_sets_or_clears() {
        assert_eq!(Patch::from(Some(7)), Patch::Set(7));
        assert_eq!(Patch::from(None::<i32>), Patch::Clear);
    }
}
