//! Tables of an application that has columns of its own, in an order of its own, and not every
//! table: each operation ends as it does on the tables of our migrations.

mod postgres;
mod sqlite;

use authjs_adapter::{ErrorKind, ManualClock};
use authjs_conformance::start;
use authjs_sea_orm::{ConnectOptions, Pool, SeaOrmAdapter};
use authjs_tests::Capture;
use sea_orm::ConnectionTrait as _;

use crate::secrecy::calls::{Outcomes, everything};

/// What becomes of all operations on the database at this URL, after these statements.
async fn outcomes(capture: &Capture, url: &str, tables: &str) -> Outcomes {
    let options = ConnectOptions::from_url(url).expect("the URL is ours");
    let pool = Pool::connect(options).await.expect("the database is there");
    let made = pool.connection().execute_unprepared(tables).await;
    made.expect("the statements are right");
    let store = SeaOrmAdapter::shared_with_authjs(pool).with_clock(ManualClock::new(start()));
    everything(&store, capture).await
}

/// The outcomes of operations that have to do with authenticators, and of the others.
fn split(outcomes: Outcomes) -> (Outcomes, Outcomes) {
    let is_theirs = |(operation, _): &(String, _)| operation.contains("authenticator");
    let (theirs, others) = outcomes.0.into_iter().partition(is_theirs);
    (Outcomes(theirs), Outcomes(others))
}

/// Fails unless the outcomes are the same but for authenticators, which have no table.
#[track_caller]
fn assert_same_but_for_authenticators(stock: Outcomes, foreign: Outcomes) {
    let (_, stock) = split(stock);
    let (authenticators, foreign) = split(foreign);
    assert_eq!(foreign, stock);
    assert!(
        authenticators.have(ErrorKind::Internal),
        "{authenticators:?}"
    );
}
