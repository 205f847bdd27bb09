//! Tables as others made them: no unique, no foreign key, no table of authenticators.

use authjs_adapter::async_trait;
use authjs_tests::{MariadbDatabase, PostgresDatabase, SqliteDatabase, TestDatabase};
use sqlx::{AssertSqlSafe, Executor as _};

use super::given::Given;

/// The SQL of the documentation of `@auth/pg-adapter`.
pub(super) const POSTGRES: [&str; 4] = [
    include_str!("../../../migration/src/postgres/users.sql"),
    include_str!("../../../migration/src/postgres/accounts.sql"),
    include_str!("../../../migration/src/postgres/sessions.sql"),
    include_str!("../../../migration/src/postgres/verification_token.sql"),
];

pub(super) const SQLITE: &str = r#"
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

/// The same on MariaDB; others leave the comparison of texts to the server's defaults.
const MARIADB: &str = r#"
    CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255),
        email VARCHAR(255), "emailVerified" DATETIME(3), image TEXT);
    CREATE TABLE accounts (id INT AUTO_INCREMENT PRIMARY KEY, "userId" INT NOT NULL,
        type VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL,
        "providerAccountId" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT,
        expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT);
    CREATE TABLE sessions (id INT AUTO_INCREMENT PRIMARY KEY, "userId" INT NOT NULL,
        expires DATETIME(3) NOT NULL, "sessionToken" VARCHAR(255) NOT NULL);
    CREATE TABLE verification_token (identifier VARCHAR(255) NOT NULL,
        expires DATETIME(3) NOT NULL, token VARCHAR(255) NOT NULL,
        PRIMARY KEY (identifier, token));
    CREATE TABLE authenticators ("credentialID" VARCHAR(255) NOT NULL, "userId" INT NOT NULL,
        "providerAccountId" VARCHAR(255) NOT NULL, "credentialPublicKey" TEXT NOT NULL,
        counter BIGINT NOT NULL, "credentialDeviceType" VARCHAR(255) NOT NULL,
        "credentialBackedUp" BOOLEAN NOT NULL, transports TEXT);
"#;

/// The table that the pg-adapter's documentation lacks, without its keys.
pub(super) const AUTHENTICATORS: &str = r#"
    CREATE TABLE IF NOT EXISTS authenticators ("credentialID" VARCHAR(255) NOT NULL,
        "userId" INTEGER NOT NULL, "providerAccountId" VARCHAR(255) NOT NULL,
        "credentialPublicKey" TEXT NOT NULL, counter BIGINT NOT NULL,
        "credentialDeviceType" VARCHAR(255) NOT NULL, "credentialBackedUp" BOOLEAN NOT NULL,
        transports TEXT);
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

#[async_trait]
impl Stock for MariadbDatabase {
    async fn stock() -> Self {
        let database = Self::empty().await;
        database.execute(MARIADB).await;
        database
    }

    /// In the SQL of the others: names in double quotes, times with the offset of UTC.
    async fn execute(&self, sql: &str) {
        let sql = sql.replace('"', "`").replace("+00:00'", "'");
        if sql.trim().is_empty() {
            return;
        }
        let result = self.connect().await.execute(AssertSqlSafe(sql)).await;
        result.expect("MariaDB takes the statements");
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
