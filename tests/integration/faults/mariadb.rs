//! Faults on MariaDB.

use authjs_tests::{Direction, Fault, Locked, MariadbDatabase, Queued, Retyped, Terminated};

use super::wire::{
    cut, every_write_that_is_cut_off_is_whole_or_not_there, half_open, holds, holds_and_is_noticed,
    holds_and_is_waited_for, holds_for_long, holds_slowly, holds_under, holds_with,
    survives_a_flip, throttle,
};

#[tokio::test(flavor = "multi_thread")]
async fn f1_a_server_that_does_not_listen() {
    holds_and_is_noticed::<MariadbDatabase>(Fault::Refuse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_connections_that_are_reset() {
    holds_and_is_noticed::<MariadbDatabase>(Fault::Reset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_a_black_hole() {
    holds_for_long::<MariadbDatabase>(Fault::BlackHole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_requests_that_never_arrive() {
    holds_for_long::<MariadbDatabase>(half_open(Direction::ToServer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_answers_that_never_arrive() {
    holds_for_long::<MariadbDatabase>(half_open(Direction::ToClient)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_connections_that_are_cut_in_a_request() {
    // What never arrived whole is asked again: not every run has somebody who notices.
    holds::<MariadbDatabase>(cut(Direction::ToServer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_connections_that_are_cut_in_an_answer() {
    holds_and_is_noticed::<MariadbDatabase>(cut(Direction::ToClient)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_a_slow_link() {
    holds_slowly::<MariadbDatabase>(20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_a_narrow_link() {
    holds::<MariadbDatabase>(throttle()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f36_a_corrupted_request() {
    survives_a_flip::<MariadbDatabase>(Direction::ToServer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f36_a_corrupted_answer() {
    survives_a_flip::<MariadbDatabase>(Direction::ToClient).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_every_write_that_is_cut_off_is_whole_or_not_there() {
    every_write_that_is_cut_off_is_whole_or_not_there::<MariadbDatabase>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_connections_that_are_killed() {
    holds_with::<MariadbDatabase>(&Terminated).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_tables_that_are_locked() {
    holds_and_is_waited_for::<MariadbDatabase>(&Locked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_a_table_that_somebody_waits_to_change() {
    holds_and_is_waited_for::<MariadbDatabase>(&Queued).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_columns_that_change_their_type() {
    holds_under::<MariadbDatabase>(&Retyped).await;
}
