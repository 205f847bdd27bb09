//! The number of statements on PostgreSQL.

use authjs_tests::PostgresDatabase;

use crate::sea_orm::given::Given;
use crate::sea_orm::statements::{
    Meter, ask_for_the_impossible, documented_round_trips, measured_round_trips, promised, seen,
    sent, texts_without_constraints, waiting_too_often,
};
use crate::wire::assert_known;

#[tokio::test]
async fn each_operation_costs_what_is_promised() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    assert_eq!(seen(&measured), promised(|cost| cost.postgres));
}

#[tokio::test]
async fn the_adapter_counts_what_is_seen_outside_of_it() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    assert_eq!(sent(&measured), seen(&measured));
}

/// Nothing is asked before a statement, such as whether the connection is alive.
#[tokio::test]
async fn no_operation_waits_more_often_than_it_has_statements() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    let waiting = waiting_too_often(&measured);
    assert!(waiting.is_empty(), "{waiting:#?}");
}

#[tokio::test]
async fn the_parity_table_gives_the_round_trips_that_are_measured() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all().await;

    let documented = documented_round_trips("PostgreSQL");
    assert_eq!(documented, measured_round_trips(&measured));
}

#[tokio::test]
async fn a_statement_is_prepared_in_one_round_trip_more() {
    let meter = Meter::<PostgresDatabase>::ready().await;

    let measured = meter.all_at_first().await;

    let first = measured.first().expect("there are operations");
    let prepared = vec!["Parse", "Describe", "Sync"];
    let run = vec!["Bind", "Execute", "Close", "Sync"];
    assert_eq!(first.seen.round_trips, [prepared, run]);
}

#[tokio::test]
async fn without_constraints_the_known_texts_are_sent() {
    let texts = texts_without_constraints::<PostgresDatabase>().await;

    assert_known("postgres_without_constraints", &texts);
}

#[tokio::test]
async fn what_no_row_can_answer_costs_no_statement() {
    let given = Given::<PostgresDatabase>::migrated().await;

    ask_for_the_impossible(&given.store).await;

    assert_eq!(given.store.statements_sent(), 0);
}
