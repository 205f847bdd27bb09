//! Tables as others made them: no unique, no foreign key, no table of authenticators.

use authjs_adapter::async_trait;
use authjs_tests::{PostgresDatabase, SqliteDatabase, TestDatabase};
use sqlx::{AssertSqlSafe, Executor as _};

use super::given::Given;

/// The SQL of the documentation of `@auth/pg-adapter`.
pub(super) const POSTGRES: [&str; 4] = [
    include_str!("../../../migration/src/postgres/users.sql"),
    include_str!("../../../migration/src/postgres/accounts.sql"),
    include_str!("../../../migration/src/postgres/sessions.sql"),
    include_str!("../../../migration/src/postgres/verification_token.sql"),
];

const SQLITE: &str = r#"
    CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255),
        email VARCHAR(255), "emailVerified" TEXT, image TEXT);
    CREATE TABLE accounts (id INTEGER PRIMARY KEY AUTOINCREMENT, "userId" INTEGER NOT NULL,
        type VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL,
        "providerAccountId" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT,
        expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
    CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, "userId" INTEGER NOT NULL,
        expires TEXT NOT NULL, "sessionToken" VARCHAR(255) NOT NULL);
    CREATE TABLE verification_token (identifier TEXT NOT NULL, expires TEXT NOT NULL,
        token TEXT NOT NULL, PRIMARY KEY (identifier, token));
    CREATE TABLE authenticators ("credentialID" TEXT NOT NULL, "userId" INTEGER NOT NULL,
        "providerAccountId" TEXT NOT NULL, "credentialPublicKey" TEXT NOT NULL,
        counter BIGINT NOT NULL, "credentialDeviceType" TEXT NOT NULL,
        "credentialBackedUp" BOOLEAN NOT NULL, transports TEXT);
"#;

/// A database whose tables others made, and statements past the adapter.
#[async_trait]
pub(super) trait Stock: TestDatabase {
    /// A database with the tables.
    async fn stock() -> Self;
    /// Runs statements on a connection of their own.
    async fn execute(&self, sql: &str);
}

#[async_trait]
impl Stock for PostgresDatabase {
    async fn stock() -> Self {
        let database = Self::empty().await;
        for table in POSTGRES {
            database.execute(table).await;
        }
        database
    }

    async fn execute(&self, sql: &str) {
        let result = self.connect().await.execute(AssertSqlSafe(sql)).await;
        result.expect("PostgreSQL takes the statements");
    }
}

#[async_trait]
impl Stock for SqliteDatabase {
    async fn stock() -> Self {
        let database = Self::empty();
        database.execute(SQLITE).await;
        database
    }

    async fn execute(&self, sql: &str) {
        let result = self.connect().await.execute(AssertSqlSafe(sql)).await;
        result.expect("SQLite takes the statements");
    }
}

impl<D: Stock> Given<D> {
    /// On tables that others made, with these rows.
    pub(super) async fn stock(rows: &str) -> Self {
        let database = D::stock().await;
        database.execute(rows).await;
        Self::on(database).await
    }

    /// The same, for an adapter that has read the catalog.
    pub(super) async fn stock_known(rows: &str) -> Self {
        let given = Self::stock(rows).await;
        given
            .store
            .inspect()
            .await
            .expect("the catalog can be read");
        given
    }
}
