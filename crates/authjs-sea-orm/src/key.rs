//! How keys are compared: byte for byte, whatever their columns take for equal.

use crate::dialect::Dialect;
use crate::facts::SchemaFacts;

/// A column that is compared byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Email,
    Provider,
    ProviderAccountId,
    /// No key, but what a token is exchanged for only if it is still there.
    RefreshToken,
    SessionToken,
    Identifier,
    Token,
    CredentialId,
}

impl Key {
    /// The table, and the column as the texts name it.
    const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Email => ("users", "email"),
            Self::Provider => ("accounts", "provider"),
            Self::ProviderAccountId => ("accounts", "\"providerAccountId\""),
            Self::RefreshToken => ("accounts", "refresh_token"),
            Self::SessionToken => ("sessions", "\"sessionToken\""),
            Self::Identifier => ("verification_token", "identifier"),
            Self::Token => ("verification_token", "token"),
            Self::CredentialId => ("authenticators", "\"credentialID\""),
        }
    }
}

impl SchemaFacts {
    /// True for a row with exactly this value in the key.
    pub(crate) fn same(&self, key: Key, value: &str) -> String {
        self.same_as(key, key.place().1, value)
    }

    /// The same for an expression of the key, such as its column behind the alias of a table.
    pub(crate) fn same_as(&self, key: Key, left: &str, right: &str) -> String {
        self.compared(key, left, "=", right)
    }

    /// True for a row with another value in the key.
    pub(crate) fn differs(&self, key: Key, value: &str) -> String {
        if self.is_exact(key) {
            format!("{} <> {value}", key.place().1)
        } else {
            format!("NOT ({})", self.same(key, value))
        }
    }

    /// True for the rows of an account, behind the alias of a table or none.
    pub(crate) fn same_account(&self, alias: &str, provider: &str, id: &str) -> String {
        let same = |key: Key, value| self.same_as(key, &format!("{alias}{}", key.place().1), value);
        let id = same(Key::ProviderAccountId, id);
        format!("{} AND {id}", same(Key::Provider, provider))
    }

    /// True for the rows of a verification token.
    pub(crate) fn same_link(&self, identifier: &str, token: &str) -> String {
        let token = self.same(Key::Token, token);
        format!("{} AND {token}", self.same(Key::Identifier, identifier))
    }

    /// Compares as the column does, so that its indices serve, and where that is not exact the
    /// bytes too.
    ///
    /// MariaDB and MySQL compare two texts of different columns or character sets by rules of their
    /// own: in UTF-8 equal texts have equal bytes whatever the column's set, and bytes have no
    /// collation. No name of a collation would serve both servers.
    pub(crate) fn compared(&self, key: Key, left: &str, operator: &str, right: &str) -> String {
        let by_column = format!("{left} {operator} {right}");
        if self.is_exact(key) {
            return by_column;
        }
        match self.dialect() {
            Dialect::Postgres => {
                format!("{by_column} AND {left}::text COLLATE \"C\" {operator} {right}")
            }
            // A column may make numbers of texts.
            Dialect::Sqlite => {
                format!("{by_column} AND CAST({left} AS TEXT) COLLATE BINARY {operator} {right}")
            }
            Dialect::MariaDb | Dialect::MySql => {
                format!(
                    "{by_column} AND {} {operator} {}",
                    bytes(left),
                    bytes(right)
                )
            }
        }
    }

    /// True if the column and what guards it are known to take no two texts for equal.
    pub(crate) fn is_exact(&self, key: Key) -> bool {
        let (table, column) = key.place();
        self.is_exact_column(table, column.trim_matches('"'))
    }

    /// True if a unique constraint on the keys refuses equal values and no others, so that what
    /// stands in a new row's way is the row that is meant.
    pub(crate) fn is_exactly_unique(&self, keys: &[Key]) -> bool {
        let columns: Vec<&str> = keys
            .iter()
            .map(|key| key.place().1.trim_matches('"'))
            .collect();
        let table = keys.first().map_or("", |key| key.place().0);
        self.is_unique(table, &columns) && keys.iter().all(|key| self.is_exact(*key))
    }
}

/// The bytes of a text on MariaDB and MySQL.
fn bytes(text: &str) -> String {
    format!("CAST(CONVERT({text} USING utf8mb4) AS BINARY)")
}
