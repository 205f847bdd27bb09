//! Foreign keys of two columns, and columns that make numbers of texts.

use authjs_adapter::{AccountKey, Adapter as _, ErrorKind};
use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::{Given, account};

type Sqlite = Given<SqliteDatabase>;

/// Half of such a key is NULL in the rows that the adapter makes, so that it is not enforced, and
/// the id of who was deleted is that of the next one.
#[tokio::test]
async fn nobody_gets_the_session_of_a_user_whose_id_they_have() {
    let given = Sqlite::stock(
        r#"DROP TABLE sessions; DROP TABLE users;
        CREATE TABLE users (id INTEGER PRIMARY KEY, tenant INTEGER, name VARCHAR(255),
            email VARCHAR(255), "emailVerified" TEXT, image TEXT, UNIQUE (id, tenant));
        CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER,
            "userId" INTEGER NOT NULL, expires TEXT NOT NULL, "sessionToken" VARCHAR(255) NOT NULL,
            FOREIGN KEY ("userId", tenant) REFERENCES users (id, tenant) ON DELETE CASCADE)"#,
    )
    .await;
    let ada = given.ada().await;
    given.session(&ada, "token").await;

    given.store.delete_user(&ada.id).await.expect("no fault");
    let grace = given.grace().await;

    assert_eq!(grace.id, ada.id);
    let found = given.store.get_session_and_user(&"token".into()).await;
    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn a_number_in_another_form_is_another_account() {
    for kind in ["STRING", "INTEGER", "NUMERIC(20)"] {
        let given = Sqlite::stock(&format!(
            r#"ALTER TABLE accounts DROP COLUMN "providerAccountId";
            ALTER TABLE accounts ADD COLUMN "providerAccountId" {kind}"#
        ))
        .await;
        let user = given.ada().await;
        let mut linked = account(&user.id);
        linked.provider_account_id = "1000".to_owned();
        // The row is stored and cannot be read back: the column has made a number of it.
        let error = given.store.link_account(linked.clone()).await;
        assert_eq!(error.map_err(|it| it.kind()), Err(ErrorKind::Internal));

        for other in ["1e3", "01000", "1000.0", "+1000"] {
            let key = AccountKey {
                provider_account_id: other,
                ..linked.key()
            };
            let found = given.store.get_user_by_account(key).await;
            assert_eq!(found, Ok(None), "{kind} {other}");
        }
        let found = given.store.get_user_by_account(linked.key()).await;
        assert_eq!(found.map(|user| user.map(|it| it.id)), Ok(Some(user.id)));
    }
}

#[tokio::test]
async fn a_provider_that_is_not_listed_is_not_a_missing_user() {
    super::a_provider_that_is_not_listed_is_not_a_missing_user::<SqliteDatabase>(
        r#"CREATE TABLE accounts (id INTEGER PRIMARY KEY AUTOINCREMENT,
            "userId" INTEGER NOT NULL REFERENCES users (id), type VARCHAR(255) NOT NULL,
            provider VARCHAR(255) NOT NULL REFERENCES providers (id),
            "providerAccountId" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT,
            expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT)"#,
    )
    .await;
}
