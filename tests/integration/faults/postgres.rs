//! Faults on PostgreSQL.

use authjs_tests::{
    Closed, CrashedPooler, Direction, Fault, Locked, PooledDatabase, PostgresDatabase, ReadOnly,
    Retyped, Terminated,
};

use super::wire::{
    cut, every_write_that_is_cut_off_is_whole_or_not_there, half_open, holds, holds_and_is_noticed,
    holds_and_is_waited_for, holds_for_long, holds_slowly, holds_under, holds_with,
    survives_a_flip, throttle,
};

#[tokio::test(flavor = "multi_thread")]
async fn f1_a_server_that_does_not_listen() {
    holds_and_is_noticed::<PostgresDatabase>(Fault::Refuse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_connections_that_are_reset() {
    holds_and_is_noticed::<PostgresDatabase>(Fault::Reset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f3_a_black_hole() {
    holds_for_long::<PostgresDatabase>(Fault::BlackHole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_requests_that_never_arrive() {
    holds_for_long::<PostgresDatabase>(half_open(Direction::ToServer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_answers_that_never_arrive() {
    holds_for_long::<PostgresDatabase>(half_open(Direction::ToClient)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_connections_that_are_cut_in_a_request() {
    holds_and_is_noticed::<PostgresDatabase>(cut(Direction::ToServer)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_connections_that_are_cut_in_an_answer() {
    holds_and_is_noticed::<PostgresDatabase>(cut(Direction::ToClient)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_a_slow_link() {
    holds_slowly::<PostgresDatabase>(20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_a_narrow_link() {
    holds::<PostgresDatabase>(throttle()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f36_a_corrupted_request() {
    survives_a_flip::<PostgresDatabase>(Direction::ToServer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f36_a_corrupted_answer() {
    survives_a_flip::<PostgresDatabase>(Direction::ToClient).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_every_write_that_is_cut_off_is_whole_or_not_there() {
    every_write_that_is_cut_off_is_whole_or_not_there::<PostgresDatabase>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_backends_that_are_killed() {
    holds_with::<PostgresDatabase>(&Terminated).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f15_a_database_that_takes_no_connection() {
    holds_with::<PostgresDatabase>(&Closed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_tables_that_are_locked() {
    holds_and_is_waited_for::<PostgresDatabase>(&Locked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_columns_that_change_their_type() {
    holds_under::<PostgresDatabase>(&Retyped).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f25_a_server_that_only_reads() {
    holds_with::<PostgresDatabase>(&ReadOnly).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f24_a_pooler_that_is_killed() {
    holds_with::<PooledDatabase>(&CrashedPooler).await;
}
