//! MariaDB has no `UPDATE .. RETURNING`, and yet the answers of `update_session` and
//! `touch_session` are those of one moment.

use std::sync::Arc;

use authjs_tests::model::linear::{FindsThenDeletes, Sessions, Tokens};
use authjs_tests::model::{Backend, Subject as _, Wired};

use authjs_tests::{MariadbDatabase, Standalone};

use crate::model::{broken, calm, concurrently, rough};

async fn subject() -> Arc<Backend<MariadbDatabase>> {
    Arc::new(Backend::fresh().await)
}

async fn standalone() -> Arc<Backend<MariadbDatabase, Standalone>> {
    Arc::new(Backend::fresh().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_tokens_are_linearizable() {
    let seen = concurrently(Tokens::of(subject().await), calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_linearizable() {
    let seen = concurrently(Sessions::of(subject().await).await, calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_with_hashed_tokens_are_linearizable() {
    let seen = concurrently(Sessions::of(standalone().await).await, calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_tokens_are_linearizable_though_callers_give_up_and_connections_end() {
    let seen = concurrently(Tokens::of(subject().await), rough()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_linearizable_though_callers_give_up_and_connections_end() {
    let seen = concurrently(Sessions::of(subject().await).await, rough()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_tokens_are_linearizable_on_a_wire_that_fails() {
    let wired: Wired<MariadbDatabase> = Wired::fresh().await;

    let seen = concurrently(Tokens::of(Arc::new(wired)), broken()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_linearizable_on_a_wire_that_fails() {
    let wired: Wired<MariadbDatabase> = Wired::fresh().await;

    let seen = concurrently(Sessions::of(Arc::new(wired)).await, broken()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_selects_and_then_deletes_is_found() {
    let mutant = FindsThenDeletes(Tokens::of(subject().await));

    let found = concurrently(mutant, calm()).await;

    assert!(found.is_err());
}
