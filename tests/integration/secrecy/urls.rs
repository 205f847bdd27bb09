//! Addresses of databases, well formed and not: neither the user nor the password, the host or
//! the name of the database is told.

use authjs_sea_orm::{ConnectOptions, Pool};
use authjs_tests::{Capture, canary};

use super::{assert_silent, listen};

fn urls() -> Vec<String> {
    let [user, password, host, name] = ["user", "password", "host", "database"].map(canary);
    let place = format!("{user}:{password}@{host}");
    vec![
        format!("postgres://{place}/{name}"),
        format!("postgres://{place}:5432/{name}?sslmode=disable"),
        format!("postgres://{place}/{name}?schema=app"),
        format!("postgres://{place}/{name}?user={user}&password={password}&host={host}"),
        format!("postgres://{place}:{name}/app"),
        format!("postgres://{place}:99999/{name}"),
        format!("postgres://{place}:/{name}"),
        format!("postgres://{user}:a/{password}@{host}/{name}"),
        format!("postgres://{user}:a#{password}@{host}/{name}"),
        format!("postgres://{user}:a?{password}@{host}/{name}"),
        format!("postgres://{user}:a@{password}@{host}/{name}"),
        format!("postgres://{user}:%zz{password}@{host}/{name}"),
        format!("postgres://{user}:%ff{password}@{host}/{name}"),
        format!("postgres://{user}:{password} @{host}/{name}"),
        format!("postgres://[{host}/{name}"),
        format!("postgres://{host} {name}/"),
        format!("postgres://{host}<{name}>/"),
        format!("postgres:/{place}/{name}"),
        format!("postgres:{place}/{name}"),
        format!("postgres//{place}/{name}"),
        format!("{place}/{name}"),
        password.clone(),
        format!("{password}:{name}"),
        format!("mysql://{place}/{name}"),
        format!("mariadb://{place}/{name}"),
        format!("postgres://{place}/{name}?sslmode={password}"),
        format!("postgres://{place}/{name}?port={password}"),
        format!("postgres://{place}/{name}?connect_timeout={password}"),
        format!("postgres://{place}/{name}?connection_limit={password}"),
        format!("postgres://{place}/{name}?channel_binding={password}"),
        format!("postgres://{place}/{name}?options={password}"),
        format!("postgres://{place}/{name}?sslmode=disable&application_name={password}"),
        format!("sqlite://{name}/{password}.db"),
        format!("sqlite://{name}?mode={password}"),
        format!("sqlite:file:{name}?mode=ro"),
        format!("sqlite:%ff{name}"),
    ]
}

async fn connect(capture: &Capture, place: &str, url: &str) {
    match ConnectOptions::from_url(url) {
        Err(error) => capture.error(place, &error),
        Ok(options) => {
            capture.debug(place, &options);
            match Pool::connect(options).await {
                Err(error) => capture.error(place, &error),
                Ok(pool) => capture.debug(place, &pool),
            }
        }
    }
}

#[tokio::test]
async fn no_url_is_told_whole_or_in_part() {
    let capture = listen();

    for url in urls() {
        connect(&capture, "url", &url).await;
    }

    assert_silent(&capture, &["url"]);
}

#[test]
fn no_variable_is_told() {
    let capture = listen();
    let secret = |name: &str| Some(canary(name));

    for (name, value) in [
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_PORT", "port "),
        ("DATABASE_HOST", ""),
        ("DATABASE_PASSWORD", ""),
    ] {
        let variables = |asked: &'static str| match asked {
            _ if asked == name => Some(format!("{value}{}:x", canary(asked))),
            "DATABASE_URL" => None,
            "DATABASE_PORT" => Some("5432".to_owned()),
            _ => secret(asked),
        };
        match ConnectOptions::from_variables(variables) {
            Ok(options) => capture.debug("variables", &options),
            Err(error) => capture.error("variables", &error),
        }
    }

    assert_silent(&capture, &["variables"]);
}
