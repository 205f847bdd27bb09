//! Under which circumstances a race is run.

use std::fmt;
use std::str::FromStr;

/// One way to run a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The connections of each pool.
    pub pool: u32,
    /// The default of each transaction, single statements included.
    pub isolation: Isolation,
    /// Where the callers are.
    pub way: Way,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pool {}, {}, {}", self.pool, self.isolation, self.way)
    }
}

/// An isolation level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// Each transaction sees one state; a write after another one's write may be refused.
    RepeatableRead,
    /// As if one transaction ran after the other; whatever cannot be ordered is refused.
    Serializable,
}

impl Isolation {
    /// All levels, the weakest first.
    pub const ALL: [Self; 3] = [
        Self::ReadCommitted,
        Self::RepeatableRead,
        Self::Serializable,
    ];

    /// The level in the words of SQL.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadCommitted => "read committed",
            Self::RepeatableRead => "repeatable read",
            Self::Serializable => "serializable",
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Isolation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| format!("`{text}` is no isolation level"))
    }
}

/// Where the callers of a race are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Tasks of one process, which share a pool.
    Tasks,
    /// Processes, each with a pool and a share of the callers as tasks.
    Processes,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tasks => "tasks",
            Self::Processes => "processes",
        })
    }
}
