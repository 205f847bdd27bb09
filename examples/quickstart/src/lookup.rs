//! "Who is this?" on the database of an Auth.js application. Only reads.

use authjs_sea_orm::{
    Accounts as _, Adapter as _, ConnectOptions, ManualClock, Pool, SeaOrmAdapter,
    SessionAdmin as _, User,
};
use chrono::{DateTime, SecondsFormat, Utc};

use crate::Problem;

/// The tables that every Auth.js application on the pg-adapter has.
const STOCK_TABLES: [&str; 4] = ["users", "accounts", "sessions", "verification_token"];

/// Connects, and makes sure that the tables are there.
pub(crate) async fn open(url: &str, now: Option<DateTime<Utc>>) -> Result<SeaOrmAdapter, Problem> {
    let pool = Pool::connect(ConnectOptions::from_url(url)?).await?;
    let adapter = SeaOrmAdapter::shared_with_authjs(pool);
    let missing = adapter.inspect().await?.missing_tables();
    let missing: Vec<&str> = STOCK_TABLES
        .into_iter()
        .filter(|table| missing.contains(table))
        .collect();
    if !missing.is_empty() {
        return Err(Problem::new(format!(
            "the database lacks tables of Auth.js: {}; is it the right database and schema? \
             `cargo run -p authjs-migration -- up -u URL` creates them",
            missing.join(", ")
        )));
    }
    Ok(match now {
        Some(now) => adapter.with_clock(ManualClock::new(now)),
        None => adapter,
    })
}

/// Tells who holds a session token.
pub(crate) async fn who_is_this(adapter: &SeaOrmAdapter, token: String) -> Result<(), Problem> {
    match adapter.get_session_and_user(&token.into()).await? {
        Some((session, user)) => {
            println!("{}, until {}", describe(&user), time(session.expires));
        }
        None => println!("nobody: there is no live session with this token"),
    }
    Ok(())
}

/// Shows a person's linked providers and live sessions, without any token.
pub(crate) async fn person(adapter: &SeaOrmAdapter, address: &str) -> Result<(), Problem> {
    let Some(user) = adapter.get_user_by_email(address).await? else {
        println!("nobody has this address, byte for byte");
        return Ok(());
    };
    println!("{}", describe(&user));
    for account in adapter.list_accounts(&user.id).await? {
        println!(
            "  linked to {} ({})",
            printable(&account.provider),
            printable(&account.r#type)
        );
    }
    for session in adapter.list_sessions(&user.id).await? {
        println!(
            "  session {:.12}… until {}",
            session.handle.as_str(),
            time(session.expires)
        );
    }
    Ok(())
}

/// A person in one line.
pub(crate) fn describe(user: &User) -> String {
    let name = user
        .name
        .as_deref()
        .map_or("(no name)".to_owned(), printable);
    let email = user
        .email
        .as_deref()
        .map_or("no e-mail".to_owned(), printable);
    let verified = if user.email_verified.is_some() {
        "verified"
    } else {
        "not verified"
    };
    format!("user {}: {name} <{email}>, {verified}", user.id)
}

/// A time as people read it.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text from the outside without what could steer a terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
