//! Values that careless code takes for others, cuts, executes or falls over.
//!
//! Each has a name that never changes, since the outcomes of all methods are kept by it.

mod emails;
mod ids;
mod numbers;
mod texts;
mod times;

pub use self::{
    emails::{HostileEmail, hostile_emails},
    ids::hostile_ids,
    numbers::{hostile_batch_sizes, hostile_counters, hostile_epochs, hostile_limits},
    texts::hostile_texts,
    times::{HostileTime, hostile_times},
};

/// A value and its name.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// What it is, in a word or two.
    pub name: &'static str,
    /// The value.
    pub value: T,
}

impl<T> Named<T> {
    const fn new(name: &'static str, value: T) -> Self {
        Self { name, value }
    }
}

fn named<T, V: Into<T>>(values: impl IntoIterator<Item = (&'static str, V)>) -> Vec<Named<T>> {
    values
        .into_iter()
        .map(|(name, value)| Named::new(name, value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names<T>(values: &[Named<T>]) -> BTreeSet<&'static str> {
        values.iter().map(|value| value.name).collect()
    }

    #[test]
    fn every_name_and_every_value_is_there_once() {
        let (texts, ids) = (hostile_texts(), hostile_ids("34"));
        let (times, emails) = (hostile_times(), hostile_emails());
        let distinct: BTreeSet<&str> = texts.iter().map(|text| text.value.as_str()).collect();
        let distinct_ids: BTreeSet<&str> = ids.iter().map(|id| id.value.as_str()).collect();

        assert_eq!(names(&texts).len(), texts.len());
        assert_eq!(names(&ids).len(), ids.len());
        assert_eq!(names(&times).len(), times.len());
        assert_eq!(names(&emails).len(), emails.len());
        assert_eq!(distinct.len(), texts.len());
        assert_eq!(distinct_ids.len(), ids.len());
    }

    #[test]
    fn texts_are_as_long_as_their_names_say() {
        let long = |name: &str| {
            let texts = hostile_texts();
            let text = texts.into_iter().find(|text| text.name == name);
            let text = text.expect("the text is in the corpus").value;
            (text.chars().count(), text.len())
        };

        assert_eq!(long("ascii-255"), (255, 255));
        assert_eq!(long("ascii-256"), (256, 256));
        assert_eq!(long("accents-255"), (255, 510));
        assert_eq!(long("emoji-255"), (255, 1020));
        assert_eq!(long("emoji-256"), (256, 1024));
        assert_eq!(long("ascii-64k"), (65_536, 65_536));
        assert_eq!(long("ascii-64k-and-1"), (65_537, 65_537));
        assert_eq!(long("emoji-64k"), (16_384, 65_536));
        assert_eq!(long("emoji-64k-and-1"), (16_385, 65_537));
    }
}
