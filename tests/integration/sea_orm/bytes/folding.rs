//! Tables of others whose columns take `Ada` and `ada` for equal.

use authjs_adapter::{Unique, async_trait};
use authjs_tests::{MariadbDatabase, PostgresDatabase, SqliteDatabase};

use crate::sea_orm::given::Given;
use crate::sea_orm::stock::{SQLITE, Stock};

/// What makes them refuse what they take for equal.
const UNIQUES: &str = r#"
    CREATE UNIQUE INDEX a ON users (email);
    CREATE UNIQUE INDEX b ON accounts (provider, "providerAccountId");
    CREATE UNIQUE INDEX c ON sessions ("sessionToken");
    CREATE UNIQUE INDEX d ON authenticators ("credentialID");"#;

/// A backend on which others made such tables.
#[async_trait]
pub(super) trait Folding: Stock {
    /// What an upsert answers that a row with another spelling of its account refuses: MariaDB
    /// does not tell which constraint it was.
    const REFUSED_UPSERT: Unique = Unique::Account;

    async fn folding() -> Self;
}

#[async_trait]
impl Folding for PostgresDatabase {
    async fn folding() -> Self {
        let database = Self::stock().await;
        let columns = r#"
            CREATE COLLATION ci
                (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            ALTER TABLE users ALTER email TYPE varchar(255) COLLATE ci;
            ALTER TABLE accounts ALTER provider TYPE text COLLATE ci,
                ALTER "providerAccountId" TYPE text COLLATE ci,
                ALTER refresh_token TYPE text COLLATE ci;
            ALTER TABLE sessions ALTER "sessionToken" TYPE text COLLATE ci;
            ALTER TABLE verification_token ALTER identifier TYPE text COLLATE ci,
                ALTER token TYPE text COLLATE ci;
            CREATE TABLE authenticators ("credentialID" TEXT COLLATE ci NOT NULL,
                "userId" INTEGER NOT NULL, "providerAccountId" TEXT NOT NULL,
                "credentialPublicKey" TEXT NOT NULL, counter BIGINT NOT NULL,
                "credentialDeviceType" TEXT NOT NULL, "credentialBackedUp" BOOLEAN NOT NULL,
                transports TEXT)"#;
        database.execute(columns).await;
        database
    }
}

#[async_trait]
impl Folding for MariadbDatabase {
    const REFUSED_UPSERT: Unique = Unique::Other;

    /// As the server makes columns of whoever names no collation, in two character sets.
    async fn folding() -> Self {
        let database = Self::stock().await;
        let columns = r"
            ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
            ALTER TABLE accounts CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci;
            ALTER TABLE sessions CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
            ALTER TABLE verification_token
                CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci;
            ALTER TABLE authenticators
                CONVERT TO CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci";
        database.execute(columns).await;
        database
    }
}

#[async_trait]
impl Folding for SqliteDatabase {
    async fn folding() -> Self {
        let database = Self::empty();
        let columns = [
            "email VARCHAR(255)",
            "provider VARCHAR(255) NOT NULL",
            "\"providerAccountId\" VARCHAR(255) NOT NULL",
            "refresh_token TEXT",
            "\"sessionToken\" VARCHAR(255) NOT NULL",
            "identifier TEXT NOT NULL",
            "token TEXT NOT NULL",
            "\"credentialID\" TEXT NOT NULL",
        ];
        let tables = columns.iter().fold(SQLITE.to_owned(), |tables, column| {
            tables.replace(column, &format!("{column} COLLATE NOCASE"))
        });
        database.execute(&tables).await;
        database
    }
}

/// On such tables without uniques.
pub(super) async fn folding<D: Folding>() -> Given<D> {
    Given::on(D::folding().await).await
}

/// On such tables, whose uniques refuse what the columns take for equal.
pub(super) async fn refusing<D: Folding>() -> Given<D> {
    let database = D::folding().await;
    database.execute(UNIQUES).await;
    Given::on(database).await
}
