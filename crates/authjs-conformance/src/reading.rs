//! Readers beside writers: a row is seen whole, as it was or as it is.

use authjs_adapter::{Adapter as _, Patch, User, UserId, UserPatch};

use crate::race::Rounds;
use crate::{Harness, given};

/// Fails if `read`, which is to find this user, does not, or finds half of a change, while
/// others write name and image together.
pub(crate) async fn users_are_read_whole<H, F>(h: &H, user: &User, read: impl Fn() -> F + Sync)
where
    H: Harness,
    F: Future<Output = Option<User>>,
{
    rename(h, &user.id, "before".to_owned()).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let answers = rounds.release(|caller| {
            let (id, read) = (&user.id, &read);
            async move {
                if caller.is_multiple_of(2) {
                    return Some(read().await);
                }
                rename(h, id, format!("{round} of {caller}")).await;
                None
            }
        });

        for found in answers.into_iter().flatten() {
            let found = found.expect("a stored user was not found");
            assert_eq!(found.id, user.id, "the id");
            assert_eq!(found.image, found.name, "the image that was written with");
        }
    }
    let stored = given::stored_user(h, &user.id).await.unwrap();
    assert_eq!(stored.image, stored.name, "the image that was written with");
}

async fn rename<H: Harness>(h: &H, id: &UserId, text: String) {
    let patch = UserPatch {
        name: Patch::Set(text.clone()),
        image: Patch::Set(text),
        ..UserPatch::default()
    };
    h.store().update_user(id, patch).await.unwrap();
}
