//! The people, each once per e-mail address.

use crate::{addition::Addition, table::Table};

pub(crate) static TABLE: Table = Table {
    migration: "m20250101_000001_create_authjs_users",
    name: "users",
    additions: &[Addition::unique("authjs_users_email_key", &["email"])],
    mysql: include_str!("mysql/users.sql"),
    postgres: concat!(
        include_str!("postgres/users.sql"),
        include_str!("postgres/users_additions.sql"),
    ),
    sqlite: include_str!("sqlite/users.sql"),
};
