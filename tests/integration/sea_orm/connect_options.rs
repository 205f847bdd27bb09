//! What URLs and variables become. Nothing is connected to.

mod mysql;

use std::path::Path;

use authjs_adapter::Adapter as _;
use authjs_sea_orm::{ConnectError, ConnectOptions, Pool, SeaOrmAdapter};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// No output of ours may show it.
const CANARY: &str = "hunter2";
/// Every character that has a meaning in a URL.
const PASSWORD: &str = "p@s:s/w?o#r%d&=+ é";

/// The variables of an environment.
fn variables(set: &[(&'static str, &'static str)]) -> impl Fn(&'static str) -> Option<String> {
    let set = set.to_vec();
    move |name| {
        let found = set.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

fn driver_options(options: ConnectOptions) -> PgConnectOptions {
    let pool = Pool::per_request(options).expect("a pool that connects later");
    let pool = pool.connection().get_postgres_connection_pool().clone();
    (*pool.connect_options()).clone()
}

fn of_url(url: &str) -> PgConnectOptions {
    driver_options(ConnectOptions::from_url(url).expect("a URL"))
}

/// The driver has no accessor for it; its `Debug` shows it, which is why it gets no URL.
fn has_password(options: &PgConnectOptions, password: &str) -> bool {
    format!("{options:?}").contains(&format!("password: Some({password:?})"))
}

#[tokio::test]
async fn the_parts_of_a_url_are_unescaped() {
    let escaped = "p%40s%3As%2Fw%3Fo%23r%25d%26%3D%2B%20%C3%A9";
    let url = format!("postgresql://m%40e:{escaped}@db.example:6543/my%2Fapp");

    let options = of_url(&url);

    assert_eq!(options.get_username(), "m@e");
    assert!(has_password(&options, PASSWORD));
    assert_eq!(options.get_host(), "db.example");
    assert_eq!(options.get_port(), 6543);
    assert_eq!(options.get_database(), Some("my/app"));
}

#[tokio::test]
async fn the_parameters_of_a_url_are_taken() {
    let options = of_url(
        "postgres://db.example/app?sslmode=verify-full&user=me&password=a%26b&port=6543\
         &application_name=mine&dbname=other",
    );

    assert_eq!(options.get_username(), "me");
    assert!(has_password(&options, "a&b"));
    assert_eq!(options.get_port(), 6543);
    assert_eq!(options.get_database(), Some("other"));
    assert_eq!(options.get_application_name(), Some("mine"));
    assert!(matches!(options.get_ssl_mode(), PgSslMode::VerifyFull));
}

#[tokio::test]
async fn the_directory_of_a_socket_is_a_parameter_or_an_escaped_host() {
    let parameter = of_url("postgres:///app?host=/run/postgresql&user=me");
    let host = of_url("postgres://me@%2Frun%2Fpostgresql/app");

    let socket = parameter.get_socket().map(std::path::PathBuf::as_path);
    assert_eq!(socket, Some(Path::new("/run/postgresql")));
    assert_eq!(parameter.get_database(), Some("app"));
    assert_eq!(host.get_host(), "/run/postgresql");
    assert_eq!(host.get_username(), "me");
}

#[tokio::test]
async fn an_ipv6_address_loses_its_brackets() {
    let options = of_url("postgres://me@[::1]:6543/app");

    assert_eq!((options.get_host(), options.get_port()), ("::1", 6543));
}

#[tokio::test]
async fn five_variables_stand_for_a_url_and_are_taken_as_they_are() {
    let variables = variables(&[
        ("DATABASE_HOST", "db.example"),
        ("DATABASE_PORT", "6543"),
        ("DATABASE_NAME", "my/app?x=y"),
        ("DATABASE_USER", "m@e:"),
        ("DATABASE_PASSWORD", PASSWORD),
    ]);

    let options = driver_options(ConnectOptions::from_variables(variables).expect("all are set"));

    assert_eq!(options.get_host(), "db.example");
    assert_eq!(options.get_port(), 6543);
    assert_eq!(options.get_database(), Some("my/app?x=y"));
    assert_eq!(options.get_username(), "m@e:");
    assert!(has_password(&options, PASSWORD));
}

#[tokio::test]
async fn port_and_password_may_be_missing() {
    let variables = variables(&[
        ("DATABASE_HOST", "/run/postgresql"),
        ("DATABASE_NAME", "app"),
        ("DATABASE_USER", "me"),
    ]);

    let options = driver_options(ConnectOptions::from_variables(variables).expect("enough is set"));

    assert_eq!(options.get_host(), "/run/postgresql");
    assert_eq!(options.get_port(), 5432);
}

#[tokio::test]
async fn the_url_wins_over_the_other_variables() {
    let variables = variables(&[
        ("DATABASE_URL", "postgres://me@url.example/app"),
        ("DATABASE_HOST", "host.example"),
        ("DATABASE_PORT", "not a port"),
    ]);

    let options = driver_options(ConnectOptions::from_variables(variables).expect("a URL"));

    assert_eq!(options.get_host(), "url.example");
}

#[test]
fn a_missing_or_senseless_variable_is_named() {
    let nothing = ConnectOptions::from_variables(variables(&[]));
    let no_user = ConnectOptions::from_variables(variables(&[
        ("DATABASE_HOST", "db.example"),
        ("DATABASE_NAME", "app"),
    ]));
    let bad_port = ConnectOptions::from_variables(variables(&[
        ("DATABASE_HOST", "db.example"),
        ("DATABASE_NAME", "app"),
        ("DATABASE_USER", "me"),
        ("DATABASE_PORT", "70000"),
    ]));

    assert_eq!(
        nothing.err(),
        Some(ConnectError::MissingVariable("DATABASE_HOST"))
    );
    assert_eq!(
        no_user.err(),
        Some(ConnectError::MissingVariable("DATABASE_USER"))
    );
    assert_eq!(
        bad_port.err(),
        Some(ConnectError::InvalidVariable("DATABASE_PORT"))
    );
}

#[test]
fn an_unknown_parameter_is_an_error_on_each_backend() {
    let unknown = |name: &str| Some(ConnectError::UnknownParameter(name.to_owned()));

    let postgres = ConnectOptions::from_url("postgres://db.example/app?pool_size=5");
    let sqlite = ConnectOptions::from_url("sqlite:app.db?cache=shared");

    assert_eq!(postgres.err(), unknown("pool_size"));
    assert_eq!(sqlite.err(), unknown("cache"));
}

/// A password that was not escaped ends the authority of the URL: the rest of it must not come
/// out as the name of a parameter, and the wrong host must not be asked.
#[test]
fn what_follows_a_password_that_was_not_escaped_is_an_error_that_does_not_show_it() {
    for url in [
        "postgres://me:12?hunter2@db.example/app",
        "postgres://me:12?hunter2&x=hunter2@db.example/app",
        "postgres://me:12#hunter2@db.example/app",
        "postgres://me:12/hunter2@db.example/app",
        "postgres://me:hunter2?@db.example/app",
    ] {
        let error = ConnectOptions::from_url(url).expect_err("it is not escaped");

        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CANARY), "{url} gives {shown}");
    }
}

