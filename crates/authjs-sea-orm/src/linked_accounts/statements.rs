//! The SQL of linked accounts.

use crate::accounts::{self, COLUMNS};
use crate::change::{self, Change, Update};
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::key::Key;
use crate::row;
use crate::sql::Sql;

/// The statements of linked accounts.
#[derive(Debug)]
pub(crate) struct LinkedAccountStatements {
    pub(super) list: Sql,
    pub(super) upsert: Upsert,
    pub(super) update_tokens: Change,
    pub(super) exists: Sql,
}

/// How an account is inserted or refreshed.
#[derive(Debug)]
pub(super) enum Upsert {
    /// PostgreSQL: one statement, which also tells why it did nothing.
    Whole(Sql),
    /// The others with the unique constraint: one statement, and a question if it did nothing. On
    /// SQLite only where the constraint refuses no other account, which would be changed in place
    /// of the one that is meant.
    OnConflict { upsert: Change, why_not: Sql },
    /// The others: look and write, in one transaction.
    LookThenWrite {
        look: Sql,
        refresh: Change,
        insert: Change,
    },
}

impl LinkedAccountStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let is_unique = match dialect {
            // Their statement compares the bytes itself.
            Dialect::MariaDb | Dialect::MySql => accounts::is_unique(facts),
            Dialect::Postgres | Dialect::Sqlite => {
                facts.is_exactly_unique(&[Key::Provider, Key::ProviderAccountId])
            }
        };
        let of_key = format!("accounts WHERE {}", facts.same_account("", "$1", "$2"));
        let columns = row::account("");
        let upsert = match dialect {
            Dialect::Postgres => Upsert::Whole(Sql::new(dialect, whole_upsert(facts, is_unique))),
            _ if is_unique => Upsert::OnConflict {
                upsert: upsert(facts, &columns),
                why_not: Sql::new(
                    dialect,
                    format!(
                        "SELECT EXISTS (SELECT 1 FROM accounts WHERE {} AND \"userId\" <> $1), \
                         EXISTS (SELECT 1 FROM users WHERE id = $1)",
                        facts.same_account("", "$2", "$3")
                    ),
                ),
            },
            _ => look_and_write(facts, &columns),
        };
        Self {
            list: Sql::new(
                dialect,
                format!("SELECT {columns} FROM accounts WHERE \"userId\" = $1"),
            ),
            upsert,
            update_tokens: update_tokens(facts),
            exists: Sql::new(dialect, format!("SELECT 1 FROM {of_key} LIMIT 1")),
        }
    }
}

/// Inserts an account or refreshes it if it is the same user's, in one statement.
fn upsert(facts: &SchemaFacts, columns: &str) -> Change {
    let dialect = facts.dialect();
    if let Dialect::MariaDb | Dialect::MySql = dialect {
        let by_key = format!("accounts WHERE {}", facts.same_account("", "$3", "$4"));
        return Change::insert_keyed(dialect, &on_duplicate_key(facts), columns, &by_key);
    }
    let insert = format!("{} {}", accounts::insert(facts), on_conflict("accounts."));
    Change::insert_keyed(dialect, &insert, columns, "")
}

/// The look at an account, and the two ways to write it, for a database that refuses no twins.
fn look_and_write(facts: &SchemaFacts, columns: &str) -> Upsert {
    let dialect = facts.dialect();
    let lock = match dialect {
        Dialect::MariaDb | Dialect::MySql => " FOR UPDATE",
        Dialect::Postgres | Dialect::Sqlite => "",
    };
    let order = accounts::order(facts);
    let set = refreshed("", &["$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8"]);
    let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (*name, &**value)).collect();
    let refresh = Update {
        table: "accounts",
        set: &set,
        condition: "id = $9 AND EXISTS \
             (SELECT 1 FROM users WHERE users.id = accounts.\"userId\")",
        columns: &row::ACCOUNT,
        values: 9,
    };
    Upsert::LookThenWrite {
        look: Sql::new(
            dialect,
            format!(
                "SELECT id, \"userId\" FROM accounts WHERE {} ORDER BY {order} LIMIT 1{lock}",
                facts.same_account("", "$1", "$2")
            ),
        ),
        refresh: Change::update(facts, &refresh),
        insert: Change::insert(dialect, &accounts::insert(facts), columns, "accounts"),
    }
}

