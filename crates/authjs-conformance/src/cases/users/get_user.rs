//! The cases of `get_user`.

use authjs_adapter::{Adapter as _, NewUser};

use crate::reading::users_are_read_whole;
use crate::{Harness, check, given, sample};

/// `get_user` finds a user by id.
pub async fn get_user_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUser"
    let (ada, _) = given::two_people(h).await;

    let found = h.store().get_user(&ada.id).await.unwrap();

    let found = found.expect("a stored user was not found by id");
    check::same("the found row", &check::user(&found), &ada);
}

/// `get_user` finds nobody under an unknown id.
pub async fn get_user_is_none_for_an_unknown_id<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUser"
    given::ada(h).await;

    let found = h.store().get_user(&h.unknown_id()).await;

    check::nothing("a user under an unknown id", found);
}

/// `get_user` finds nobody under a text that cannot be an id.
pub async fn get_user_is_none_for_a_malformed_id<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUser" asks a serial column for a UUID.
    let ada = given::ada(h).await;

    for id in h.malformed_ids(&ada.id) {
        let found = h.store().get_user(&id).await;
        check::nothing(&format!("a user under the id {id:?}"), found);
    }
}

/// `get_user` gives NULL back as absent, and as no value of the column's type.
pub async fn get_user_reads_null_as_absent<H: Harness>(h: &H) {
    // Rust-specific: a NULL that becomes 1970 verifies an address that nobody verified.
    let nobody = given::user(h, NewUser::default()).await;

    let found = h.store().get_user(&nobody.id).await.unwrap();

    let found = check::user(&found.unwrap());
    check::same("the found row", &found, &sample::nobody(&nobody.id));
}

/// `get_user` beside `update_user` finds the whole row, as it was or as it is.
pub async fn get_user_reads_whole_rows_beside_update_user<H: Harness>(h: &H) {
    // Rust-specific: one update is one change for everybody.
    let ada = given::ada(h).await;

    users_are_read_whole(h, &ada, || async {
        let found = h.store().get_user(&ada.id).await.unwrap();
        found.map(|user| check::user(&user))
    })
    .await;
}
