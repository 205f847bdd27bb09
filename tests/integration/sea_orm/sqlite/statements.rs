//! The number of statements on SQLite.

use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::Given;
use crate::sea_orm::statements::{
    Meter, ask_for_the_impossible, promised, seen, sent, texts_without_constraints,
};
use crate::wire::assert_known;

#[tokio::test]
async fn each_operation_costs_what_is_promised() {
    let meter = Meter::<SqliteDatabase>::ready().await;

    let measured = meter.all().await;

    assert_eq!(seen(&measured), promised(|cost| cost.sqlite));
}

#[tokio::test]
async fn the_adapter_counts_what_is_seen_outside_of_it() {
    let meter = Meter::<SqliteDatabase>::ready().await;

    let measured = meter.all().await;

    assert_eq!(sent(&measured), seen(&measured));
}

#[tokio::test]
async fn without_constraints_the_known_texts_are_sent() {
    let texts = texts_without_constraints::<SqliteDatabase>().await;

    assert_known("sqlite_without_constraints", &texts);
}

#[tokio::test]
async fn what_no_row_can_answer_costs_no_statement() {
    let given = Given::<SqliteDatabase>::migrated().await;

    ask_for_the_impossible(&given.store).await;

    assert_eq!(given.store.statements_sent(), 0);
}
