//! URLs of MariaDB and MySQL.

use std::path::Path;
use std::time::Duration;

use authjs_adapter::Adapter as _;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

use super::CANARY;

fn of_url(url: &str) -> MySqlConnectOptions {
    let options = ConnectOptions::from_url(url).expect("a URL");
    let pool = Pool::per_request(options).expect("a pool that connects later");
    let pool = pool.connection().get_mysql_connection_pool().clone();
    (*pool.connect_options()).clone()
}

#[tokio::test]
async fn the_parts_of_a_url_are_unescaped() {
    let escaped = "p%40s%3As%2Fw%3Fo%23r%25d";

    for scheme in ["mysql", "mariadb"] {
        let options = of_url(&format!(
            "{scheme}://m%40e:{escaped}@db.example:3307/my%2Fapp"
        ));

        assert_eq!(options.get_username(), "m@e");
        assert!(format!("{options:?}").contains("p@s:s/w?o#r%d"));
        assert_eq!(options.get_host(), "db.example");
        assert_eq!(options.get_port(), 3307);
        assert_eq!(options.get_database(), Some("my/app"));
        assert_eq!(options.get_charset(), "utf8mb4");
    }
}

#[tokio::test]
async fn the_parameters_of_a_url_are_taken() {
    let options = of_url(
        "mysql://me@localhost/app?ssl-mode=VERIFY_IDENTITY&ssl-ca=/etc/ca.pem&charset=utf8mb4\
         &socket=/run/mysqld/mysqld.sock",
    );

    assert!(matches!(
        options.get_ssl_mode(),
        MySqlSslMode::VerifyIdentity
    ));
    let socket = options.get_socket().map(std::path::PathBuf::as_path);
    assert_eq!(socket, Some(Path::new("/run/mysqld/mysqld.sock")));
    assert!(format!("{options:?}").contains("/etc/ca.pem"));
}

#[tokio::test]
async fn the_pool_of_prismas_parameters_is_taken() {
    let url = "mysql://me@db.example/app?connection_limit=7&connect_timeout=3";
    let options = ConnectOptions::from_url(url).expect("a URL");

    let shown = format!("{options:?}");

    assert!(shown.contains("max_connections: 7"), "{shown}");
    let three = format!("acquire_timeout: {:?}", Duration::from_secs(3));
    assert!(shown.contains(&three), "{shown}");
}

#[test]
fn a_character_set_that_cannot_hold_every_text_is_refused() {
    for charset in ["latin1", "utf8", "utf8mb3"] {
        let url = format!("mysql://me@db.example/app?charset={charset}");
        let options = ConnectOptions::from_url(&url);

        assert!(matches!(options.err(), Some(ConnectError::Unsupported(_))));
    }
}

#[test]
fn what_is_not_known_or_missing_is_an_error() {
    let unknown = |name: &str| Some(ConnectError::UnknownParameter(name.to_owned()));

    let parameter = ConnectOptions::from_url("mysql://me@db.example/app?timezone=Local");
    let mode = ConnectOptions::from_url("mysql://me@db.example/app?ssl-mode=maybe");
    let database = ConnectOptions::from_url("mysql://me@db.example");
    let scheme = ConnectOptions::from_url("mysql:app");

    assert_eq!(parameter.err(), unknown("timezone"));
    assert_eq!(mode.err(), unknown("ssl-mode"));
    let is_malformed = |options: Result<_, _>| {
        let error: Option<ConnectError> = options.map(|_: ConnectOptions| ()).err();
        matches!(error, Some(ConnectError::MalformedUrl(_)))
    };
    assert!(is_malformed(database));
    assert!(is_malformed(scheme));
}

/// Everything that a program may print of a connection whose every part is secret.
#[tokio::test]
async fn nothing_shows_a_part_of_the_url() {
    let url = "mysql://hunter2:hunter2@hunter2.invalid/hunter2?ssl-ca=hunter2";
    let options = ConnectOptions::from_url(url).expect("a URL");
    let pool = Pool::per_request(options.clone()).expect("a pool that connects later");
    let adapter = SeaOrmAdapter::shared_with_authjs(&pool);

    let connect = Pool::connect(options.clone()).await;
    let operation = adapter.get_user(&1.into()).await;

    let connect = connect.expect_err("no such host");
    let operation = operation.expect_err("no such host");
    for shown in [
        format!("{options:?} {pool:?} {adapter:?}"),
        format!("{connect} {connect:?}"),
        format!("{operation} {operation:?} {:?}", operation.driver()),
    ] {
        assert!(!shown.contains(CANARY), "{shown}");
    }
}
