//! An operation that is dropped at any await is whole or nothing, and holds no lock.

use authjs_adapter::{Adapter as _, SignIn as _};
use authjs_tests::SqliteDatabase;

use crate::sea_orm::given::{self, Given, grace};
use crate::sea_orm::polls::at_most;

/// How many sign-ups are dropped at each await.
const ROUNDS: usize = 20;
/// More awaits than a sign-up has.
const POLLS: usize = 8;

#[tokio::test]
async fn a_sign_up_that_is_dropped_is_whole_or_nothing_and_blocks_nobody() {
    let given = Given::<SqliteDatabase>::migrated().await;
    given
        .store
        .inspect()
        .await
        .expect("the catalog can be read");
    let mut dropped = 0;

    for round in 0..ROUNDS * POLLS {
        let polls = 1 + round % POLLS;
        let sign_up = given.store.sign_up(given::sign_up("token"));
        dropped += usize::from(at_most(polls, sign_up).await.is_none());

        let user = given
            .store
            .create_user(grace())
            .await
            .expect("nobody holds the lock");
        let rows = given.rows().await;
        assert_eq!(rows.accounts.len(), rows.sessions.len());
        assert_eq!(rows.users.len(), rows.accounts.len() + 1);
        for row in rows.users {
            given
                .store
                .delete_user(&row.id)
                .await
                .expect("nobody holds the lock");
        }
        assert!(
            given
                .store
                .get_user(&user.id)
                .await
                .expect("an answer")
                .is_none()
        );
    }

    assert!(dropped >= ROUNDS, "only {dropped} were dropped");
}
