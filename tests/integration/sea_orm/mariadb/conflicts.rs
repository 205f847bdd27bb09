//! Conflicts are told by the columns of the violated key, whatever its name and the value.

use authjs_adapter::{
    Accounts as _, Adapter as _, Authenticators as _, DriverError, ErrorKind, NewUser, SignIn as _,
    Unique,
};
use authjs_conformance::start;
use authjs_sea_orm::{Pool, SeaOrmAdapter};
use authjs_tests::{MariadbDatabase, Proxy};
use sea_orm::{DatabaseConnection, SqlxMySqlConnector, TransactionTrait as _};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::sea_orm::given::{self, Given, ada, conflict, kind, passkey};
use crate::sea_orm::stock::Stock as _;

type Mariadb = Given<MariadbDatabase>;

/// All uniques under names that say nothing, or something wrong; one name in two tables.
const NAMED: &str = r#"
    CREATE UNIQUE INDEX "sessionToken" ON users (email);
    CREATE UNIQUE INDEX "users.email" ON accounts ("providerAccountId", provider);
    CREATE UNIQUE INDEX "x y'z" ON sessions ("sessionToken");
    CREATE UNIQUE INDEX "sessionToken" ON authenticators ("credentialID");
"#;

/// A pool of the application's own, whose server speaks this language.
fn in_language(database: &MariadbDatabase, language: &'static str) -> DatabaseConnection {
    let pool = MySqlPoolOptions::new()
        .after_connect(move |connection, _| {
            let set = AssertSqlSafe(format!("SET SESSION lc_messages = '{language}'"));
            Box::pin(async move { connection.execute(set).await.map(drop) })
        })
        .connect_lazy_with(database.options());
    SqlxMySqlConnector::from_sqlx_mysql_pool(pool)
}

#[tokio::test]
async fn each_conflict_is_told_by_its_columns() {
    let given = Mariadb::stock(NAMED).await;
    let store = &given.store;
    let user = given.ada().await;
    given.session(&user, "token").await;
    store
        .link_account(given::account(&user.id))
        .await
        .expect("new");
    let link = given::link(start());
    store
        .create_verification_token(link.clone())
        .await
        .expect("new");
    let passkey = passkey(&user.id, "key");
    store
        .create_authenticator(passkey.clone())
        .await
        .expect("new");

    let email = store.create_user(ada()).await;
    let account = store.link_account(given::account(&user.id)).await;
    let session = store
        .create_session(given::session(&user.id, "token"))
        .await;
    let link = store.create_verification_token(link).await;
    let credential = store.create_authenticator(passkey).await;
    let sign_up = store.sign_up(given::sign_up("token")).await;

    assert_eq!(kind(email), Some(conflict(Unique::Email)));
    assert_eq!(kind(account), Some(conflict(Unique::Account)));
    assert_eq!(kind(session), Some(conflict(Unique::SessionToken)));
    assert_eq!(kind(link), Some(conflict(Unique::VerificationToken)));
    assert_eq!(kind(credential), Some(conflict(Unique::Credential)));
    assert_eq!(kind(sign_up), Some(conflict(Unique::Email)));
}

/// The server puts the value into its message, before the name of the key.
#[tokio::test]
async fn a_value_that_looks_like_the_name_of_a_key_deceives_nobody() {
    let given = Mariadb::migrated().await;
    let hostile = NewUser {
        email: Some("x' for key 'authjs_sessions_session_token_key".to_owned()),
        ..NewUser::default()
    };
    given.store.create_user(hostile.clone()).await.expect("new");

    let conflicting = given.store.create_user(hostile).await;

    let error = conflicting.expect_err("the address is taken");
    assert_eq!(error.kind(), conflict(Unique::Email));
    let driver = error.driver().expect("the server refused it");
    assert_eq!(driver.code(), "1062");
    assert_eq!(driver.constraint(), Some("authjs_users_email_key"));
    assert!(!format!("{error} {error:?}").contains("x'"));
}

