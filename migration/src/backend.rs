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
    Postgres,
    Sqlite,
}

impl Backend {
    pub(crate) fn of(backend: DbBackend) -> Result<Self, DbErr> {
        match backend {
            DbBackend::Postgres => Ok(Self::Postgres),
            DbBackend::Sqlite => Ok(Self::Sqlite),
            DbBackend::MySql => Err(DbErr::Migration(
                "MySQL and MariaDB are not supported yet".to_owned(),
            )),
            other => Err(DbErr::Migration(format!(
                "{} is not supported",
                other.as_str()
            ))),
        }
    }
}
