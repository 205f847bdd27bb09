//! Triggers that say what an insert of ours says, and names in another case.

use authjs_adapter::{Adapter as _, ErrorKind, SessionAdmin as _, Unique, UserId};
use authjs_tests::MariadbDatabase;

use crate::sea_orm::given::{Given, in_thirty_days, kind, link, session};

type Mariadb = Given<MariadbDatabase>;

/// Each write of a row writes the user of an address that nobody has to a table of the
/// application, which refuses it: "Column 'userId' cannot be null".
async fn audited() -> Mariadb {
    let triggers = [
        ("users", "DELETE"),
        ("users", "UPDATE"),
        ("sessions", "DELETE"),
        ("sessions", "UPDATE"),
        ("verification_token", "DELETE"),
    ]
    .map(|(table, when)| {
        format!(
            "CREATE TRIGGER {table}_{when} AFTER {when} ON {table} FOR EACH ROW
                INSERT INTO audit VALUES ((SELECT id FROM users WHERE email = 'nobody'));"
        )
    });
    let table = "CREATE TABLE audit (userId INT NOT NULL);";
    Mariadb::stock(&format!("{table}{}", triggers.concat())).await
}

#[tokio::test]
async fn a_trigger_without_a_user_is_not_a_missing_row() {
    let given = audited().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let link = link(in_thirty_days());
    let created = given.store.create_verification_token(link.clone()).await;
    created.expect("no fault");
    let before = given.rows().await;
    let store = &given.store;

    let kinds = [
        kind(
            store
                .use_verification_token(&link.identifier, &link.token)
                .await,
        ),
        kind(store.delete_session(&"token".into()).await),
        kind(
            store
                .touch_session(
                    &"token".into(),
                    in_thirty_days() + chrono::TimeDelta::days(1),
                )
                .await,
        ),
        kind(store.delete_user(&user.id).await),
    ];

    assert_eq!(kinds, [Some(ErrorKind::Internal); 4]);
    assert_eq!(given.rows().await, before);
}

#[tokio::test]
async fn names_in_another_case_are_the_same_columns() {
    let given = Mariadb::stock(
        "ALTER TABLE sessions RENAME COLUMN sessionToken TO sessiontoken,
            RENAME COLUMN userId TO userid, ADD UNIQUE (sessiontoken)",
    )
    .await;
    let user = given.ada().await;
    given.session(&user, "token").await;

    let facts = given.store.inspect().await.expect("the catalog");
    let again = given.store.create_session(session(&user.id, "token")).await;
    let nobody = given
        .store
        .create_session(session(&UserId::from(7), "other"))
        .await;

    assert!(facts.is_unique("sessions", &["sessionToken"]));
    let taken = ErrorKind::Conflict(Unique::SessionToken);
    assert_eq!(kind(again), Some(taken));
    assert_eq!(kind(nobody), Some(ErrorKind::UserMissing));
}

#[tokio::test]
async fn a_provider_that_is_not_listed_is_not_a_missing_user() {
    super::a_provider_that_is_not_listed_is_not_a_missing_user::<MariadbDatabase>(
        r#"CREATE TABLE accounts (id INT AUTO_INCREMENT PRIMARY KEY, "userId" INT NOT NULL,
            type VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL,
            "providerAccountId" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT,
            expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT,
            FOREIGN KEY ("userId") REFERENCES users (id),
            FOREIGN KEY (provider) REFERENCES providers (id))"#,
    )
    .await;
}
