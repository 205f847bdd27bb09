//! Users.

use authjs_adapter::{
    AccountKey, Adapter as _, ErrorKind, Field, NewUser, Operation, Patch, Unique, User, UserId,
    UserPatch,
};

use crate::race::Rounds;
use crate::sample::{GITHUB_42, GITHUB_99, GITLAB_42, Spoil};
use crate::{Harness, check, given, sample};

/// `create_user` returns the row that it stored, with each value that it was given.
pub async fn create_user_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "createUser"
    let new = sample::ada();

    let created = check::user(&h.store().create_user(new.clone().into()).await.unwrap());

    let expected = User {
        id: created.id.clone(),
        name: new.name,
        email: new.email,
        email_verified: new.email_verified,
        image: new.image,
    };
    check::same("the returned row", &created, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
}

/// `create_user` stores what it is not given as NULL.
pub async fn create_user_stores_absent_columns_as_null<H: Harness>(h: &H) {
    // Rust-specific: JavaScript's undefined has no value of its own here.
    let new = NewUser::default();

    let created = check::user(&h.store().create_user(new.into()).await.unwrap());

    let expected = User {
        id: created.id.clone(),
        name: None,
        email: None,
        email_verified: None,
        image: None,
    };
    check::same("the returned row", &created, &expected);
    check::same("users", &h.snapshot().await.users, &vec![expected]);
}

/// Any number of users may have no address.
pub async fn create_user_allows_many_users_without_an_address<H: Harness>(h: &H) {
    // Rust-specific: NULL equals no NULL, so it is no conflict.
    let first = given::user(h, NewUser::default()).await;

    let second = given::user(h, NewUser::default()).await;

    assert_ne!(first.id, second.id, "two users have one id");
    assert_eq!(h.snapshot().await.users.len(), 2, "the number of users");
}

/// `create_user` cuts `emailVerified` to milliseconds before it stores and returns it.
pub async fn create_user_cuts_the_time_to_milliseconds<H: Harness>(h: &H) {
    // Rust-specific: a JavaScript Date holds no more.
    let new = NewUser {
        email_verified: Some(sample::fine_time()),
        ..sample::ada()
    };

    let created = given::user(h, new).await;

    let stored = given::stored_user(h, &created.id).await.unwrap();
    assert_eq!(created.email_verified, Some(sample::cut_time()), "returned");
    assert_eq!(stored.email_verified, Some(sample::cut_time()), "stored");
}

/// `create_user` stores texts as they are, whatever is in them.
pub async fn create_user_stores_texts_verbatim<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has no odd texts.
    for text in sample::odd_texts() {
        let new = NewUser {
            name: Some(text.clone()),
            email: Some(text.clone()),
            email_verified: None,
            image: Some(text.clone()),
        };

        let created = given::user(h, new.clone()).await;

        let stored = given::stored_user(h, &created.id).await.unwrap();
        let found = h.store().get_user_by_email(&text).await.unwrap();
        assert_eq!(stored.name, new.name, "the stored name");
        assert_eq!(stored.email, new.email, "the stored address");
        assert_eq!(stored.image, new.image, "the stored image");
        check::same("the returned row", &created, &stored);
        check::same("the found row", &check::user(&found.unwrap()), &stored);
    }
}

/// `create_user` refuses an address that another user has, and leaves that user alone.
pub async fn create_user_refuses_an_address_that_is_taken<H: Harness>(h: &H) {
    // Rust-specific: the tables of the reference have no unique constraint.
    given::ada(h).await;
    let before = h.snapshot().await;
    let twin = NewUser {
        name: Some("Eve".to_owned()),
        ..sample::ada()
    };

    let result = h.store().create_user(twin.into()).await;

    let conflict = ErrorKind::Conflict(Unique::Email);
    check::refused(Operation::CreateUser, conflict, result);
    check::unchanged(&before, &h.snapshot().await);
}

/// An address in other letters belongs to another user.
pub async fn create_user_compares_addresses_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: a collation that folds case or pads with spaces would refuse these.
    given::ada(h).await;

    for email in [
        "Ada@example.com",
        "ada@example.com ",
        "\u{e1}da@example.com",
    ] {
        let other = NewUser {
            email: Some(email.to_owned()),
            ..sample::ada()
        };
        let created = given::user(h, other).await;
        assert_eq!(
            created.email.as_deref(),
            Some(email),
            "the returned address"
        );
    }

    assert_eq!(h.snapshot().await.users.len(), 4, "the number of users");
}

