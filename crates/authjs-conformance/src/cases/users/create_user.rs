//! The cases of `create_user`.

use authjs_adapter::{Adapter as _, ErrorKind, Field, NewUser, Operation, Unique, User};

use crate::race::Rounds;
use crate::sample::Spoil;
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

async fn refuses_to_create<H: Harness, const N: usize>(h: &H, table: [Spoil<NewUser>; N]) {
    given::grace(h).await;
    let before = h.snapshot().await;

    // The input is looked at before whether the address is taken.
    for new in [sample::ada(), sample::grace()] {
        for (field, spoil) in table {
            let mut user = new.clone();
            spoil(&mut user);
            let result = h.store().create_user(user.into()).await;
            check::invalid(Operation::CreateUser, field, result);
        }
    }

    check::unchanged(&before, &h.snapshot().await);
}
