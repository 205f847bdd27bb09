//! A server that has no room left (F29): what it refuses was not applied.

use authjs_adapter::{Adapter as _, DriverError, ErrorKind, Outcome};

use super::given::{Given, ada};
use super::stock::Stock;

/// Says of a new user what a server without room says.
async fn is_unavailable<D: Stock>(trigger: &str, code: &str) {
    let given = Given::<D>::migrated().await;
    given.database.execute(trigger).await;

    let refused = given.store.create_user(ada()).await;

    let refused = refused.expect_err("the trigger says so");
    let told = (refused.kind(), refused.outcome());
    assert_eq!(told, (ErrorKind::Unavailable, Outcome::NotApplied));
    assert_eq!(refused.driver().map(DriverError::code), Some(code));
    assert_eq!(given.rows().await.users, []);
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    use super::is_unavailable;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_nothing_was_applied() {
        let trigger = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100''; END';
            CREATE TRIGGER full_disk AFTER INSERT ON users
                FOR EACH ROW EXECUTE FUNCTION full_disk()";

        is_unavailable::<PostgresDatabase>(trigger, "53100").await;
    }
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    use super::is_unavailable;

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_nothing_was_applied() {
        let trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON users FOR EACH ROW
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1021, MESSAGE_TEXT = 'as the server says it'";

        is_unavailable::<MariadbDatabase>(trigger, "1021").await;
    }
}

mod sqlite {
    use authjs_adapter::{Adapter as _, ErrorKind, NewUser, Outcome, SignIn as _, Unique};
    use authjs_sea_orm::{Pool, SeaOrmAdapter};
    use authjs_tests::{SqliteDatabase, TestDatabase as _};
    use sea_orm::ConnectionTrait as _;

    use super::super::given::{self, ada, grace, kind, options};

    /// More than fits into what is left of a page.
    const PICTURE: usize = 60_000;

    #[tokio::test]
    async fn a_full_file_is_unavailable_until_there_is_room() {
        let database = SqliteDatabase::migrated().await;
        let pool = Pool::connect(options(&database).max_connections(1)).await;
        let pool = pool.expect("the file is there");
        let store = SeaOrmAdapter::shared_with_authjs(&pool);
        let known = store.create_user(grace()).await.expect("Grace is new");
        let limit = |pages: u32| format!("PRAGMA max_page_count = {pages}");
        let large = NewUser {
            image: Some("x".repeat(PICTURE)),
            ..ada()
        };

        // Less than the file has is as much as it has.
        let set = pool.connection().execute_unprepared(&limit(1)).await;
        set.expect("a setting");
        let refused = store.create_user(large.clone()).await;
        let read = store.get_user(&known.id).await;
        let set = pool
            .connection()
            .execute_unprepared(&limit(1_000_000))
            .await;
        set.expect("a setting");
        let again = store.create_user(large).await;

        let refused = refused.expect_err("there is no room");
        let told = (refused.kind(), refused.outcome());
        assert_eq!(told, (ErrorKind::Unavailable, Outcome::NotApplied));
        assert_eq!(read, Ok(Some(known)));
        again.expect("there is room");
        assert_eq!(database.snapshot().await.users.len(), 2);
    }

    /// What a trigger may do, a full disk does to some statements: SQLite ends the transaction by
    /// itself. Were it still taken for open, the next one that is rolled back would stay open for
    /// whoever comes after it.
    #[tokio::test]
    async fn after_a_transaction_that_ended_by_itself_nothing_is_written_in_vain() {
        let database = SqliteDatabase::migrated().await;
        let pool = Pool::connect(options(&database).max_connections(1)).await;
        let pool = pool.expect("the file is there");
        let store = SeaOrmAdapter::shared_with_authjs(&pool);
        store.create_user(ada()).await.expect("Ada is new");
        let trigger = "CREATE TRIGGER full BEFORE INSERT ON accounts
            BEGIN SELECT RAISE(ROLLBACK, 'no room'); END";
        let made = pool.connection().execute_unprepared(trigger).await;
        made.expect("a trigger");

        let refused = store.sign_up(given::numbered_sign_up(1)).await;
        let gone = pool
            .connection()
            .execute_unprepared("DROP TRIGGER full")
            .await;
        gone.expect("it was there");
        let conflict = store.sign_up(given::sign_up("token")).await;
        let known = store.create_user(grace()).await;

        assert!(refused.is_err());
        assert_eq!(kind(conflict), Some(ErrorKind::Conflict(Unique::Email)));
        known.expect("Grace is new");
        // Read by another connection.
        assert_eq!(database.snapshot().await.users.len(), 2);
    }
}
