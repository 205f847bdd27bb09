use std::sync::Arc;
use std::time::Instant;

use authjs_conformance::MemoryHarness;
use authjs_tests::model::Subject as _;
use authjs_tests::model::linear::{
    BringsBack, FindsThenDeletes, ReadsThenWrites, Rounds, Sessions, Tokens,
};

use crate::model::{calm, concurrently, rough};

async fn subject() -> Arc<MemoryHarness> {
    Arc::new(MemoryHarness::fresh().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_specification_is_linearizable() {
    let tokens = concurrently(Tokens::of(subject().await), rough()).await;
    let sessions = concurrently(Sessions::of(subject().await).await, rough()).await;

    assert!(tokens.expect("some order explains the answers").overlapped > 0);
    assert!(
        sessions
            .expect("some order explains the answers")
            .overlapped
            > 0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_round_but_the_first_begins_after_the_time_is_over() {
    let over = Rounds {
        until: Some(Instant::now()),
        ..calm()
    };

    let seen = concurrently(Tokens::of(subject().await), over).await;

    assert_eq!(seen.expect("some order explains the answers").rounds, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_finds_and_then_deletes_is_found() {
    let mutant = FindsThenDeletes(Sessions::of(subject().await).await);

    let found = concurrently(mutant, calm()).await;

    assert!(found.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_loses_an_extension_is_found() {
    let mutant = ReadsThenWrites(Sessions::of(subject().await).await);

    let found = concurrently(mutant, calm()).await;

    assert!(found.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_brings_a_deleted_row_back_is_found() {
    let mutant = BringsBack(Sessions::of(subject().await).await);

    let found = concurrently(mutant, calm()).await;

    assert!(found.is_err());
}
