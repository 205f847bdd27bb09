//! On SQLite.

use authjs_tests::SqliteDatabase;

use super::{assert_same_but_for_authenticators, outcomes};
use crate::secrecy::listen;

/// Everything but authenticators.
const TABLES: &str = r#"
    CREATE TABLE users (tenant INTEGER NOT NULL DEFAULT 7, image TEXT, "emailVerified" TEXT,
        role TEXT DEFAULT 'reader', email TEXT UNIQUE, name TEXT, id INTEGER PRIMARY KEY, x BLOB);
    CREATE TABLE accounts (token_type TEXT, session_state TEXT, x BLOB, scope TEXT,
        id_token TEXT, expires_at BIGINT, access_token TEXT, refresh_token TEXT,
        "providerAccountId" TEXT NOT NULL, provider TEXT NOT NULL, type TEXT NOT NULL,
        "userId" INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, id INTEGER PRIMARY KEY,
        seen TEXT DEFAULT 'never', UNIQUE (provider, "providerAccountId"));
    CREATE TABLE sessions ("sessionToken" TEXT NOT NULL UNIQUE, device TEXT DEFAULT 'unknown',
        expires TEXT NOT NULL, seen TEXT,
        "userId" INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, id INTEGER PRIMARY KEY);
    CREATE TABLE verification_token (token TEXT NOT NULL, note TEXT, expires TEXT NOT NULL,
        identifier TEXT NOT NULL, PRIMARY KEY (identifier, token));
"#;

const AUTHENTICATORS: &str = r#"
    CREATE TABLE authenticators (transports TEXT, "credentialBackedUp" BOOLEAN NOT NULL,
        "credentialDeviceType" TEXT NOT NULL, counter BIGINT NOT NULL, nickname TEXT,
        "credentialPublicKey" TEXT NOT NULL, "providerAccountId" TEXT NOT NULL,
        "userId" INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        "credentialID" TEXT PRIMARY KEY);
"#;

#[tokio::test]
async fn other_columns_and_another_order_change_nothing() {
    let stock = SqliteDatabase::migrated().await;
    let foreign = SqliteDatabase::empty();
    let capture = listen();

    let expected = outcomes(&capture, &stock.url(), "SELECT 1").await;
    let tables = format!("{TABLES}{AUTHENTICATORS}");
    let found = outcomes(&capture, &foreign.url(), &tables).await;

    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_missing_table_of_authenticators_changes_nothing_else() {
    let stock = SqliteDatabase::migrated().await;
    let foreign = SqliteDatabase::empty();
    let capture = listen();

    let expected = outcomes(&capture, &stock.url(), "SELECT 1").await;
    let found = outcomes(&capture, &foreign.url(), TABLES).await;

    assert_same_but_for_authenticators(expected, found);
}
