//! The signed-in browsers, found by their token.

use crate::{addition::Addition, table::Table};

pub(crate) static TABLE: Table = Table {
    migration: "m20250101_000003_create_authjs_sessions",
    name: "sessions",
    additions: &[
        Addition::unique("authjs_sessions_session_token_key", &["sessionToken"]),
        Addition::index("authjs_sessions_user_id_idx", &["userId"]),
        Addition::index("authjs_sessions_expires_idx", &["expires"]),
        Addition::foreign_key("authjs_sessions_user_id_fkey", &["userId"]),
    ],
    mysql: include_str!("mysql/sessions.sql"),
    postgres: concat!(
        include_str!("postgres/sessions.sql"),
        include_str!("postgres/sessions_additions.sql"),
    ),
    sqlite: include_str!("sqlite/sessions.sql"),
};
