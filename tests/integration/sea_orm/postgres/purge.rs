//! What the purge leaves alone on tables of others.

use authjs_adapter::{Housekeeping as _, Purged};
use authjs_tests::PostgresDatabase;

use crate::sea_orm::given::Given;

type Postgres = Given<PostgresDatabase>;

/// The first rows of two parts stand at the same place, each in its own.
const PARTS: &str = "
    DROP TABLE verification_token;
    CREATE TABLE verification_token (identifier text, expires timestamptz NOT NULL, token text,
        PRIMARY KEY (identifier, token)) PARTITION BY LIST (identifier);
    CREATE TABLE of_ada PARTITION OF verification_token FOR VALUES IN ('ada');
    CREATE TABLE of_grace PARTITION OF verification_token FOR VALUES IN ('grace');
    INSERT INTO verification_token (identifier, expires, token)
        VALUES ('ada', '2019-01-01', 'expired'), ('grace', '2030-01-01', 'live');
";

#[tokio::test]
async fn a_live_row_of_another_part_of_a_partitioned_table_stays() {
    let given = Postgres::stock(PARTS).await;

    let purged = given.store.purge_expired(10).await;

    let tokens = Purged {
        verification_tokens: 1,
        ..Purged::default()
    };
    assert_eq!(purged, Ok(tokens));
    let left = given.rows().await.verification_tokens;
    let left: Vec<_> = left.iter().map(|row| row.identifier.as_str()).collect();
    assert_eq!(left, ["grace"]);
}

/// A table whose rows were copied there has no primary key.
#[tokio::test]
async fn a_live_session_with_the_number_of_an_expired_one_stays() {
    let given = Postgres::stock(
        r#"
        ALTER TABLE sessions DROP CONSTRAINT sessions_pkey;
        INSERT INTO sessions (id, "userId", expires, "sessionToken")
            VALUES (1, 7, '2019-01-01', 'expired'), (1, 7, '2030-01-01', 'live');
    "#,
    )
    .await;

    let purged = given.store.purge_expired(10).await;

    let sessions = Purged {
        sessions: 1,
        ..Purged::default()
    };
    assert_eq!(purged, Ok(sessions));
    assert_eq!(given.rows().await.sessions.len(), 1);
}
