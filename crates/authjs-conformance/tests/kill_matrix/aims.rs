//! The cases that must notice each broken rule.

mod everywhere;
mod people;
mod tokens;

use crate::rule::Rule;

/// A rule, and cases that must fail for its mutant.
type Aims = (Rule, &'static [&'static str]);

impl Rule {
    /// Cases that must fail for the mutant; others may.
    pub(crate) fn aims(self) -> &'static [&'static str] {
        let all = [everywhere::AIMS, people::AIMS, tokens::AIMS];
        let found = all.into_iter().flatten().find(|(rule, _)| *rule == self);
        found.map_or(&[], |(_, cases)| *cases)
    }
}
