//! The SQL of sign-ins.

use crate::accounts::COLUMNS;
use crate::change::Change;
use crate::dialect::Dialect;
use crate::facts::SchemaFacts;
use crate::key::Key;
use crate::row;
use crate::sessions;
use crate::sql::Sql;

/// The statements of sign-ins.
#[derive(Debug)]
pub(crate) enum SignInStatements {
    /// PostgreSQL: one data-modifying statement for each operation.
    Whole { sign_up: Sql, with_email: Sql },
    /// The others: the steps of a transaction.
    Steps(Box<Steps>),
}

/// The steps of a sign-in with an address.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(super) take: Change,
    pub(super) verify: Verify,
    pub(super) create: Change,
}

/// How a person who is there is marked as verified and gets a session.
#[derive(Debug)]
pub(super) enum Verify {
    /// SQLite returns the person whom it updates.
    Returning(Sql),
    /// MariaDB and MySQL do not: the insert of the session returns the person too. `newcomer`
    /// finds a person whom somebody else created since this transaction began to read.
    ThenStart {
        verify: Sql,
        start: Change,
        newcomer: Sql,
    },
}

impl SignInStatements {
    pub(crate) fn new(dialect: Dialect, facts: &SchemaFacts) -> Self {
        let columns = row::user(dialect, "");
        if dialect == Dialect::Postgres {
            return Self::Whole {
                sign_up: Sql::new(dialect, whole_sign_up()),
                with_email: Sql::new(dialect, whole_sign_in(facts)),
            };
        }
        let person = format!(
            "SELECT id FROM users WHERE {} ORDER BY id LIMIT 1",
            facts.same(Key::Email, "$4")
        );
        let taken = format!(
            "{}, {}, ({person})",
            dialect.time("expires"),
            dialect.is_after("expires", "$3")
        );
        Self::Steps(Box::new(Steps {
            take: Change::delete(
                dialect,
                &format!("verification_token WHERE {}", facts.same_link("$1", "$2")),
                &taken,
            ),
            verify: verify(facts, &columns),
            create: Change::insert(
                dialect,
                "INSERT INTO users (email, \"emailVerified\") VALUES ($1, $2)",
                &columns,
                "users",
            ),
        }))
    }
}

fn verify(facts: &SchemaFacts, columns: &str) -> Verify {
    let dialect = facts.dialect();
    let verify = "UPDATE users SET \"emailVerified\" = $2 WHERE id = $1";
    if dialect == Dialect::Sqlite {
        return Verify::Returning(Sql::new(dialect, format!("{verify} RETURNING {columns}")));
    }
    Verify::ThenStart {
        // Somebody may have changed the address since it was looked up.
        verify: Sql::new(
            dialect,
            format!("{verify} AND {}", facts.same(Key::Email, "$3")),
        ),
        start: start(dialect),
        // Whoever was refused shares the entry of the address with all others who were: to want it
        // alone would be a deadlock of two.
        newcomer: Sql::new(
            dialect,
            format!(
                "SELECT id FROM users WHERE {} ORDER BY id LIMIT 1{}",
                facts.same(Key::Email, "$1"),
                dialect.lock_parent()
            ),
        ),
    }
}

/// Starts a session and returns it with its user.
fn start(dialect: Dialect) -> Change {
    let start = "INSERT INTO sessions (\"userId\", expires, \"sessionToken\") VALUES ($1, $2, $3)";
    match dialect {
        // What this transaction began to read may be older than the person; a lock reads
        // what is there now.
        Dialect::MySql => Change::ByNumber {
            insert: Sql::new(dialect, start),
            read: Sql::new(
                dialect,
                format!(
                    "SELECT {} FROM sessions s JOIN users u ON u.id = s.\"userId\" \
                         WHERE s.id = $1{}",
                    sessions::joined(dialect),
                    dialect.lock_parent()
                ),
            ),
        },
        _ => Change::Returning(Sql::new(
            dialect,
            format!(
                "{start} RETURNING {}, {}",
                row::session(dialect, ""),
                of_the_sessions_user(dialect)
            ),
        )),
    }
}

