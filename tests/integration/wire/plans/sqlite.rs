//! The plans of SQLite.

use authjs_adapter::async_trait;
use authjs_tests::SqliteDatabase;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::{Planned, scanning};

const ROWS: &str = r"
    INSERT INTO users (email)
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000)
        SELECT 'person' || n || '@example.com' FROM n;
    INSERT INTO accounts (userId, type, provider, providerAccountId)
        SELECT users.id, 'oauth', 'provider' || value, users.id
        FROM users, json_each('[1, 2, 3, 4]');
    INSERT INTO sessions (userId, sessionToken, expires)
        SELECT users.id, 'token' || users.id || '-' || value,
            strftime('%Y-%m-%dT%H:%M:%S+00:00', 1577836800 + users.id * 3600, 'unixepoch')
        FROM users, json_each('[1, 2, 3, 4]');
    INSERT INTO authenticators (credentialID, userId, providerAccountId,
            credentialPublicKey, counter, credentialDeviceType, credentialBackedUp)
        SELECT users.id || '-' || value, users.id, users.id, 'key', 0, 'singleDevice', false
        FROM users, json_each('[1, 2, 3, 4]');
    INSERT INTO verification_token (identifier, token, expires)
        SELECT sessionToken, id, expires FROM sessions;
    ANALYZE;
";

/// What is read whole and is no table: a list that came as one parameter, the rows that a purge
/// has chosen, and a row that is made up.
const SMALL: [&str; 3] = [
    "SCAN json_each VIRTUAL TABLE",
    "SCAN doomed",
    "SCAN CONSTANT ROW",
];

#[async_trait]
impl Planned for SqliteDatabase {
    async fn fill(&self) {
        let filled = self.connect().await.execute(ROWS).await;
        filled.expect("the rows are new");
    }

    async fn scans(&self, text: &str) -> Vec<String> {
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let plan = sqlx::raw_sql(explain)
            .fetch_all(&mut self.connect().await)
            .await;
        let steps = plan
            .expect("a plan")
            .into_iter()
            .map(|row| row.get::<String, _>("detail"));
        let is_scan = |step: &String| {
            step.starts_with("SCAN") && !SMALL.iter().any(|small| step.starts_with(small))
        };
        steps.filter(is_scan).collect()
    }
}

#[tokio::test]
async fn every_lookup_uses_an_index() {
    let scanning = scanning::<SqliteDatabase>().await;

    assert_eq!(scanning, []);
}

/// The control: a lookup without an index is seen.
#[tokio::test]
async fn a_lookup_without_an_index_is_seen() {
    let database = SqliteDatabase::migrated().await;
    database.fill().await;

    let scans = database.scans("SELECT id FROM users WHERE name = $1").await;

    assert_eq!(scans, ["SCAN users"]);
}
