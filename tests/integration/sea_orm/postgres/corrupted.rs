//! Answers of PostgreSQL over which the driver panics.

use authjs_tests::PostgresDatabase;

use crate::sea_orm::corrupted::{
    a_read_is_an_error, a_write_has_an_unknown_outcome,
    a_write_that_is_misread_has_an_unknown_outcome,
};

/// What comes before the texts of a row, and the lengths between them: five bytes say that the
/// parameters were taken, five are the row's header, two the number of its columns; then an
/// id, a name, an address, and no time.
const BESIDE_TEXTS: usize = 5 + 5 + 2 + (4 + 4) + 4 + 4 + 4;
/// Makes the picture, of which there is none, as long as can be.
const MASK: u8 = 0x80;

/// Where the length of the last column stands.
fn last_length(name: &str, address: &str) -> u64 {
    (BESIDE_TEXTS + name.len() + address.len()) as u64
}

#[tokio::test]
async fn a_read_whose_answer_is_corrupted_is_an_error() {
    let at = last_length("Grace", "grace@example.com");

    a_read_is_an_error::<PostgresDatabase>(at, MASK).await;
}

#[tokio::test]
async fn a_write_whose_answer_is_corrupted_has_an_unknown_outcome() {
    let at = last_length("Ada", "ada@example.com");

    a_write_has_an_unknown_outcome::<PostgresDatabase>(at, MASK).await;
}

/// Before a new statement runs it is described: five bytes say that it was taken; a header of five
/// bytes, a number and three types tell its parameters; then the number of its columns, of which
/// one is lost. The driver keeps that for as long as the connection lasts.
#[tokio::test]
async fn a_write_whose_description_is_corrupted_has_an_unknown_outcome() {
    const COLUMNS: u64 = 5 + (5 + 2 + 3 * 4) + 5 + 1;

    a_write_that_is_misread_has_an_unknown_outcome::<PostgresDatabase>(COLUMNS, 1).await;
}
