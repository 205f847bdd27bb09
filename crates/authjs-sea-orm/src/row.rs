//! Reads rows by position, without the models: those print tokens and panic on `infinity`.

use authjs_adapter::{
    Account, AccountTokens, Authenticator, Session, SessionToken, User, UserId, VerificationToken,
    truncate_to_millis,
};
use chrono::{DateTime, Utc};
use sea_orm::{DbErr, QueryResult, TryGetable};

use crate::dialect::Dialect;

/// The result of reading a row; the error names no value.
pub(crate) type Decoded<T> = Result<T, DbErr>;

/// Reads the columns of a row from left to right.
pub(crate) struct Reader<'r> {
    row: &'r QueryResult,
    dialect: Dialect,
    next: usize,
}

impl<'r> Reader<'r> {
    pub(crate) const fn new(row: &'r QueryResult, dialect: Dialect) -> Self {
        Self {
            row,
            dialect,
            next: 0,
        }
    }

    /// The next column.
    pub(crate) fn get<T: TryGetable>(&mut self) -> Decoded<T> {
        let value = self.row.try_get_by_index(self.next);
        self.next += 1;
        value
    }

    /// The next column, an integer id, as text.
    pub(crate) fn id(&mut self) -> Decoded<UserId> {
        self.get::<i32>().map(UserId::from)
    }

    /// The next column, a time.
    pub(crate) fn time(&mut self) -> Decoded<DateTime<Utc>> {
        self.optional_time()?
            .ok_or_else(|| DbErr::Type("a time is NULL".to_owned()))
    }

    /// The next column, a time or NULL.
    pub(crate) fn optional_time(&mut self) -> Decoded<Option<DateTime<Utc>>> {
        let time = match self.dialect {
            Dialect::Postgres | Dialect::MariaDb | Dialect::MySql => {
                self.get::<Option<DateTime<Utc>>>()?
            }
            // sqlx takes numbers for seconds and Julian days; only text is a time here.
            Dialect::Sqlite => match self.get::<Option<String>>()? {
                Some(text) => Some(parse_time(&text)?),
                None => None,
            },
        };
        Ok(time.map(truncate_to_millis))
    }

    /// The next columns: [`USER`].
    pub(crate) fn user(&mut self) -> Decoded<User> {
        Ok(User {
            id: self.id()?,
            name: self.get()?,
            email: self.get()?,
            email_verified: self.optional_time()?,
            image: self.get()?,
        })
    }

    /// The next columns: [`session`]. The token is the one that the caller holds.
    pub(crate) fn session(&mut self, token: SessionToken) -> Decoded<Session> {
        Ok(Session {
            id: Some(self.get::<i32>()?.to_string()),
            user_id: self.id()?,
            expires: self.time()?,
            session_token: token,
        })
    }

    /// The next columns: [`account`].
    pub(crate) fn account(&mut self) -> Decoded<Account> {
        Ok(Account {
            id: Some(self.get::<i32>()?.to_string()),
            user_id: self.id()?,
            r#type: self.get()?,
            provider: self.get()?,
            provider_account_id: self.get()?,
            tokens: AccountTokens {
                refresh_token: self.get::<Option<String>>()?.map(Into::into),
                access_token: self.get::<Option<String>>()?.map(Into::into),
                expires_at: self.get()?,
                id_token: self.get::<Option<String>>()?.map(Into::into),
                scope: self.get()?,
                session_state: self.get::<Option<String>>()?.map(Into::into),
                token_type: self.get()?,
            },
        })
    }

    /// The next columns: [`verification_token`].
    pub(crate) fn verification_token(&mut self) -> Decoded<VerificationToken> {
        Ok(VerificationToken {
            identifier: self.get()?,
            expires: self.time()?,
            token: self.get::<String>()?.into(),
        })
    }

    /// The next columns: [`authenticator`].
    pub(crate) fn authenticator(&mut self) -> Decoded<Authenticator> {
        Ok(Authenticator {
            credential_id: self.get()?,
            user_id: self.id()?,
            provider_account_id: self.get()?,
            credential_public_key: self.get()?,
            counter: u32::try_from(self.get::<i64>()?)
                .map_err(|_| DbErr::Type("a counter is out of range".to_owned()))?,
            credential_device_type: self.get()?,
            credential_backed_up: self.get()?,
            transports: self.get()?,
        })
    }
}

/// The columns of a user, for [`Reader::user`].
pub(crate) const USER: [&str; 5] = ["id", "name", "email", "\"emailVerified\"", "image"];

/// The columns of a session, for [`Reader::session`].
pub(crate) const SESSION: [&str; 3] = ["id", "\"userId\"", "expires"];

/// The columns of an account, for [`Reader::account`].
pub(crate) const ACCOUNT: [&str; 12] = [
    "id",
    "\"userId\"",
    "type",
    "provider",
    "\"providerAccountId\"",
    "refresh_token",
    "access_token",
    "expires_at",
    "id_token",
    "scope",
    "session_state",
    "token_type",
];

/// The columns of an authenticator, for [`Reader::authenticator`].
pub(crate) const AUTHENTICATOR: [&str; 8] = [
    "\"credentialID\"",
    "\"userId\"",
    "\"providerAccountId\"",
    "\"credentialPublicKey\"",
    "counter",
    "\"credentialDeviceType\"",
    "\"credentialBackedUp\"",
    "transports",
];

/// True if the column holds a time.
pub(crate) fn is_time(column: &str) -> bool {
    matches!(column, "expires" | "\"emailVerified\"")
}

/// True if the column holds a number that callers give.
pub(crate) fn is_number(column: &str) -> bool {
    matches!(column, "counter" | "expires_at")
}

/// The columns as they are read, each by the expression that stands for it.
pub(crate) fn read(
    dialect: Dialect,
    columns: &[&str],
    expression: impl Fn(&str) -> String,
) -> String {
    let read = columns.iter().map(|column| {
        let expression = expression(column);
        if is_time(column) {
            dialect.time(&expression)
        } else {
            expression
        }
    });
    read.collect::<Vec<_>>().join(", ")
}

/// The columns of a user, each with its table's alias (`"u."`) or none, for [`Reader::user`].
pub(crate) fn user(dialect: Dialect, table: &str) -> String {
    read(dialect, &USER, |column| format!("{table}{column}"))
}

/// The columns of a session, for [`Reader::session`].
pub(crate) fn session(dialect: Dialect, table: &str) -> String {
    read(dialect, &SESSION, |column| format!("{table}{column}"))
}

/// The columns of an account, for [`Reader::account`].
pub(crate) fn account(table: &str) -> String {
    ACCOUNT.map(|column| format!("{table}{column}")).join(", ")
}

/// The columns of a verification token, for [`Reader::verification_token`].
pub(crate) fn verification_token(dialect: Dialect) -> String {
    format!("identifier, {}, token", dialect.time("expires"))
}

/// Reads a time in the one form that the statements compare rightly: RFC 3339 with `T` and
/// `+00:00`.
pub(crate) fn parse_time(text: &str) -> Decoded<DateTime<Utc>> {
    let is_comparable = text.as_bytes().get(10) == Some(&b'T') && text.ends_with("+00:00");
    DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| is_comparable)
        .map(|time| time.to_utc())
        .ok_or_else(|| DbErr::Type("a time is not in the form of the schema".to_owned()))
}
