//! Inheritance, partitions, views, triggers that are off or take rows away.

use authjs_adapter::{Adapter as _, ErrorKind, Outcome, SignIn as _, Unique};
use authjs_tests::PostgresDatabase;

use crate::sea_orm::given::{
    Given, ada, click, in_thirty_days, kind, link, session, sign_up, signed_in,
};
use crate::sea_orm::stock::Stock as _;

type Postgres = Given<PostgresDatabase>;

/// Of Ada, who has a session in the table, and of Grace, who has one in a table that inherits.
async fn inherited() -> Postgres {
    let given = Postgres::migrated().await;
    let (ada, grace) = (given.ada().await, given.grace().await);
    given.session(&ada, "torn").await;
    given.session(&grace, "whole").await;
    given
        .database
        .execute(
            r#"CREATE TABLE sessions_eu () INHERITS (sessions);
            INSERT INTO sessions_eu SELECT id + 100, "userId", expires, "sessionToken"
                FROM sessions;
            UPDATE ONLY sessions SET "sessionToken" = 'other' WHERE "sessionToken" = 'whole';
            UPDATE sessions_eu e SET "userId" = (SELECT id FROM users WHERE email = 'grace@example.com')"#,
        )
        .await;
    given.store.inspect().await.expect("the catalog");
    given
}

#[tokio::test]
async fn a_token_that_a_table_that_inherits_has_too_is_inconsistent() {
    let given = inherited().await;

    let torn = given.store.get_session_and_user(&"torn".into()).await;

    assert_eq!(kind(torn), Some(ErrorKind::Inconsistent));
}

#[tokio::test]
async fn rows_of_a_table_that_inherits_go_with_their_user() {
    let given = inherited().await;
    let grace = given.store.get_user_by_email("grace@example.com").await;
    let grace = grace.expect("no fault").expect("she is there");

    given.store.delete_user(&grace.id).await.expect("no fault");

    let left = given.rows().await.sessions;
    assert!(left.iter().all(|row| row.user_id != grace.id), "{left:?}");
    assert_eq!(left.len(), 1);
}

/// As a restore with `--disable-triggers` leaves it that did not come to its end.
#[tokio::test]
async fn rows_go_with_their_user_where_the_triggers_of_foreign_keys_are_off() {
    let given = Postgres::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let off = "ALTER TABLE users DISABLE TRIGGER ALL";
    given.database.execute(off).await;
    given.store.inspect().await.expect("the catalog");

    given.store.delete_user(&user.id).await.expect("no fault");

    assert_eq!(given.rows().await.sessions, []);
}

#[tokio::test]
async fn a_conflict_in_a_part_of_a_table_names_what_is_taken() {
    let given = Postgres::stock(
        r#"DROP TABLE sessions;
        CREATE TABLE sessions (id serial, "userId" integer NOT NULL,
            expires timestamptz NOT NULL, "sessionToken" varchar(255) NOT NULL UNIQUE)
            PARTITION BY HASH ("sessionToken");
        CREATE TABLE sessions_0 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE sessions_1 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 1)"#,
    )
    .await;
    let user = given.ada().await;
    given.session(&user, "token").await;

    let again = given.store.create_session(session(&user.id, "token")).await;

    let taken = ErrorKind::Conflict(Unique::SessionToken);
    assert_eq!(kind(again), Some(taken));
}

#[tokio::test]
async fn people_who_stand_in_a_view_sign_in() {
    let given = Postgres::stock(
        "ALTER TABLE users RENAME TO people;
        CREATE VIEW users AS SELECT * FROM people",
    )
    .await;

    for is_new in [true, false] {
        let link = link(in_thirty_days());
        let created = given.store.create_verification_token(link).await;
        created.expect("no fault");
        let token = if is_new { "first" } else { "second" };
        let (user, created) = signed_in(given.store.sign_in_with_email(click(token)).await);
        assert_eq!(user.email, ada().email);
        assert_eq!(created, is_new);
    }
}

/// Whether it was stored elsewhere, nobody knows but the trigger.
#[tokio::test]
async fn a_row_that_a_trigger_takes_away_has_an_unknown_outcome() {
    let given = Postgres::stock(
        "CREATE TABLE people (LIKE users);
        CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO people VALUES (NEW.*); RETURN NULL; END';
        CREATE TRIGGER away BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION away()",
    )
    .await;

    let user = given.store.create_user(ada()).await;
    let signed_up = given.store.sign_up(sign_up("token")).await;

    for error in [user.err(), signed_up.err()] {
        let error = error.expect("no row came back");
        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
}

#[tokio::test]
async fn a_provider_that_is_not_listed_is_not_a_missing_user() {
    super::a_provider_that_is_not_listed_is_not_a_missing_user::<PostgresDatabase>(
        r#"CREATE TABLE accounts (id serial PRIMARY KEY,
            "userId" integer NOT NULL REFERENCES users (id),
            type varchar(255) NOT NULL, provider varchar(255) NOT NULL REFERENCES providers (id),
            "providerAccountId" varchar(255) NOT NULL, refresh_token text, access_token text,
            expires_at bigint, id_token text, scope text, session_state text, token_type text)"#,
    )
    .await;
}
