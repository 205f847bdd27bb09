//! The WebAuthn credentials; the stock schema of PostgreSQL has no such table.

use crate::{addition::Addition, table::Table};

pub(crate) static TABLE: Table = Table {
    migration: "m20250101_000005_create_authjs_authenticators",
    name: "authenticators",
    additions: &[
        Addition::unique("authjs_authenticators_pkey", &["userId", "credentialID"]),
        Addition::unique("authjs_authenticators_credential_id_key", &["credentialID"]),
        Addition::foreign_key("authjs_authenticators_user_id_fkey", &["userId"]),
    ],
    mysql: include_str!("mysql/authenticators.sql"),
    postgres: concat!(
        include_str!("postgres/authenticators.sql"),
        include_str!("postgres/authenticators_additions.sql"),
    ),
    sqlite: include_str!("sqlite/authenticators.sql"),
};
