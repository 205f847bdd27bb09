//! A server that is not there: no look-up may answer "there is none" (P13).

use authjs_adapter::{AccountKey, Adapter as _, Error};
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::{OUTAGE, Row, closed_port};

use super::Turn;
use crate::arguments::Backend;

/// How often each look-up is made, if there is time.
const TRIES: usize = 10;

/// What the suite is also asked for by.
pub(super) const TRIALS: &[&str] = &["P13", OUTAGE];

pub(super) async fn run(turn: Turn) -> Vec<Row> {
    let is_wanted = turn.wants(TRIALS);
    if !is_wanted || !turn.plan.backends.contains(&Backend::Postgres) {
        return Vec::new();
    }
    let mut answers = Vec::new();
    // At least once, and no longer than its time: a refused connection is waited for.
    while answers.is_empty() || (answers.len() < TRIES * LOOKUPS && !turn.share(1).is_zero()) {
        answers.extend(lookups().await);
    }
    let is_wrong =
        |answer: &&Result<(), Error>| !matches!(answer, Err(error) if error.is_retryable());
    vec![Row {
        promise: "P13".to_owned(),
        name: OUTAGE.to_owned(),
        what: "while nobody listens, each look-up is an error that may be retried".to_owned(),
        backend: "postgres".to_owned(),
        trials: answers.len() as u64,
        failures: answers.iter().filter(is_wrong).count() as u64,
        note: "get_user, get_user_by_email, get_user_by_account, get_session_and_user".to_owned(),
        ..Row::default()
    }]
}

/// How many look-ups the original has too.
const LOOKUPS: usize = 4;

/// These.
async fn lookups() -> [Result<(), Error>; LOOKUPS] {
    let options = ConnectOptions::from_url(&closed_port()).expect("the URL is ours");
    let pool = Pool::per_request(options).expect("a lazy pool asks nobody");
    let adapter = SeaOrmAdapter::shared_with_authjs(pool);
    let account = AccountKey {
        provider: "github",
        provider_account_id: "1",
    };
    [
        adapter.get_user(&"1".into()).await.map(drop),
        adapter.get_user_by_email("ada@example.com").await.map(drop),
        adapter.get_user_by_account(account).await.map(drop),
        adapter
            .get_session_and_user(&"token".into())
            .await
            .map(drop),
    ]
}