/// In another language the message says "für Schlüssel" before the key, and what stands behind the
/// English words is a value.
#[tokio::test]
async fn in_another_language_no_part_of_a_value_is_told() {
    let database = MariadbDatabase::migrated().await;
    let store = SeaOrmAdapter::shared_with_authjs(in_language(&database, "de_DE"));
    let hostile = NewUser {
        email: Some("x' for key 'secret".to_owned()),
        ..NewUser::default()
    };
    store.create_user(hostile.clone()).await.expect("new");

    let conflicting = store.create_user(hostile).await;

    let error = conflicting.expect_err("the address is taken");
    assert_eq!(error.kind(), conflict(Unique::Other));
    let driver = error.driver().expect("the server refused it");
    assert_eq!((driver.code(), driver.constraint()), ("1062", None));
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn in_another_language_a_user_who_is_missing_is_told() {
    let database = MariadbDatabase::migrated().await;
    for language in ["de_DE", "fr_FR", "ja_JP", "ru_RU"] {
        let pool = in_language(&database, language);
        let store = SeaOrmAdapter::shared_with_authjs(pool);

        let session = store.create_session(given::session(&7.into(), "t")).await;

        assert_eq!(kind(session), Some(ErrorKind::UserMissing), "{language}");
    }
}

#[tokio::test]
async fn a_value_that_fills_the_message_is_a_conflict_all_the_same() {
    let given = Mariadb::migrated().await;
    let long = NewUser {
        email: Some("\u{1f600}".repeat(255)),
        ..NewUser::default()
    };
    given.store.create_user(long.clone()).await.expect("new");

    let conflicting = given.store.create_user(long).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Email)));
}

#[tokio::test]
async fn a_conflict_is_told_inside_a_transaction_of_the_caller() {
    let given = Mariadb::stock(NAMED).await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    let transaction = given.pool.connection().begin().await;
    let transaction = transaction.expect("a transaction");

    let session = given::session(&user.id, "token");
    let session = given.store.on(&transaction).create_session(session).await;

    assert_eq!(kind(session), Some(conflict(Unique::SessionToken)));
    transaction.rollback().await.expect("the rollback");
}

#[tokio::test]
async fn a_unique_of_the_application_is_another_conflict() {
    let given = Mariadb::migrated().await;
    let index = r#"CREATE UNIQUE INDEX own ON users (name);
        CREATE UNIQUE INDEX one_account_per_provider ON accounts ("userId", provider);"#;
    given.database.execute(index).await;
    let user = given.ada().await;
    let store = &given.store;
    store
        .link_account(given::account(&user.id))
        .await
        .expect("new");
    let mut namesake = ada();
    namesake.email = Some("other@example.com".to_owned());
    let mut account = given::account(&user.id);
    account.provider_account_id = "43".to_owned();

    let name = store.create_user(namesake).await;
    let account = store.link_account(account).await;

    assert_eq!(kind(name), Some(conflict(Unique::Other)));
    assert_eq!(kind(account), Some(conflict(Unique::Other)));
}

/// An upsert takes whatever stands in its way for the account: here that is another one.
#[tokio::test]
async fn an_upsert_writes_to_no_other_account() {
    let given = Mariadb::migrated().await;
    let index = r#"CREATE UNIQUE INDEX one_account_per_provider ON accounts ("userId", provider)"#;
    given.database.execute(index).await;
    let user = given.ada().await;
    let linked = given.store.link_account(given::account(&user.id)).await;
    linked.expect("the account is new");
    let before = given.rows().await;
    let mut second = given::account(&user.id);
    second.provider_account_id = "43".to_owned();
    second.tokens.access_token = Some("second".into());

    let upserted = given.store.upsert_account(second).await;

    assert_eq!(kind(upserted), Some(conflict(Unique::Other)));
    assert_eq!(given.rows().await, before);
}

#[tokio::test]
async fn a_taken_id_is_another_conflict() {
    let given = Mariadb::migrated().await;
    let trigger = "CREATE TRIGGER taken BEFORE INSERT ON users FOR EACH ROW SET NEW.id = 1";
    given.ada().await;
    given.database.execute(trigger).await;

    let conflicting = given.store.create_user(NewUser::default()).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Other)));
}

