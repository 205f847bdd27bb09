//! The concurrent histories of the servers: some order explains the answers.
//!
//! MariaDB has no `UPDATE .. RETURNING`, and yet the answers of `update_session` and
//! `touch_session` are those of one moment.

use std::sync::Arc;

use authjs_tests::model::linear::{FindsThenDeletes, Sessions, Tokens};
use authjs_tests::model::{Backend, Subject as _, Wired};
use authjs_tests::{Networked, Standalone};

use super::{broken, calm, concurrently, rough};

/// Lists the tests, for one backend.
macro_rules! each {
    ($database:ty) => {
        each! { $database:
            verification_tokens_are_linearizable,
            sessions_are_linearizable,
            sessions_with_hashed_tokens_are_linearizable,
            verification_tokens_are_linearizable_though_callers_give_up_and_connections_end,
            sessions_are_linearizable_though_callers_give_up_and_connections_end,
            verification_tokens_are_linearizable_on_a_wire_that_fails,
            sessions_are_linearizable_on_a_wire_that_fails,
            a_store_that_selects_and_then_deletes_is_found
        }
    };
    ($database:ty: $($name:ident),*) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name::<$database>().await;
            }
        )*
    };
}

mod postgres {
    use authjs_tests::PostgresDatabase;

    each!(PostgresDatabase);
}

mod mariadb {
    use authjs_tests::MariadbDatabase;

    each!(MariadbDatabase);
}

async fn subject<D: Networked>() -> Arc<Backend<D>> {
    Arc::new(Backend::fresh().await)
}

async fn standalone<D: Networked>() -> Arc<Backend<D, Standalone>> {
    Arc::new(Backend::fresh().await)
}

async fn verification_tokens_are_linearizable<D: Networked>() {
    let seen = concurrently(Tokens::of(subject::<D>().await), calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

async fn sessions_are_linearizable<D: Networked>() {
    let seen = concurrently(Sessions::of(subject::<D>().await).await, calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

async fn sessions_with_hashed_tokens_are_linearizable<D: Networked>() {
    let seen = concurrently(Sessions::of(standalone::<D>().await).await, calm()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0, "{seen}");
    assert_eq!(seen.unknown, 0, "{seen}");
}

async fn verification_tokens_are_linearizable_though_callers_give_up_and_connections_end<
    D: Networked,
>() {
    let seen = concurrently(Tokens::of(subject::<D>().await), rough()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

async fn sessions_are_linearizable_though_callers_give_up_and_connections_end<D: Networked>() {
    let seen = concurrently(Sessions::of(subject::<D>().await).await, rough()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

async fn verification_tokens_are_linearizable_on_a_wire_that_fails<D: Networked>() {
    let wired: Wired<D> = Wired::fresh().await;

    let seen = concurrently(Tokens::of(Arc::new(wired)), broken()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

async fn sessions_are_linearizable_on_a_wire_that_fails<D: Networked>() {
    let wired: Wired<D> = Wired::fresh().await;

    let seen = concurrently(Sessions::of(Arc::new(wired)).await, broken()).await;

    let seen = seen.expect("some order explains the answers");
    assert!(seen.overlapped > 0 && seen.unknown > 0, "{seen}");
}

async fn a_store_that_selects_and_then_deletes_is_found<D: Networked>() {
    let mutant = FindsThenDeletes(Tokens::of(subject::<D>().await));

    let found = concurrently(mutant, calm()).await;

    assert!(found.is_err());
}
