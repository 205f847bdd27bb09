//! Answers of MariaDB over which the driver panics.

use authjs_tests::MariadbDatabase;

use crate::sea_orm::corrupted::{a_read_is_an_error, a_write_has_an_unknown_outcome};

/// The length of the first text about the first column, after the five bytes with the number of
/// columns and the header of the packet.
const LENGTH: u64 = 9;

#[tokio::test]
async fn a_read_whose_answer_is_corrupted_is_an_error() {
    a_read_is_an_error::<MariadbDatabase>(LENGTH, 0x78).await;
}

#[tokio::test]
async fn a_write_whose_answer_is_corrupted_has_an_unknown_outcome() {
    a_write_has_an_unknown_outcome::<MariadbDatabase>(LENGTH, 0x78).await;
}
