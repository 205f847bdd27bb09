//! The number of statements on PostgreSQL.

use authjs_tests::PostgresDatabase;

use crate::sea_orm::given::Given;
use crate::sea_orm::statements::{Meter, ask_for_the_impossible, expected};

#[tokio::test]
async fn each_operation_costs_what_is_promised() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    let sent: Vec<_> = measured
        .iter()
        .map(|one| (one.operation, one.sent))
        .collect();
    assert_eq!(sent, expected(|cost| cost.postgres));
}

#[tokio::test]
async fn the_driver_is_given_as_many_statements_as_are_counted() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    // No operation needs a transaction, whose BEGIN and COMMIT the driver would not show.
    let differing: Vec<_> = measured
        .iter()
        .filter(|one| one.sent != one.by_driver)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[tokio::test]
async fn what_no_row_can_answer_costs_no_statement() {
    let given = Given::<PostgresDatabase>::migrated().await;

    ask_for_the_impossible(&given.store).await;

    assert_eq!(given.store.statements_sent(), 0);
}