/// `create_user` stores texts of the greatest length, and the last time that can be stored.
pub async fn create_user_stores_the_longest_values<H: Harness>(h: &H) {
    // Rust-specific: lengths count characters for names, bytes for long texts.
    let new = NewUser {
        name: Some(sample::longest_short()),
        email: Some(sample::longest_short()),
        email_verified: Some(sample::end_of_9999()),
        image: Some(sample::longest_text()),
    };

    let created = given::user(h, new.clone()).await;

    let stored = given::stored_user(h, &created.id).await.unwrap();
    check::same("the returned row", &created, &stored);
    assert!(stored.name == new.name, "the stored name was altered");
    assert!(stored.email == new.email, "the stored address was altered");
    assert!(stored.image == new.image, "the stored image was altered");
    assert_eq!(stored.email_verified, new.email_verified, "emailVerified");
}

/// `create_user` refuses texts that are longer than their columns, instead of cutting them.
pub async fn create_user_refuses_texts_that_are_too_long<H: Harness>(h: &H) {
    // Rust-specific: a server without strict mode cuts them.
    refuses_to_create(
        h,
        [
            (Field::Name, |user| {
                user.name = Some(sample::too_long_short());
            }),
            (Field::Email, |user| {
                user.email = Some(sample::too_long_short());
            }),
            (Field::Image, |user| {
                user.image = Some(sample::too_long_text());
            }),
        ],
    )
    .await;
}

/// `create_user` refuses texts with a NUL character.
pub async fn create_user_refuses_texts_with_nul<H: Harness>(h: &H) {
    // Rust-specific: PostgreSQL cannot store it; no backend may drop it or cut there.
    refuses_to_create(
        h,
        [
            (Field::Name, |user| user.name = Some("Ada\0".to_owned())),
            (Field::Email, |user| {
                user.email = Some("ada@example.com\0".to_owned());
            }),
            (Field::Image, |user| user.image = Some("\0".to_owned())),
        ],
    )
    .await;
}

/// `create_user` refuses an empty address, which is no address and no absence of one.
pub async fn create_user_refuses_an_empty_address<H: Harness>(h: &H) {
    // Rust-specific: only one user could have it.
    refuses_to_create(h, [(Field::Email, |user| user.email = Some(String::new()))]).await;
}

/// `create_user` refuses times before 1970 and after 9999.
pub async fn create_user_refuses_times_out_of_range<H: Harness>(h: &H) {
    // Rust-specific: the range that each backend and JavaScript's JSON can hold.
    refuses_to_create(
        h,
        [
            (Field::EmailVerified, |user| {
                user.email_verified = Some(sample::before_1970());
            }),
            (Field::EmailVerified, |user| {
                user.email_verified = Some(sample::year_10000());
            }),
        ],
    )
    .await;
}

/// Of simultaneous `create_user` calls with one address, one succeeds.
pub async fn create_user_creates_one_of_simultaneous_twins<H: Harness>(h: &H) {
    // Rust-specific: the reference makes silent twins of two simultaneous first sign-ins.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let twin = NewUser {
            email: Some(format!("twin-{round}@example.com")),
            ..NewUser::default()
        };

        let answers = rounds.release(|_| h.store().create_user(twin.clone().into()));

        let users = h.snapshot().await.users;
        let twins = users.iter().filter(|user| user.email == twin.email).count();
        assert_eq!(twins, 1, "the number of users with one address");
        assert_eq!(check::successes(&answers), 1, "the number of successes");
        let conflict = ErrorKind::Conflict(Unique::Email);
        check::losers(Operation::CreateUser, conflict, answers);
    }
}

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

/// `get_user_by_email` finds a user by address.
pub async fn get_user_by_email_returns_the_stored_row<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByEmail"
    let (ada, _) = given::two_people(h).await;

    let found = h
        .store()
        .get_user_by_email("ada@example.com")
        .await
        .unwrap();

    let found = found.expect("a stored user was not found by address");
    check::same("the found row", &check::user(&found), &ada);
}

/// `get_user_by_email` finds nobody under an unknown address.
pub async fn get_user_by_email_is_none_for_an_unknown_address<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByEmail"
    given::ada(h).await;
    given::user(h, NewUser::default()).await;

    let found = h.store().get_user_by_email("eve@example.com").await;

    check::nothing("a user under an unknown address", found);
}