#[test]
fn an_escape_that_is_no_text_is_an_error() {
    for url in ["postgres://me:%FF@db.example/app", "sqlite:%FF.db"] {
        let error = ConnectOptions::from_url(url).expect_err("it is not UTF-8");

        assert!(matches!(error, ConnectError::MalformedUrl(_)), "{error:?}");
    }
}

/// Everything that a program may print of a connection whose every part is secret.
#[tokio::test]
async fn nothing_shows_a_part_of_the_url() {
    let url = "postgres://hunter2:hunter2@hunter2.invalid/hunter2?application_name=hunter2";
    let options = ConnectOptions::from_url(url).expect("a URL");
    let pool = Pool::per_request(options.clone()).expect("a pool that connects later");
    let adapter = SeaOrmAdapter::shared_with_authjs(&pool);

    let connect = Pool::connect(options.clone())
        .await
        .expect_err("no such host");
    let operation = adapter.get_user(&1.into()).await.expect_err("no such host");

    let driver = operation.driver();
    for shown in [
        format!("{options:?} {pool:?} {adapter:?}"),
        format!("{connect} {connect:?}"),
        format!("{operation} {operation:?}"),
        format!(
            "{driver:?} {}",
            driver.map(ToString::to_string).unwrap_or_default()
        ),
    ] {
        assert!(!shown.contains(CANARY), "{shown}");
    }
}