/// The columns that a new token response replaces, in the order of the schema. A refresh token
/// stays where none came, since providers send it only the first time.
fn refreshed(table: &str, values: &[&str; 8]) -> [(&'static str, String); 8] {
    let [
        kind,
        refresh,
        access,
        expires_at,
        id,
        scope,
        state,
        token_type,
    ] = values;
    let refresh = format!("coalesce({refresh}, {table}refresh_token)");
    [
        ("type", (*kind).to_owned()),
        ("refresh_token", refresh),
        ("access_token", (*access).to_owned()),
        ("expires_at", (*expires_at).to_owned()),
        ("id_token", (*id).to_owned()),
        ("scope", (*scope).to_owned()),
        ("session_state", (*state).to_owned()),
        ("token_type", (*token_type).to_owned()),
    ]
}

fn assignments(set: &[(&str, String)]) -> String {
    let assignments = set.iter().map(|(name, value)| format!("{name} = {value}"));
    assignments.collect::<Vec<_>>().join(", ")
}

fn on_conflict(table: &str) -> String {
    let excluded = [
        "excluded.type",
        "excluded.refresh_token",
        "excluded.access_token",
        "excluded.expires_at",
        "excluded.id_token",
        "excluded.scope",
        "excluded.session_state",
        "excluded.token_type",
    ];
    format!(
        "ON CONFLICT (provider, \"providerAccountId\") DO UPDATE SET {} \
         WHERE {table}\"userId\" = excluded.\"userId\"",
        assignments(&refreshed(table, &excluded))
    )
}

/// Inserts an account, or refreshes the one that stands in its way if that is the same account
/// of the same user; else that one stays as it is, and the answer shows whose it is.
///
/// An account that is there is inserted with its number, so that a refresh does not consume
/// the next one.
fn on_duplicate_key(facts: &SchemaFacts) -> String {
    let is_same = "accounts.\"userId\" = VALUES(\"userId\") \
         AND CAST(accounts.provider AS BINARY) = CAST(VALUES(provider) AS BINARY) \
         AND CAST(accounts.\"providerAccountId\" AS BINARY) = \
         CAST(VALUES(\"providerAccountId\") AS BINARY)";
    let assignment =
        |column: &str, value: &str| format!("{column} = IF({is_same}, {value}, accounts.{column})");
    let replaced = [
        "type",
        "access_token",
        "expires_at",
        "id_token",
        "scope",
        "session_state",
        "token_type",
    ]
    .map(|column| assignment(column, &format!("VALUES({column})")));
    let refresh_token = assignment(
        "refresh_token",
        "coalesce(VALUES(refresh_token), accounts.refresh_token)",
    );
    // MySQL refuses to read the table that it writes but through a copy.
    let present = format!(
        "(SELECT id FROM (SELECT id FROM accounts WHERE {} LIMIT 1) AS present)",
        facts.same_account("", "$3", "$4")
    );
    let values = "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11";
    let insert =
        change::insert_of_user(facts, "accounts", &[("id", &present)], &[(COLUMNS, values)]);
    format!(
        "{insert} ON DUPLICATE KEY UPDATE {}, {refresh_token}",
        replaced.join(", ")
    )
}

/// Refreshes the account that a look-up finds, or inserts one, and tells whether the user exists
/// and whether the account is somebody else's.
///
/// The update comes first, so that a refresh does not consume a value of the `SERIAL`. Without
/// the unique constraint there is no target for ON CONFLICT, and two simultaneous first calls
/// may both insert: only the constraint prevents twins.
fn whole_upsert(facts: &SchemaFacts, is_unique: bool) -> String {
    let order = accounts::order(facts);
    let columns = row::account("a.");
    let updated = refreshed("a.", &["$2", "$5", "$6", "$7", "$8", "$9", "$10", "$11"]);
    let updated = assignments(&updated);
    let on_conflict = if is_unique {
        on_conflict("a.")
    } else {
        String::new()
    };
    format!(
        "WITH person AS (SELECT id FROM users WHERE id = $1 FOR KEY SHARE), \
         present AS (SELECT id, \"userId\" FROM accounts WHERE {} \
         ORDER BY {order} LIMIT 1 FOR UPDATE), \
         updated AS (UPDATE accounts a SET {updated} FROM present, person \
         WHERE a.id = present.id AND a.\"userId\" = person.id RETURNING {columns}), \
         inserted AS (INSERT INTO accounts AS a (\"userId\", {COLUMNS}) \
         SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM person \
         WHERE NOT EXISTS (SELECT 1 FROM present) {on_conflict} RETURNING {columns}) \
         SELECT EXISTS (SELECT 1 FROM person), \
         EXISTS (SELECT 1 FROM present WHERE \"userId\" <> $1), done.id IS NOT NULL, done.* \
         FROM (VALUES (1)) AS always LEFT JOIN \
         (SELECT * FROM updated UNION ALL SELECT * FROM inserted) AS done ON true",
        facts.same_account("", "$3", "$4")
    )
}

/// Writes the columns whose flag is set, if the refresh token is still the expected one: one
/// text for all patches, since the 127 possible ones would crowd the statement cache.
fn update_tokens(facts: &SchemaFacts) -> Change {
    let dialect = facts.dialect();
    let names = [
        "refresh_token",
        "access_token",
        "expires_at",
        "id_token",
        "scope",
        "session_state",
        "token_type",
    ];
    let assignments: Vec<(&str, String)> = names
        .into_iter()
        .zip((4..).step_by(2))
        .map(|(name, flag)| {
            let value = format!("CASE WHEN ${flag} THEN ${} ELSE {name} END", flag + 1);
            (name, value)
        })
        .collect();
    let of_key = facts.same_account("", "$1", "$2");
    let order = accounts::order(facts);
    let of_key = format!("accounts WHERE {of_key} ORDER BY {order} LIMIT 1");
    // MySQL refuses to read the table that it updates but through a copy.
    let id = match dialect {
        Dialect::Postgres | Dialect::Sqlite => format!("SELECT id FROM {of_key}"),
        Dialect::MariaDb | Dialect::MySql => {
            format!("SELECT id FROM (SELECT id FROM {of_key}) AS lowest")
        }
    };
    let set: Vec<(&str, &str)> = assignments
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let is_expected = facts.compared(Key::RefreshToken, "refresh_token", dialect.is(), "$3");
    let update = Update {
        table: "accounts",
        set: &set,
        condition: &format!("id = ({id}) AND {is_expected}"),
        columns: &row::ACCOUNT,
        values: 17,
    };
    Change::update(facts, &update)
}