/// `get_user_by_email` compares byte for byte: no case folding, no trimming, no patterns.
pub async fn get_user_by_email_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: collations and LIKE find somebody else's row.
    given::ada(h).await;

    for email in [
        "Ada@example.com",
        "ADA@EXAMPLE.COM",
        "ada@example.com ",
        " ada@example.com",
        "ad_@example.com",
        "%",
        "\u{e1}da@example.com",
    ] {
        let found = h.store().get_user_by_email(email).await;
        check::nothing(&format!("a user under the address {email:?}"), found);
    }
}

/// `get_user_by_email` finds nobody under a text that cannot be an address.
pub async fn get_user_by_email_is_none_for_an_impossible_address<H: Harness>(h: &H) {
    // Rust-specific: a look-up never fails for what cannot be stored.
    given::ada(h).await;

    for email in sample::impossible_keys() {
        let found = h.store().get_user_by_email(&email).await;
        check::nothing("a user under an impossible address", found);
    }
}

/// `get_user_by_account` finds the user whom the account is linked to.
pub async fn get_user_by_account_returns_the_linked_user<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByAccount"
    let (ada, _) = given::two_people(h).await;

    let found = h.store().get_user_by_account(GITHUB_42).await.unwrap();

    let found = found.expect("a user was not found by their account");
    check::same("the found row", &check::user(&found), &ada);
}

/// `get_user_by_account` finds nobody unless both halves of the key match.
pub async fn get_user_by_account_is_none_for_an_unknown_account<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "getUserByAccount"
    given::two_people(h).await;

    let other_provider = h.store().get_user_by_account(GITLAB_42).await;
    let other_account = h.store().get_user_by_account(GITHUB_99).await;

    check::nothing("the user of another provider's account", other_provider);
    check::nothing("the user of an unknown account", other_account);
}

/// `get_user_by_account` compares both halves of the key byte for byte.
pub async fn get_user_by_account_compares_byte_for_byte<H: Harness>(h: &H) {
    // Rust-specific: provider account ids may differ in case only.
    given::two_people(h).await;

    for (provider, provider_account_id) in [
        ("GitHub", "42"),
        ("github ", "42"),
        ("github", "42 "),
        ("github", "042"),
    ] {
        let key = AccountKey {
            provider,
            provider_account_id,
        };
        let found = h.store().get_user_by_account(key).await;
        check::nothing(&format!("{provider:?}/{provider_account_id:?}"), found);
    }
}

