//! On PostgreSQL.

use authjs_tests::PostgresDatabase;

use super::{assert_same_but_for_authenticators, outcomes};
use crate::secrecy::listen;

/// Everything but authenticators.
const TABLES: &str = r#"
    CREATE TYPE role AS ENUM ('reader', 'writer');
    CREATE TABLE users (tenant integer NOT NULL DEFAULT 7, image TEXT,
        "emailVerified" TIMESTAMPTZ, role role DEFAULT 'reader', email VARCHAR(255) UNIQUE,
        name VARCHAR(255), settings jsonb DEFAULT '{}', id SERIAL PRIMARY KEY, x bytea);
    CREATE TABLE accounts (token_type TEXT, session_state TEXT, x bytea, scope TEXT,
        id_token TEXT, expires_at BIGINT, access_token TEXT, refresh_token TEXT,
        "providerAccountId" VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL,
        type VARCHAR(255) NOT NULL, "userId" INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
        id SERIAL PRIMARY KEY, seen TIMESTAMPTZ DEFAULT 'infinity',
        UNIQUE (provider, "providerAccountId"));
    CREATE TABLE sessions ("sessionToken" VARCHAR(255) NOT NULL UNIQUE,
        device TEXT DEFAULT 'unknown', expires TIMESTAMPTZ NOT NULL, seen TIMESTAMPTZ,
        "userId" INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, id SERIAL PRIMARY KEY);
    CREATE TABLE verification_token (token TEXT NOT NULL, note TEXT,
        expires TIMESTAMPTZ NOT NULL, identifier TEXT NOT NULL,
        PRIMARY KEY (identifier, token));
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
    let stock = PostgresDatabase::migrated().await;
    let foreign = PostgresDatabase::empty().await;
    let capture = listen();

    let expected = outcomes(&capture, &stock.url(), "SELECT 1").await;
    let tables = format!("{TABLES}{AUTHENTICATORS}");
    let found = outcomes(&capture, &foreign.url(), &tables).await;

    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_missing_table_of_authenticators_changes_nothing_else() {
    let stock = PostgresDatabase::migrated().await;
    let foreign = PostgresDatabase::empty().await;
    let capture = listen();

    let expected = outcomes(&capture, &stock.url(), "SELECT 1").await;
    let found = outcomes(&capture, &foreign.url(), TABLES).await;

    assert_same_but_for_authenticators(expected, found);
}
