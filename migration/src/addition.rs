use std::fmt;

/// A key, index or foreign key that the migrations give a table beyond the stock schema.
///
/// It is known by its columns. The name is the one that the migrations choose; in a database that
/// somebody else made, the same thing may be called otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addition {
    /// What it is.
    pub kind: AdditionKind,
    /// The name that the migrations give it.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: &'static [&'static str],
}

/// The kinds of [`Addition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdditionKind {
    /// A primary key, unique constraint or unique index over exactly these columns.
    Unique,
    /// An index that begins with these columns.
    Index,
    /// A foreign key from the one column to `users(id)` that deletes the row with its user.
    ForeignKey,
}

impl Addition {
    pub(crate) const fn unique(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            kind: AdditionKind::Unique,
            name,
            columns,
        }
    }

    pub(crate) const fn index(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            kind: AdditionKind::Index,
            name,
            columns,
        }
    }

    pub(crate) const fn foreign_key(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            kind: AdditionKind::ForeignKey,
            name,
            columns,
        }
    }
}

impl fmt::Display for Addition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.columns.join(", ");
        match self.kind {
            AdditionKind::Unique => write!(f, "unique {} ({columns})", self.name),
            AdditionKind::Index => write!(f, "index {} ({columns})", self.name),
            AdditionKind::ForeignKey => write!(f, "foreign key {} ({columns})", self.name),
        }
    }
}
