//! The one-time tokens of magic links; its key belongs to the stock schema.

use crate::{addition::Addition, table::Table};

pub(crate) static TABLE: Table = Table {
    migration: "m20250101_000004_create_authjs_verification_token",
    name: "verification_token",
    additions: &[
        Addition::unique("verification_token_pkey", &["identifier", "token"]),
        Addition::index("authjs_verification_token_expires_idx", &["expires"]),
    ],
    mysql: include_str!("mysql/verification_token.sql"),
    postgres: concat!(
        include_str!("postgres/verification_token.sql"),
        include_str!("postgres/verification_token_additions.sql"),
    ),
    sqlite: include_str!("sqlite/verification_token.sql"),
};