#[tokio::test]
async fn an_index_made_while_the_adapter_runs_is_looked_up_at_the_first_conflict() {
    let given = Mariadb::stock_known("").await;
    given.ada().await;
    let index = "CREATE UNIQUE INDEX late ON users (email)";
    given.database.execute(index).await;

    let conflicting = given.store.create_user(ada()).await;

    assert_eq!(kind(conflicting), Some(conflict(Unique::Email)));
}

/// A key of the application that does not let the user go, and one that its rows need.
#[tokio::test]
async fn a_foreign_key_of_the_application_does_not_mean_that_the_user_is_missing() {
    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    given.session(&user, "token").await;
    given
        .database
        .execute(
            "CREATE TABLE posts (session INT, author INT,
                FOREIGN KEY (session) REFERENCES sessions (id),
                FOREIGN KEY (author) REFERENCES users (id)) ENGINE=InnoDB;
            INSERT INTO posts SELECT id, \"userId\" FROM sessions",
        )
        .await;
    let before = given.rows().await;

    let session = given.store.delete_session(&"token".into()).await;
    let user = given.store.delete_user(&user.id).await;

    let session = session.expect_err("a post refers to it");
    assert_eq!(session.kind(), ErrorKind::Internal);
    let driver = session
        .driver()
        .map(|driver| (driver.code(), driver.table()));
    assert_eq!(driver, Some(("1451", Some("posts"))));
    assert_eq!(kind(user), Some(ErrorKind::Internal));
    assert_eq!(given.rows().await, before);
}

/// The user goes between the look for them and the check of the foreign key.
#[tokio::test]
async fn a_row_of_a_user_who_is_gone_names_the_missing_user() {
    let given = Mariadb::migrated().await;
    let user = given.ada().await;
    let trigger = r#"CREATE TRIGGER gone BEFORE INSERT ON sessions FOR EACH ROW
        SET NEW."userId" = 77"#;
    given.database.execute(trigger).await;

    let session = given::session(&user.id, "token");
    let session = given.store.create_session(session).await;

    let error = session.expect_err("nobody has the id");
    assert_eq!(error.kind(), ErrorKind::UserMissing);
    assert_eq!(error.driver().map(DriverError::code), Some("1452"));
}

#[tokio::test]
async fn an_account_of_somebody_else_is_a_conflict_and_stays_as_it_is() {
    let given = Mariadb::migrated().await;
    let (ada, grace) = (given.ada().await, given.grace().await);
    let linked = given.store.link_account(given::account(&ada.id)).await;
    linked.expect("the account is new");
    let before = given.rows().await;
    let mut stolen = given::account(&grace.id);
    stolen.tokens.access_token = Some("stolen".into());

    let taken = given.store.upsert_account(stolen).await;

    assert_eq!(kind(taken), Some(conflict(Unique::Account)));
    assert_eq!(given.rows().await, before);
}

/// What the driver tells each new connection.
const BEGINS: &str = "SET sql_mode=(SELECT CONCAT(@@sql_mode, \
    ',PIPES_AS_CONCAT,NO_ENGINE_SUBSTITUTION')),time_zone='+00:00',NAMES utf8mb4;";

/// The key is read out of the message, which ours have in English whatever the server speaks.
#[tokio::test]
async fn conflicts_are_told_by_a_server_that_speaks_german() {
    let given = Mariadb::migrated().await;
    given.ada().await;
    let proxy = Proxy::before(&given.database).await;
    let german = BEGINS.replace("SET ", "SET lc_messages='de_DE',");
    proxy.rewrite(BEGINS, &german);
    let pool = Pool::connect(proxy.readable_options(&given.database)).await;
    let store = SeaOrmAdapter::shared_with_authjs(pool.expect("the proxy is open"));

    let conflict_of_ours = store.create_user(ada()).await;

    assert!(proxy.rewritten() > 0, "the driver begins with another text");
    assert_eq!(kind(conflict_of_ours), Some(conflict(Unique::Email)));
}
