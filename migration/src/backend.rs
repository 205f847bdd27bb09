use sea_orm_migration::sea_orm::{DbBackend, DbErr};

/// The databases that the migrations are written for.
///
/// Another one is added here: the compiler then asks for its SQL in [`Table`] and for its
/// [`catalog`] queries.
///
/// [`Table`]: crate::table::Table
/// [`catalog`]: crate::catalog
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    /// MySQL and MariaDB.
    Mysql,
    Postgres,
    Sqlite,
}

impl Backend {
    pub(crate) fn of(backend: DbBackend) -> Result<Self, DbErr> {
        match backend {
            DbBackend::MySql => Ok(Self::Mysql),
            DbBackend::Postgres => Ok(Self::Postgres),
            DbBackend::Sqlite => Ok(Self::Sqlite),
            other => Err(DbErr::Migration(format!(
                "{} is not supported",
                other.as_str()
            ))),
        }
    }

    /// Whether a transaction that is rolled back takes back the tables that it made or dropped.
    /// On MySQL and MariaDB each statement about tables commits by itself.
    pub(crate) const fn rolls_tables_back(self) -> bool {
        match self {
            Self::Mysql => false,
            Self::Postgres | Self::Sqlite => true,
        }
    }
}
