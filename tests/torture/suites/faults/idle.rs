//! A server that ends connections which nobody used for a while (F28): no caller sees it.

use std::time::Duration;

use authjs_adapter::{Adapter as _, NewUser};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_test_servers::ServerOptions;
use authjs_tests::{Hosted as _, MariadbDatabase, Row};
use tokio::task::JoinSet;

/// Longer than the server waits.
const IDLE: Duration = Duration::from_secs(3);
const ROUNDS: u64 = 3;
const CONNECTIONS: u32 = 8;

/// What it is asked for by.
pub(super) const TRIALS: &[&str] = &["F28", "idle"];

pub(super) async fn run() -> Result<Row, String> {
    let server = MariadbDatabase::start(ServerOptions::default().with("wait_timeout=2"))?;
    let database = MariadbDatabase::migrated_on(&server.url()).await;
    let options = ConnectOptions::from_url(&database.url()).expect("the URL is ours");
    let pool = Pool::connect(options.max_connections(CONNECTIONS))
        .await
        .expect("the server runs");
    let store = SeaOrmAdapter::shared_with_authjs(pool);
    let mut errors = Vec::new();
    for _ in 0..ROUNDS {
        errors.extend(call(&store).await);
        tokio::time::sleep(IDLE).await;
        errors.extend(call(&store).await);
    }
    Ok(Row {
        promise: "F28".to_owned(),
        name: "idle".to_owned(),
        what: "wait_timeout=2: a call after 3 s without one succeeds".to_owned(),
        backend: "mariadb".to_owned(),
        trials: ROUNDS * 2 * u64::from(CONNECTIONS),
        failures: errors.len() as u64,
        examples: errors,
        ..Row::default()
    })
}

/// One call on each connection at once; the errors.
async fn call(store: &SeaOrmAdapter) -> Vec<String> {
    let mut calls = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let store = store.clone();
        calls.spawn(async move { store.create_user(NewUser::default()).await });
    }
    let answers = calls.join_all().await;
    let errors = answers.into_iter().filter_map(Result::err);
    errors.map(|error| error.to_string()).collect()
}
