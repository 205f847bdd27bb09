//! The identities at OAuth providers, each of one user.

use crate::{addition::Addition, table::Table};

pub(crate) static TABLE: Table = Table {
    migration: "m20250101_000002_create_authjs_accounts",
    name: "accounts",
    additions: &[
        Addition::unique(
            "authjs_accounts_provider_account_key",
            &["provider", "providerAccountId"],
        ),
        Addition::index("authjs_accounts_user_id_idx", &["userId"]),
        Addition::foreign_key("authjs_accounts_user_id_fkey", &["userId"]),
    ],
    mysql: include_str!("mysql/accounts.sql"),
    postgres: concat!(
        include_str!("postgres/accounts.sql"),
        include_str!("postgres/accounts_additions.sql"),
    ),
    sqlite: include_str!("sqlite/accounts.sql"),
};
