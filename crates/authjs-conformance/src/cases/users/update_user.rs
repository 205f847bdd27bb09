//! The cases of `update_user`.

use authjs_adapter::{
    Adapter as _, ErrorKind, Field, NewUser, Operation, Patch, Unique, User, UserPatch,
};

use crate::race::{CALLERS, Rounds};
use crate::sample::Spoil;
use crate::{Harness, check, given, sample};

/// `update_user` changes the column that it is given and no other, and returns the whole row.
pub async fn update_user_changes_only_what_is_given<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "updateUser"
    let ada = given::ada(h).await;
    let patch = UserPatch {
        name: Patch::Set("Countess of Lovelace".to_owned()),
        ..UserPatch::default()
    };

    let updated = h.store().update_user(&ada.id, patch).await.unwrap();

    let expected = User {
        name: Some("Countess of Lovelace".to_owned()),
        ..ada
    };
    check::same("the returned row", &check::user(&updated), &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
}

/// `update_user` sets each column that it is given, with its time cut to milliseconds.
pub async fn update_user_sets_every_column<H: Harness>(h: &H) {
    // Rust-specific: the reference suite changes the name only, and of the only user.
    let grace = given::grace(h).await;
    let ada = given::ada(h).await;
    let patch = UserPatch {
        name: Patch::Set("A".to_owned()),
        email: Patch::Set("a@example.com".to_owned()),
        email_verified: Patch::Set(sample::fine_time()),
        image: Patch::Set("https://example.com/a.png".to_owned()),
    };

    let updated = h.store().update_user(&ada.id, patch).await.unwrap();

    let expected = User {
        id: ada.id,
        name: Some("A".to_owned()),
        email: Some("a@example.com".to_owned()),
        email_verified: Some(sample::cut_time()),
        image: Some("https://example.com/a.png".to_owned()),
    };
    check::same("the returned row", &check::user(&updated), &expected);
    check::same("users", &h.snapshot().await.users, &vec![grace, expected]);
}

