//! The number of statements on SQLite.

use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::Given;
use crate::sea_orm::statements::{Measured, Meter, ask_for_the_impossible, expected};

#[tokio::test]
async fn each_operation_costs_what_is_promised() {
    let meter = Meter::<SqliteDatabase>::ready().await;

    let measured = meter.all().await;

    let sent: Vec<_> = measured
        .iter()
        .map(|one| (one.operation, one.sent))
        .collect();
    assert_eq!(sent, expected(|cost| cost.sqlite));
}

#[tokio::test]
async fn the_driver_is_given_as_many_statements_as_are_counted() {
    let meter = Meter::<SqliteDatabase>::ready().await;

    let measured = meter.all().await;

    // The driver does not show the BEGIN of a transaction and its end.
    let differing: Vec<_> = measured
        .iter()
        .filter(|one| one.sent - one.by_driver != if is_transaction(one) { 2 } else { 0 })
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

fn is_transaction(one: &Measured) -> bool {
    one.operation.starts_with("sign_")
}

#[tokio::test]
async fn what_no_row_can_answer_costs_no_statement() {
    let given = Given::<SqliteDatabase>::migrated().await;

    ask_for_the_impossible(&given.store).await;

    assert_eq!(given.store.statements_sent(), 0);
}