/// The columns of the user of a new session, for [`Reader::user`].
fn of_the_sessions_user(dialect: Dialect) -> String {
    let verified = dialect.time("u.\"emailVerified\"");
    ["u.id", "u.name", "u.email", &verified, "u.image"]
        .map(|column| format!("(SELECT {column} FROM users u WHERE u.id = sessions.\"userId\")"))
        .join(", ")
}

/// Each part selects from the one before, so that the first conflict is that of the e-mail
/// address, then of the account, then of the session token.
fn whole_sign_up() -> String {
    let dialect = Dialect::Postgres;
    format!(
        "WITH person AS (INSERT INTO users (name, email, \"emailVerified\", image) \
         VALUES ($1, $2, $3, $4) RETURNING {}), \
         account AS (INSERT INTO accounts (\"userId\", {COLUMNS}) \
         SELECT id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM person RETURNING {}), \
         session AS (INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
         SELECT \"userId\", $15, $16 FROM account RETURNING {}) \
         SELECT person.*, account.*, session.* FROM person, account, session",
        row::user(dialect, ""),
        row::account(""),
        row::session(dialect, "")
    )
}

/// Consumes the token, and if it is live updates the person with the lowest id or creates one,
/// and starts the session.
///
/// The update comes first, so that a sign-in does not consume a value of the `SERIAL`. With
/// the unique constraint a person who is created meanwhile is found by ON CONFLICT; without
/// it there is no such target, and two simultaneous first sign-ins may both create one. Where it
/// also refuses other addresses, whoever stands in the way may be somebody else: that is a
/// conflict, which keeps the token.
fn whole_sign_in(facts: &SchemaFacts) -> String {
    let dialect = Dialect::Postgres;
    // Without ON CONFLICT it can only insert; and a view or a partitioned table has no `xmax`.
    let (on_conflict, is_new) = if facts.is_exactly_unique(&[Key::Email]) {
        (
            "ON CONFLICT (email) DO UPDATE SET \"emailVerified\" = excluded.\"emailVerified\"",
            "xmax = 0",
        )
    } else {
        ("", "true")
    };
    format!(
        "WITH taken AS (DELETE FROM verification_token WHERE {} RETURNING expires), \
         live AS (SELECT 1 FROM taken WHERE expires > $3 LIMIT 1), \
         present AS (SELECT u.id FROM users u, live WHERE {} \
         ORDER BY u.id LIMIT 1 FOR UPDATE OF u), \
         found AS (UPDATE users u SET \"emailVerified\" = $3 FROM present \
         WHERE u.id = present.id RETURNING {}, false), \
         created AS (INSERT INTO users (email, \"emailVerified\") SELECT $4, $3 FROM live \
         WHERE NOT EXISTS (SELECT 1 FROM present) {on_conflict} RETURNING {}, {is_new}), \
         person (id, name, email, verified, image, is_new) AS \
         (SELECT * FROM found UNION ALL SELECT * FROM created), \
         session AS (INSERT INTO sessions (\"userId\", expires, \"sessionToken\") \
         SELECT id, $5, $6 FROM person RETURNING {}) \
         SELECT EXISTS (SELECT 1 FROM taken), EXISTS (SELECT 1 FROM live), person.is_new, \
         person.id, person.name, person.email, person.verified, person.image, session.* \
         FROM (VALUES (1)) AS always LEFT JOIN (person CROSS JOIN session) ON true",
        facts.same_link("$1", "$2"),
        facts.same_as(Key::Email, "u.email", "$4"),
        row::user(dialect, "u."),
        row::user(dialect, ""),
        row::session(dialect, "")
    )
}

#[cfg(test)]
mod tests {
    use super::{Change, Dialect, start};

    #[test]
    fn mysql_reads_a_person_who_is_newer_than_what_the_transaction_began_to_read() {
        let start = start(Dialect::MySql);

        let Change::ByNumber { read, .. } = start else {
            unreachable!("MySQL returns nothing: {start:?}");
        };
        let text = read.text();
        assert!(
            text.ends_with(" WHERE s.id = ? LOCK IN SHARE MODE"),
            "{text}"
        );
    }
}
