//! The plans of PostgreSQL.

use authjs_adapter::async_trait;
use authjs_tests::PostgresDatabase;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::{Planned, parameters, scanning};

const ROWS: &str = r#"
    INSERT INTO users (email) SELECT 'person' || n || '@example.com' FROM generate_series(1, 5000) n;
    INSERT INTO accounts ("userId", type, provider, "providerAccountId")
        SELECT id, 'oauth', 'provider' || n, id FROM users, generate_series(1, 4) n;
    INSERT INTO sessions ("userId", "sessionToken", expires)
        SELECT id, 'token' || id || '-' || n, '2020-01-01'::timestamptz + id * interval '1 hour'
        FROM users, generate_series(1, 4) n;
    INSERT INTO authenticators ("credentialID", "userId", "providerAccountId",
            "credentialPublicKey", counter, "credentialDeviceType", "credentialBackedUp")
        SELECT id || '-' || n, id, id, 'key', 0, 'singleDevice', false
        FROM users, generate_series(1, 4) n;
    INSERT INTO verification_token (identifier, token, expires)
        SELECT 'person' || n || '@example.com', 'token' || n,
            '2020-01-01'::timestamptz + n * interval '1 hour'
        FROM generate_series(1, 20000) n;
    ANALYZE;
"#;

#[async_trait]
impl Planned for PostgresDatabase {
    async fn fill(&self) {
        let filled = self.connect().await.execute(ROWS).await;
        filled.expect("the rows are new");
    }

    async fn scans(&self, text: &str) -> Vec<String> {
        // The plan for any arguments: a pool's connection soon has no other.
        let arguments = vec!["NULL"; parameters(text)].join(", ");
        let mut connection = self.connect().await;
        let prepare = format!("SET plan_cache_mode = force_generic_plan; PREPARE it AS {text}");
        let prepared = connection.execute(AssertSqlSafe(prepare)).await;
        prepared.expect("the text is right");
        // Without parameters there are no brackets either.
        let arguments = Some(arguments).filter(|arguments| !arguments.is_empty());
        let arguments = arguments.map_or_else(String::new, |all| format!(" ({all})"));
        let explain = format!("EXPLAIN EXECUTE it{arguments}");
        let plan = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_all(&mut connection)
            .await;
        let steps = plan
            .expect("a plan")
            .into_iter()
            .map(|row| row.get::<String, _>(0));
        steps.filter(|step| step.contains("Seq Scan")).collect()
    }
}

#[tokio::test]
async fn every_lookup_uses_an_index() {
    let scanning = scanning::<PostgresDatabase>().await;

    assert_eq!(scanning, []);
}

/// The control: a lookup without an index is seen.
#[tokio::test]
async fn a_lookup_without_an_index_is_seen() {
    let database = PostgresDatabase::migrated().await;
    database.fill().await;

    let scans = database.scans("SELECT id FROM users WHERE name = $1").await;

    assert_eq!(scans.len(), 1, "{scans:?}");
}
