//! What the adapter needs: columns, keys, indices.

/// What a column has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A four-byte integer.
    Id,
    /// An eight-byte integer.
    Number,
    Bool,
    Time,
    /// A text of 255 characters.
    Short,
    /// A text of 64 KiB.
    Long,
}

impl Shape {
    /// The type that the migrations give such a column, for a person.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Id => "INTEGER",
            Self::Number => "BIGINT",
            Self::Bool => "BOOLEAN",
            Self::Time => "TIMESTAMPTZ (MySQL: DATETIME) with at least three digits of the second",
            Self::Short => "VARCHAR(255) or longer, or TEXT",
            Self::Long => "TEXT (MySQL: MEDIUMTEXT)",
        }
    }
}

pub(super) type Columns = &'static [(&'static str, Shape)];

pub(super) const TABLES: [(&str, Columns); 5] = [
    (
        "users",
        &[
            ("id", Shape::Id),
            ("name", Shape::Short),
            ("email", Shape::Short),
            ("emailVerified", Shape::Time),
            ("image", Shape::Long),
        ],
    ),
    (
        "accounts",
        &[
            ("id", Shape::Id),
            ("userId", Shape::Id),
            ("type", Shape::Short),
            ("provider", Shape::Short),
            ("providerAccountId", Shape::Short),
            ("refresh_token", Shape::Long),
            ("access_token", Shape::Long),
            ("expires_at", Shape::Number),
            ("id_token", Shape::Long),
            ("scope", Shape::Long),
            ("session_state", Shape::Long),
            ("token_type", Shape::Short),
        ],
    ),
    (
        "sessions",
        &[
            ("id", Shape::Id),
            ("userId", Shape::Id),
            ("expires", Shape::Time),
            ("sessionToken", Shape::Short),
        ],
    ),
    (
        "verification_token",
        &[
            ("identifier", Shape::Short),
            ("expires", Shape::Time),
            ("token", Shape::Short),
        ],
    ),
    (
        "authenticators",
        &[
            ("credentialID", Shape::Short),
            ("userId", Shape::Id),
            ("providerAccountId", Shape::Short),
            ("credentialPublicKey", Shape::Long),
            ("counter", Shape::Number),
            ("credentialDeviceType", Shape::Short),
            ("credentialBackedUp", Shape::Bool),
            ("transports", Shape::Long),
        ],
    ),
];

/// Columns that no two rows may agree in, and the promise that rests on it.
pub(super) const UNIQUES: [(&str, &[&str], &str); 5] = [
    ("users", &["email"], "P4"),
    ("accounts", &["provider", "providerAccountId"], "P5"),
    ("sessions", &["sessionToken"], "P9"),
    ("verification_token", &["identifier", "token"], "P1"),
    ("authenticators", &["credentialID"], "P11"),
];

/// Tables whose rows go with their user.
pub(super) const CHILDREN: [&str; 3] = ["accounts", "sessions", "authenticators"];

/// Columns that an index has to begin with, beside the unique ones.
pub(super) const INDICES: [(&str, &str); 4] = [
    ("accounts", "userId"),
    ("sessions", "userId"),
    ("sessions", "expires"),
    ("verification_token", "expires"),
];

/// Columns that are compared byte for byte.
pub(super) const KEYS: [(&str, &str); 7] = [
    ("users", "email"),
    ("accounts", "provider"),
    ("accounts", "providerAccountId"),
    ("sessions", "sessionToken"),
    ("verification_token", "identifier"),
    ("verification_token", "token"),
    ("authenticators", "credentialID"),
];
