use std::fmt;

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr};

use crate::{
    addition::{Addition, AdditionKind},
    catalog::{Catalog, ForeignKey, Index},
    table::TABLES,
};

/// Something that a table lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The table.
    pub table: &'static str,
    /// What the migrations would have given it.
    pub addition: Addition,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table {} has no {}", self.table, self.addition)
    }
}

/// Tells which of the keys, indices and foreign keys the tables of Auth.js lack.
///
/// Empty after the migrations ran on an empty database. A table that was there before them is
/// left as it was, so it keeps its gaps; so does one of whose constraints somebody dropped. A
/// table that is not there has no gap. Reads the catalog only: names do not count, an index that
/// is invalid or partial does not either, nor a foreign key that is not validated.
///
/// # Errors
/// Those of the database; `DbErr::Migration` for a backend that is not supported.
pub async fn unconstrained<C: ConnectionTrait>(db: &C) -> Result<Vec<Gap>, DbErr> {
    let catalog = Catalog::of(db)?;
    let mut gaps = Vec::new();
    for table in TABLES {
        if !catalog.has_table(table.name).await? {
            continue;
        }
        let indexes = catalog.indexes(table.name).await?;
        let foreign_keys = catalog.foreign_keys(table.name).await?;
        let missing = table
            .additions
            .iter()
            .filter(|addition| match addition.kind {
                AdditionKind::Unique => !indexes.iter().any(|index| is_unique(index, addition)),
                AdditionKind::Index => !indexes.iter().any(|index| starts_with(index, addition)),
                AdditionKind::ForeignKey => !foreign_keys.iter().any(|key| cascades(key, addition)),
            });
        gaps.extend(missing.map(|addition| Gap {
            table: table.name,
            addition: *addition,
        }));
    }
    Ok(gaps)
}

/// Names the tables of Auth.js that are there though no migration created them.
///
/// # Errors
/// As [`unconstrained`].
pub async fn left_alone<C: ConnectionTrait>(db: &C) -> Result<Vec<&'static str>, DbErr> {
    let catalog = Catalog::of(db)?;
    let mut tables = Vec::new();
    for table in TABLES {
        if catalog.has_table(table.name).await? && !catalog.is_ours(table.name).await? {
            tables.push(table.name);
        }
    }
    Ok(tables)
}

/// Uniqueness does not depend on the order of the columns.
fn is_unique(index: &Index, addition: &Addition) -> bool {
    let has = |name: &&str| {
        index
            .columns
            .iter()
            .any(|column| column.as_deref() == Some(*name))
    };
    index.unique
        && index.columns.len() == addition.columns.len()
        && addition.columns.iter().all(has)
}

fn starts_with(index: &Index, addition: &Addition) -> bool {
    let columns = index.columns.iter().map(Option::as_deref);
    index.columns.len() >= addition.columns.len()
        && columns
            .zip(addition.columns)
            .all(|(column, wanted)| column == Some(*wanted))
}

fn cascades(key: &ForeignKey, addition: &Addition) -> bool {
    addition.columns == [key.column.as_str()]
        && key.target == "users"
        && key.target_column == "id"
        && key.cascades
}
