//! The plans of MariaDB.

use authjs_adapter::async_trait;
use authjs_tests::MariadbDatabase;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::{Planned, scanning};

const ROWS: &str = "
    INSERT INTO users (email) SELECT concat('person', seq, '@example.com') FROM seq_1_to_5000;
    INSERT INTO accounts (userId, type, provider, providerAccountId)
        SELECT id, 'oauth', concat('provider', seq), id FROM users, seq_1_to_4;
    INSERT INTO sessions (userId, sessionToken, expires)
        SELECT id, concat('token', id, '-', seq), '2020-01-01' + INTERVAL id HOUR
        FROM users, seq_1_to_4;
    INSERT INTO authenticators (credentialID, userId, providerAccountId,
            credentialPublicKey, counter, credentialDeviceType, credentialBackedUp)
        SELECT concat(id, '-', seq), id, id, 'key', 0, 'singleDevice', false
        FROM users, seq_1_to_4;
    INSERT INTO verification_token (identifier, token, expires)
        SELECT sessionToken, id, expires FROM sessions;
    ANALYZE TABLE users, accounts, sessions, authenticators, verification_token;
";

/// Steps that read a table or an index from end to end.
const SCANS: [&str; 2] = ["ALL", "index"];

/// What is read whole and is no table: a list that came as one parameter, and the rows that a
/// purge has chosen.
const SMALL: [&str; 2] = ["listed", "<derived"];

#[async_trait]
impl Planned for MariadbDatabase {
    async fn fill(&self) {
        let filled = self.connect().await.execute(ROWS).await;
        filled.expect("the rows are new");
    }

    async fn scans(&self, text: &str) -> Vec<String> {
        let mut connection = self.connect().await;
        // A number that is read from the text of a time is no error then.
        let lenient = connection.execute("SET sql_mode = ''").await;
        lenient.expect("a setting");
        let explain = AssertSqlSafe(format!("EXPLAIN {}", with_arguments(text)));
        let plan = sqlx::raw_sql(explain).fetch_all(&mut connection).await;
        let steps = plan.expect("a plan").into_iter().map(|row| {
            ["select_type", "table", "type"]
                .map(|column| row.get::<Option<String>, _>(column).unwrap_or_default())
        });
        steps
            .filter(|[part, table, kind]| {
                SCANS.contains(&kind.as_str())
                    && part != "INSERT"
                    && !SMALL.iter().any(|small| table.starts_with(small))
            })
            .map(|[_, table, kind]| format!("{table}: {kind}"))
            .collect()
    }
}

/// EXPLAIN takes no parameters: a limit, and else a text that is a time too.
fn with_arguments(text: &str) -> String {
    text.replace("LIMIT ?", "LIMIT 10")
        .replace('?', "'2020-06-01'")
}

#[tokio::test]
async fn every_lookup_uses_an_index() {
    let scanning = scanning::<MariadbDatabase>().await;

    assert_eq!(scanning, []);
}

/// The control: a lookup without an index is seen.
#[tokio::test]
async fn a_lookup_without_an_index_is_seen() {
    let database = MariadbDatabase::migrated().await;
    database.fill().await;

    let scans = database.scans("SELECT id FROM users WHERE name = ?").await;

    assert_eq!(scans, ["users: ALL"]);
}