/// `update_user` sets a column to NULL where it is told to, which absence does not.
pub async fn update_user_clears_what_is_null<H: Harness>(h: &H) {
    // Rust-specific: null against absent is not in the reference suite.
    let ada = given::ada(h).await;
    let patch = UserPatch {
        name: Patch::Clear,
        email: Patch::Clear,
        email_verified: Patch::Clear,
        image: Patch::Keep,
    };

    let updated = h.store().update_user(&ada.id, patch).await.unwrap();

    let expected = User {
        name: None,
        email: None,
        email_verified: None,
        ..ada
    };
    check::same("the returned row", &check::user(&updated), &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
}

/// `update_user` clears an address, and changes a user without one, where others have none.
pub async fn update_user_allows_many_users_without_an_address<H: Harness>(h: &H) {
    // Rust-specific: NULL equals no NULL, so it is no conflict.
    let nobody = given::user(h, NewUser::default()).await;
    let ada = given::ada(h).await;
    let clear = UserPatch {
        email: Patch::Clear,
        ..UserPatch::default()
    };

    let cleared = h.store().update_user(&ada.id, clear).await.unwrap();
    let changed = h.store().update_user(&nobody.id, renamed()).await.unwrap();

    assert_eq!(check::user(&cleared).email, None, "the cleared address");
    assert_eq!(check::user(&changed).email, None, "the absent address");
    let users = h.snapshot().await.users;
    let without = users.iter().filter(|user| user.email.is_none());
    assert_eq!(without.count(), 2, "the number of users without an address");
}

/// `update_user` with nothing set is a plain read.
pub async fn update_user_with_nothing_set_is_a_read<H: Harness>(h: &H) {
    // Rust-specific: an UPDATE without columns is not valid SQL.
    let ada = given::ada(h).await;
    let before = h.snapshot().await;

    let read = h.store().update_user(&ada.id, UserPatch::default()).await;

    check::same("the returned row", &check::user(&read.unwrap()), &ada);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_user` leaves other people's rows alone.
pub async fn update_user_leaves_others_alone<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has one user.
    let (ada, grace) = given::two_people(h).await;
    let before = h.snapshot().await;

    h.store().update_user(&ada.id, renamed()).await.unwrap();

    let mut after = h.snapshot().await;
    let kept = after.users.iter().find(|user| user.id == grace.id).cloned();
    check::same("the other user", &kept.unwrap(), &grace);
    after.users.clone_from(&before.users);
    check::unchanged(&before, &after);
}

/// `update_user` fails for an unknown id, whatever it is to set, and inserts nothing.
pub async fn update_user_fails_for_an_unknown_id<H: Harness>(h: &H) {
    // Rust-specific: the reference answers undefined.
    given::ada(h).await;
    let before = h.snapshot().await;

    let change = h.store().update_user(&h.unknown_id(), renamed()).await;
    let read = h
        .store()
        .update_user(&h.unknown_id(), UserPatch::default())
        .await;

    check::refused(Operation::UpdateUser, ErrorKind::NotFound, change);
    check::refused(Operation::UpdateUser, ErrorKind::NotFound, read);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_user` fails for a text that cannot be an id.
pub async fn update_user_fails_for_a_malformed_id<H: Harness>(h: &H) {
    // Rust-specific: MySQL's `id = '1abc'` updates user 1.
    let ada = given::ada(h).await;
    let before = h.snapshot().await;

    for id in h.malformed_ids(&ada.id) {
        let result = h.store().update_user(&id, renamed()).await;
        check::refused(Operation::UpdateUser, ErrorKind::NotFound, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// `update_user` refuses an address that another user has, and changes neither row.
pub async fn update_user_refuses_an_address_that_is_taken<H: Harness>(h: &H) {
    // Rust-specific: the tables of the reference have no unique constraint.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;
    let patch = UserPatch {
        name: Patch::Set("Eve".to_owned()),
        email: Patch::Set("grace@example.com".to_owned()),
        ..UserPatch::default()
    };

    let result = h.store().update_user(&ada.id, patch).await;

    let conflict = ErrorKind::Conflict(Unique::Email);
    check::refused(Operation::UpdateUser, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// `update_user` accepts the address that the user has already.
pub async fn update_user_accepts_the_same_address_again<H: Harness>(h: &H) {
    // Rust-specific: a SELECT before the UPDATE finds the user's own row.
    let ada = given::ada(h).await;
    let patch = UserPatch {
        email: Patch::Set("ada@example.com".to_owned()),
        ..UserPatch::default()
    };

    let updated = h.store().update_user(&ada.id, patch).await.unwrap();

    check::same("the returned row", &check::user(&updated), &ada);
}

/// `update_user` refuses values that cannot be stored as they are.
pub async fn update_user_refuses_what_cannot_be_stored<H: Harness>(h: &H) {
    // Rust-specific: the same limits as `create_user`, before the database is asked.
    let ada = given::ada(h).await;
    let before = h.snapshot().await;
    let table: [Spoil<UserPatch>; 7] = [
        (Field::Name, |p| {
            p.name = Patch::Set(sample::too_long_short());
        }),
        (Field::Name, |p| p.name = Patch::Set("\0".to_owned())),
        (Field::Email, |p| {
            p.email = Patch::Set(sample::too_long_short());
        }),
        (Field::Email, |p| p.email = Patch::Set(String::new())),
        (Field::EmailVerified, |p| {
            p.email_verified = Patch::Set(sample::before_1970());
        }),
        (Field::EmailVerified, |p| {
            p.email_verified = Patch::Set(sample::year_10000());
        }),
        (Field::Image, |p| {
            p.image = Patch::Set(sample::too_long_text());
        }),
    ];

    // The input is looked at before the row.
    for id in [ada.id, h.unknown_id()] {
        for (field, spoil) in table {
            let mut patch = UserPatch::default();
            spoil(&mut patch);
            let result = h.store().update_user(&id, patch).await;
            check::invalid(Operation::UpdateUser, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `update_user` calls for different columns, each lasts.
pub async fn update_user_keeps_simultaneous_changes_of_different_columns<H: Harness>(h: &H) {
    // Rust-specific: the reference writes the whole row, and loses one of the two.
    let ada = given::ada(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let (name, image) = (format!("name {round}"), format!("image {round}"));
        let patches = [
            UserPatch {
                name: Patch::Set(name.clone()),
                ..UserPatch::default()
            },
            UserPatch {
                image: Patch::Set(image.clone()),
                ..UserPatch::default()
            },
        ];

        let answers = rounds.release(|caller| {
            let patch = patches
                .iter()
                .cycle()
                .nth(caller)
                .cloned()
                .unwrap_or_default();
            h.store().update_user(&ada.id, patch)
        });

        let stored = given::stored_user(h, &ada.id).await.unwrap();
        assert_eq!(check::successes(&answers), answers.len(), "successes");
        assert_eq!(stored.name, Some(name), "a change of the name was lost");
        assert_eq!(stored.image, Some(image), "a change of the image was lost");
    }
}

/// Of simultaneous `update_user` calls of several people for one address, one succeeds.
pub async fn update_user_gives_an_address_to_one_of_simultaneous_callers<H: Harness>(h: &H) {
    // Rust-specific: a look before the write gives it to several.
    let people = given::crowd(h).await;
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let email = format!("new-{round}@example.com");

        let answers = rounds.release(|caller| {
            let patch = UserPatch {
                email: Patch::Set(email.clone()),
                ..UserPatch::default()
            };
            h.store().update_user(people.get(caller).unwrap(), patch)
        });

        let users = h.snapshot().await.users;
        let owners = users
            .iter()
            .filter(|user| user.email.as_ref() == Some(&email));
        assert_eq!(owners.count(), 1, "the number of users with one address");
        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::Email);
        check::losers(Operation::UpdateUser, conflict, answers);
    }
}

/// No `update_user` that is in flight brings a deleted user back.
pub async fn update_user_never_revives_a_deleted_user<H: Harness>(h: &H) {
    // Rust-specific: find, then save, inserts the row again.
    let mut rounds = Rounds::new();
    while rounds.another().is_some() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| {
            let id = &user.id;
            async move {
                if caller == CALLERS / 2 {
                    h.store().delete_user(id).await.unwrap();
                    return None;
                }
                Some(h.store().update_user(id, renamed()).await)
            }
        });

        let stored = given::stored_user(h, &user.id).await;
        assert!(stored.is_none(), "a deleted user was there again");
        let answers = answers.into_iter().flatten().collect();
        check::losers(Operation::UpdateUser, ErrorKind::NotFound, answers);
    }
}

fn renamed() -> UserPatch {
    UserPatch {
        name: Patch::Set("Eve".to_owned()),
        ..UserPatch::default()
    }
}
