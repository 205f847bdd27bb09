//! All rows of a database, read past the adapter: the database itself writes them as JSON in
//! the shape of Auth.js, so that nothing of the adapter's decoding takes part.

use authjs_adapter::Snapshot;
use serde::de::DeserializeOwned;
use sqlx::{MySqlConnection, PgConnection, SqliteConnection};

/// One statement per table; each returns one JSON text per row.
struct Queries {
    users: &'static str,
    accounts: &'static str,
    sessions: &'static str,
    verification_tokens: &'static str,
    authenticators: &'static str,
}

/// Times are cut to milliseconds.
const MYSQL: Queries = Queries {
    users: r"
        SELECT CAST(JSON_OBJECT('id', CAST(id AS CHAR), 'name', name, 'email', email,
            'emailVerified', CONCAT(DATE_FORMAT(emailVerified, '%Y-%m-%dT%H:%i:%s.'),
                LEFT(DATE_FORMAT(emailVerified, '%f'), 3), 'Z'),
            'image', image) AS CHAR)
        FROM users ORDER BY id",
    accounts: r"
        SELECT CAST(JSON_OBJECT('id', CAST(id AS CHAR), 'userId', CAST(userId AS CHAR),
            'type', type, 'provider', provider, 'providerAccountId', providerAccountId,
            'refresh_token', refresh_token, 'access_token', access_token,
            'expires_at', expires_at, 'id_token', id_token, 'scope', scope,
            'session_state', session_state, 'token_type', token_type) AS CHAR)
        FROM accounts ORDER BY id",
    sessions: r"
        SELECT CAST(JSON_OBJECT('id', CAST(id AS CHAR), 'userId', CAST(userId AS CHAR),
            'sessionToken', sessionToken,
            'expires', CONCAT(DATE_FORMAT(expires, '%Y-%m-%dT%H:%i:%s.'),
                LEFT(DATE_FORMAT(expires, '%f'), 3), 'Z')) AS CHAR)
        FROM sessions ORDER BY id",
    verification_tokens: r"
        SELECT CAST(JSON_OBJECT('identifier', identifier, 'token', token,
            'expires', CONCAT(DATE_FORMAT(expires, '%Y-%m-%dT%H:%i:%s.'),
                LEFT(DATE_FORMAT(expires, '%f'), 3), 'Z')) AS CHAR)
        FROM verification_token ORDER BY identifier, token",
    authenticators: r"
        SELECT CAST(JSON_OBJECT('credentialID', credentialID, 'userId', CAST(userId AS CHAR),
            'providerAccountId', providerAccountId,
            'credentialPublicKey', credentialPublicKey, 'counter', counter,
            'credentialDeviceType', credentialDeviceType,
            'credentialBackedUp', JSON_EXTRACT(IF(credentialBackedUp, 'true', 'false'), '$'),
            'transports', transports) AS CHAR)
        FROM authenticators ORDER BY credentialID",
};

