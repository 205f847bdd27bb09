//! What a person reads who configured the connection wrongly: one sentence without secrets.

use authjs_sea_orm::{ConnectError, ConnectOptions, Pool};

const SECRET: &str = "hunter2";

/// Fails if the error shows the password, the URL or a driver's several lines.
fn assert_one_clear_sentence(error: &ConnectError) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(SECRET), "a password in {text}");
        assert!(!text.contains("://"), "a URL in {text}");
        assert!(!text.contains('\n'), "several lines in {text}");
    }
}

#[test]
fn a_bad_url_is_one_sentence() {
    for url in [
        "postgres://me:hunter2@db.example:port/app",
        "postgres://me:hunter2@[::/app",
        "postgres:/hunter2",
        "mysql://me:hunter2@db.example:port/app",
        "oracle://me:hunter2@db.example/app",
        "hunter2",
        "",
    ] {
        let error = ConnectOptions::from_url(url).expect_err("the URL is bad");

        assert_one_clear_sentence(&error);
    }
}

#[test]
fn an_unknown_parameter_is_named_without_its_value() {
    let url = "postgres://me:hunter2@db.example/app?sslmodus=hunter2";

    let error = ConnectOptions::from_url(url).expect_err("the parameter is unknown");

    assert_one_clear_sentence(&error);
    assert!(error.to_string().contains("sslmodus"));
}

mod postgres {
    use std::net::TcpListener;

    use authjs_adapter::{Adapter as _, Error, ErrorKind};
    use authjs_sea_orm::SeaOrmAdapter;
    use authjs_tests::PostgresDatabase;

    use super::{ConnectError, ConnectOptions, Pool, SECRET, assert_one_clear_sentence};

    /// A URL whose host and port nobody listens on.
    fn refused_url() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        format!("postgres://me:{SECRET}@{address}/app")
    }

    fn assert_hides_statements(error: &Error) {
        let mut texts = vec![error.to_string(), format!("{error:?}")];
        texts.extend(error.driver().map(ToString::to_string));
        for text in &texts {
            assert!(!text.contains('\n'), "several lines in {text}");
            assert!(!text.contains("SELECT"), "SQL in {text}");
        }
    }

    #[tokio::test]
    async fn a_refused_connection_is_one_sentence() {
        let options = ConnectOptions::from_url(&refused_url()).expect("a URL");

        let error = Pool::connect(options).await.expect_err("nobody listens");

        assert_eq!(error, ConnectError::Unreachable);
        assert_one_clear_sentence(&error);
    }

    #[tokio::test]
    async fn a_refused_connection_of_a_lazy_pool_is_unavailable() {
        let options = ConnectOptions::from_url(&refused_url()).expect("a URL");
        let pool = Pool::per_request(options).expect("a pool that connects later");
        let store = SeaOrmAdapter::shared_with_authjs(pool);

        let error = store.get_user(&1.into()).await.expect_err("nobody listens");

        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert_hides_statements(&error);
    }

    #[tokio::test]
    async fn a_database_that_does_not_exist_is_one_sentence() {
        let database = PostgresDatabase::empty().await;
        let url = database
            .url()
            .replace(database.name(), "authjs_no_such_database");
        let options = ConnectOptions::from_url(&url).expect("a URL");

        let error = Pool::connect(options).await.expect_err("no such database");

        assert_eq!(error, ConnectError::NoSuchDatabase);
        assert_one_clear_sentence(&error);
    }

    #[tokio::test]
    async fn a_database_without_tables_is_an_internal_error() {
        let database = PostgresDatabase::empty().await;
        let options = ConnectOptions::from_url(&database.url()).expect("a URL");
        let pool = Pool::connect(options).await.expect("the database is there");
        let store = SeaOrmAdapter::shared_with_authjs(pool);

        let error = store.get_user(&1.into()).await.expect_err("no tables");

        assert_eq!(error.kind(), ErrorKind::Internal);
        assert_hides_statements(&error);
    }
}

mod sqlite {
    use authjs_adapter::{Adapter as _, ErrorKind};
    use authjs_sea_orm::SeaOrmAdapter;
    use authjs_tests::SqliteDatabase;

    use super::{ConnectError, ConnectOptions, Pool, assert_one_clear_sentence};

    #[tokio::test]
    async fn a_file_that_does_not_exist_is_one_sentence() {
        let database = SqliteDatabase::empty();
        let url = database.url().replace("?mode=rwc", "");
        let options = ConnectOptions::from_url(&url).expect("a URL");

        let error = Pool::connect(options).await.expect_err("no such file");

        assert_eq!(error, ConnectError::NoSuchDatabase);
        assert_one_clear_sentence(&error);
    }

    #[tokio::test]
    async fn a_database_without_tables_is_an_internal_error() {
        let database = SqliteDatabase::empty();
        let options = ConnectOptions::from_url(&database.url()).expect("a URL");
        let pool = Pool::connect(options).await.expect("the database is made");
        let store = SeaOrmAdapter::shared_with_authjs(pool);

        let error = store.get_user(&1.into()).await.expect_err("no tables");

        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}