/// `get_user_by_account` finds nobody under a key that cannot be stored.
pub async fn get_user_by_account_is_none_for_an_impossible_key<H: Harness>(h: &H) {
    // Rust-specific: a look-up never fails for what cannot be stored.
    given::two_people(h).await;

    for text in sample::impossible_keys() {
        let provider = AccountKey {
            provider: &text,
            ..GITHUB_42
        };
        let account = AccountKey {
            provider_account_id: &text,
            ..GITHUB_42
        };
        let by_provider = h.store().get_user_by_account(provider).await;
        let by_account = h.store().get_user_by_account(account).await;
        check::nothing("the user of an impossible provider", by_provider);
        check::nothing("the user of an impossible account", by_account);
    }
}

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
    // Rust-specific: the reference suite changes the name only.
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
    check::same("users", &h.snapshot().await.users, &vec![expected]);
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

    for (field, spoil) in table {
        let mut patch = UserPatch::default();
        spoil(&mut patch);
        let result = h.store().update_user(&ada.id, patch).await;
        check::invalid(Operation::UpdateUser, field, result);
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

/// `delete_user` removes the user with their accounts and sessions.
pub async fn delete_user_removes_accounts_and_sessions<H: Harness>(h: &H) {
    // Upstream: packages/utils/adapter.ts :: "deleteUser"
    let (ada, _) = given::two_people(h).await;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await;
    assert!(
        after.users.iter().all(|row| row.id != ada.id),
        "the user stayed"
    );
    let accounts = after.accounts.iter().filter(|row| row.user_id == ada.id);
    assert_eq!(accounts.count(), 0, "the number of accounts that stayed");
    let sessions = after.sessions.iter().filter(|row| row.user_id == ada.id);
    assert_eq!(sessions.count(), 0, "the number of sessions that stayed");
}

/// `delete_user` returns the user as they were.
pub async fn delete_user_returns_the_removed_row<H: Harness>(h: &H) {
    // Rust-specific: the reference returns nothing.
    let ada = given::ada(h).await;

    let removed = h.store().delete_user(&ada.id).await.unwrap();

    let removed = removed.expect("the removed user was not returned");
    check::same("the returned row", &check::user(&removed), &ada);
}

/// `delete_user` leaves the rows of other people alone.
pub async fn delete_user_leaves_others_alone<H: Harness>(h: &H) {
    // Rust-specific: the reference suite has one user.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await;
    let mut expected = before;
    expected.users.retain(|row| row.id != ada.id);
    expected.accounts.retain(|row| row.user_id != ada.id);
    expected.sessions.retain(|row| row.user_id != ada.id);
    expected
        .verification_tokens
        .clone_from(&after.verification_tokens);
    check::unchanged(&expected, &after);
}

/// `delete_user` keeps verification tokens, which expire by themselves.
pub async fn delete_user_keeps_verification_tokens<H: Harness>(h: &H) {
    // Rust-specific: a token belongs to an address, and not to a user.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await.verification_tokens;

    h.store().delete_user(&ada.id).await.unwrap();

    let after = h.snapshot().await.verification_tokens;
    check::same("verification_token", &after, &before);
}

/// `delete_user` does nothing for an unknown id.
pub async fn delete_user_is_none_for_an_unknown_id<H: Harness>(h: &H) {
    // Rust-specific: deleting is idempotent.
    given::two_people(h).await;
    let before = h.snapshot().await;

    let removed = h.store().delete_user(&h.unknown_id()).await;

    check::nothing("a removed user", removed);
    check::unchanged(&before, &h.snapshot().await);
}

/// `delete_user` does nothing for a text that cannot be an id.
pub async fn delete_user_is_none_for_a_malformed_id<H: Harness>(h: &H) {
    // Rust-specific: MySQL's `id = '1abc'` deletes user 1.
    let (ada, _) = given::two_people(h).await;
    let before = h.snapshot().await;

    for id in h.malformed_ids(&ada.id) {
        let removed = h.store().delete_user(&id).await;
        check::nothing(&format!("a removed user with the id {id:?}"), removed);
    }

    check::unchanged(&before, &h.snapshot().await);
}

/// Of simultaneous `delete_user` calls, one gets the row; no `create_session` beside them
/// leaves a session behind.
pub async fn delete_user_leaves_no_orphan_beside_create_session<H: Harness>(h: &H) {
    // Rust-specific: the reference left orphans in one of ten races.
    let mut rounds = Rounds::new();
    while let Some(round) = rounds.another() {
        let user = given::user(h, NewUser::default()).await;

        let answers = rounds.release(|caller| delete_or_sign_in(h, &user.id, round, caller));

        let after = h.snapshot().await;
        let orphans = after.sessions.iter().filter(|row| row.user_id == user.id);
        assert_eq!(orphans.count(), 0, "the number of sessions without a user");
        let removed = answers.into_iter().filter(|removed| *removed).count();
        assert_eq!(removed, 1, "how often the user was returned as removed");
    }
}

/// Deletes the user, or starts a session of theirs; true if this call removed the user.
async fn delete_or_sign_in<H: Harness>(h: &H, id: &UserId, round: usize, caller: usize) -> bool {
    if caller.is_multiple_of(4) {
        return h.store().delete_user(id).await.unwrap().is_some();
    }
    let session = sample::session(id, &format!("orphan-{round}-{caller}"));
    let Err(error) = h.store().create_session(session).await else {
        return false;
    };
    assert_eq!(
        error.kind(),
        ErrorKind::UserMissing,
        "the kind of {error:?}"
    );
    false
}

fn renamed() -> UserPatch {
    UserPatch {
        name: Patch::Set("Eve".to_owned()),
        ..UserPatch::default()
    }
}

async fn refuses_to_create<H: Harness, const N: usize>(h: &H, table: [Spoil<NewUser>; N]) {
    given::grace(h).await;
    let before = h.snapshot().await;

    for (field, spoil) in table {
        let mut user = sample::ada();
        spoil(&mut user);
        let result = h.store().create_user(user.into()).await;
        check::invalid(Operation::CreateUser, field, result);
    }

    check::unchanged(&before, &h.snapshot().await);
}