/// Times are cut to milliseconds; `infinity` is not handled.
const POSTGRES: Queries = Queries {
    users: r#"
        SELECT row_to_json(r)::text FROM (
            SELECT id::text, name, email, image,
                to_char("emailVerified" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
                    AS "emailVerified"
            FROM users ORDER BY users.id
        ) r"#,
    accounts: r#"
        SELECT row_to_json(r)::text FROM (
            SELECT id::text, "userId"::text, type, provider, "providerAccountId",
                refresh_token, access_token, expires_at, id_token, scope, session_state, token_type
            FROM accounts ORDER BY accounts.id
        ) r"#,
    sessions: r#"
        SELECT row_to_json(r)::text FROM (
            SELECT id::text, "userId"::text, "sessionToken",
                to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires
            FROM sessions ORDER BY sessions.id
        ) r"#,
    verification_tokens: r#"
        SELECT row_to_json(r)::text FROM (
            SELECT identifier, token,
                to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires
            FROM verification_token ORDER BY identifier COLLATE "C", token COLLATE "C"
        ) r"#,
    authenticators: r#"
        SELECT row_to_json(r)::text FROM (
            SELECT "credentialID", "userId"::text, "providerAccountId", "credentialPublicKey",
                counter, "credentialDeviceType", "credentialBackedUp", transports
            FROM authenticators ORDER BY "credentialID" COLLATE "C"
        ) r"#,
};

const SQLITE: Queries = Queries {
    users: r#"
        SELECT json_object('id', CAST(id AS TEXT), 'name', name, 'email', email,
            'emailVerified', "emailVerified", 'image', image)
        FROM users ORDER BY id"#,
    accounts: r#"
        SELECT json_object('id', CAST(id AS TEXT), 'userId', CAST("userId" AS TEXT),
            'type', type, 'provider', provider, 'providerAccountId', "providerAccountId",
            'refresh_token', refresh_token, 'access_token', access_token,
            'expires_at', expires_at, 'id_token', id_token, 'scope', scope,
            'session_state', session_state, 'token_type', token_type)
        FROM accounts ORDER BY id"#,
    sessions: r#"
        SELECT json_object('id', CAST(id AS TEXT), 'userId', CAST("userId" AS TEXT),
            'sessionToken', "sessionToken", 'expires', expires)
        FROM sessions ORDER BY id"#,
    verification_tokens: r"
        SELECT json_object('identifier', identifier, 'token', token, 'expires', expires)
        FROM verification_token ORDER BY identifier, token",
    authenticators: r#"
        SELECT json_object('credentialID', "credentialID", 'userId', CAST("userId" AS TEXT),
            'providerAccountId', "providerAccountId",
            'credentialPublicKey', "credentialPublicKey", 'counter', counter,
            'credentialDeviceType', "credentialDeviceType",
            'credentialBackedUp', json(iif("credentialBackedUp", 'true', 'false')),
            'transports', transports)
        FROM authenticators ORDER BY "credentialID""#,
};

/// All rows of a MariaDB or MySQL database.
pub async fn snapshot_mysql(connection: &mut MySqlConnection) -> Snapshot {
    Snapshot {
        users: mysql(connection, MYSQL.users).await,
        accounts: mysql(connection, MYSQL.accounts).await,
        sessions: mysql(connection, MYSQL.sessions).await,
        verification_tokens: mysql(connection, MYSQL.verification_tokens).await,
        authenticators: mysql(connection, MYSQL.authenticators).await,
    }
}

/// All rows of a PostgreSQL database, also of one that has no table of authenticators yet.
pub async fn snapshot_postgres(connection: &mut PgConnection) -> Snapshot {
    let has_authenticators: bool =
        sqlx::query_scalar("SELECT to_regclass('authenticators') IS NOT NULL")
            .fetch_one(&mut *connection)
            .await
            .expect("the catalog can be read");
    Snapshot {
        users: postgres(connection, POSTGRES.users).await,
        accounts: postgres(connection, POSTGRES.accounts).await,
        sessions: postgres(connection, POSTGRES.sessions).await,
        verification_tokens: postgres(connection, POSTGRES.verification_tokens).await,
        authenticators: if has_authenticators {
            postgres(connection, POSTGRES.authenticators).await
        } else {
            Vec::new()
        },
    }
}

/// All rows of a SQLite database.
pub async fn snapshot_sqlite(connection: &mut SqliteConnection) -> Snapshot {
    Snapshot {
        users: sqlite(connection, SQLITE.users).await,
        accounts: sqlite(connection, SQLITE.accounts).await,
        sessions: sqlite(connection, SQLITE.sessions).await,
        verification_tokens: sqlite(connection, SQLITE.verification_tokens).await,
        authenticators: sqlite(connection, SQLITE.authenticators).await,
    }
}

async fn mysql<T: DeserializeOwned>(connection: &mut MySqlConnection, sql: &'static str) -> Vec<T> {
    let rows = sqlx::query_scalar(sql).fetch_all(connection).await;
    records(&rows.expect("the rows can be read"))
}

async fn postgres<T: DeserializeOwned>(connection: &mut PgConnection, sql: &'static str) -> Vec<T> {
    let rows = sqlx::query_scalar(sql).fetch_all(connection).await;
    records(&rows.expect("the rows can be read"))
}

async fn sqlite<T: DeserializeOwned>(
    connection: &mut SqliteConnection,
    sql: &'static str,
) -> Vec<T> {
    let rows = sqlx::query_scalar(sql).fetch_all(connection).await;
    records(&rows.expect("the rows can be read"))
}

fn records<T: DeserializeOwned>(rows: &[String]) -> Vec<T> {
    rows.iter()
        .map(|json| serde_json::from_str(json).expect("a row has the shape of Auth.js"))
        .collect()
}
