//! The JSON of a user, and what is not printed.

use serde_json::{from_str, json, to_value};

use super::{NewUser, User, UserPatch};
use crate::{Field, Patch, Reason, UserId};

fn ada() -> User {
    User {
        id: UserId::from(34),
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        email_verified: Some("2020-01-01T00:00:00.120999Z".parse().unwrap()),
        image: None,
    }
}

#[test]
fn a_user_has_the_json_of_authjs() {
    let json = to_value(ada()).unwrap();

    assert_eq!(
        json,
        json!({
            "id": "34",
            "name": "Ada",
            "email": "ada@example.com",
            "emailVerified": "2020-01-01T00:00:00.120Z",
            "image": null,
        })
    );
}

/// `JSON.stringify` leaves out what is `undefined`.
#[test]
fn a_user_may_leave_out_what_is_absent() {
    let user: User = from_str(r#"{"id":"34"}"#).unwrap();

    assert_eq!(user.id, UserId::from(34));
    assert_eq!(user.email_verified, None);
}

#[test]
fn a_new_user_may_leave_everything_out() {
    let user: NewUser = from_str("{}").unwrap();

    assert_eq!(user, NewUser::default());
}

#[test]
fn a_new_user_may_carry_the_id_that_authjs_generates() {
    let user: NewUser = from_str(r#"{"id":"a3b1","email":"ada@example.com"}"#).unwrap();

    assert_eq!(user.email.as_deref(), Some("ada@example.com"));
}

#[test]
fn a_patch_tells_absent_from_null_from_value() {
    let patch: UserPatch =
        from_str(r#"{"name":"Ada","image":null,"emailVerified":"2020-01-01T01:00:00.5+01:00"}"#)
            .unwrap();

    assert_eq!(patch.name, Patch::Set("Ada".to_owned()));
    assert_eq!(patch.image, Patch::Clear);
    assert_eq!(patch.email, Patch::Keep);
    assert_eq!(
        to_value(patch).unwrap(),
        json!({ "name": "Ada", "image": null, "emailVerified": "2020-01-01T00:00:00.500Z" })
    );
}

#[test]
fn a_patch_can_clear_and_keep_a_time() {
    let clear: UserPatch = from_str(r#"{"emailVerified":null}"#).unwrap();
    let keep: UserPatch = from_str("{}").unwrap();

    assert_eq!(clear.email_verified, Patch::Clear);
    assert!(!clear.is_empty());
    assert_eq!(to_value(clear).unwrap(), json!({ "emailVerified": null }));
    assert!(keep.is_empty());
    assert_eq!(to_value(keep).unwrap(), json!({}));
}

#[test]
fn what_is_no_time_is_an_error() {
    assert!(from_str::<NewUser>(r#"{"emailVerified":"yesterday"}"#).is_err());
    assert!(from_str::<NewUser>(r#"{"emailVerified":1577836800000}"#).is_err());
}

#[test]
fn debug_shows_nothing_that_a_person_typed() {
    let new = NewUser {
        name: Some("Ada".to_owned()),
        email: Some("ada@example.com".to_owned()),
        email_verified: None,
        image: Some("https://ada.example/a.png".to_owned()),
    };
    let patch: UserPatch = from_str(r#"{"name":"Ada","email":"ada@example.com"}"#).unwrap();

    let printed = format!("{:?} {new:?} {patch:?}", ada());

    assert!(!printed.contains("Ada"), "{printed}");
    assert!(!printed.contains("ada"), "{printed}");
    assert!(printed.contains(r#"UserId("34")"#), "{printed}");
}

#[test]
fn the_first_field_that_cannot_be_stored_is_reported() {
    let user = NewUser {
        name: Some("a".repeat(256)),
        email: Some(String::new()),
        ..NewUser::default()
    };

    let invalid = user.check().unwrap_err();

    assert_eq!(invalid.field, Field::Name);
    assert_eq!(invalid.reason, Reason::TooLong);
}

#[test]
fn a_patch_is_checked_where_it_sets() {
    let clears = UserPatch {
        email: Patch::Clear,
        ..UserPatch::default()
    };
    let sets = UserPatch {
        email: Patch::Set(String::new()),
        ..UserPatch::default()
    };

    assert_eq!(clears.check(), Ok(()));
    assert_eq!(sets.check().unwrap_err().reason, Reason::Empty);
}

#[test]
fn debug_shows_what_is_there() {
    let user = User {
        email_verified: None,
        ..ada()
    };
    let new = NewUser {
        name: user.name.clone(),
        ..NewUser::default()
    };
    let patch = UserPatch {
        name: Patch::Set("Ada".to_owned()),
        email: Patch::Clear,
        ..UserPatch::default()
    };

    assert_eq!(
        format!("{user:?}"),
        r#"User { id: UserId("34"), name: Some([hidden]), email: Some([hidden]), "#.to_owned()
            + "email_verified: None, image: None }"
    );
    assert_eq!(
        format!("{new:?}"),
        "NewUser { name: Some([hidden]), email: None, email_verified: None, image: None }"
    );
    assert_eq!(
        format!("{patch:?}"),
        "UserPatch { name: Set([hidden]), email: Clear, email_verified: Keep, image: Keep }"
    );
}

#[test]
fn a_patch_of_one_column_is_not_empty() {
    let is_empty = |change: fn(&mut UserPatch)| {
        let mut patch = UserPatch::default();
        change(&mut patch);
        patch.is_empty()
    };

    assert!(is_empty(|_| {}));
    assert!(!is_empty(|p| p.name = Patch::Clear));
    assert!(!is_empty(|p| p.email = Patch::Clear));
    assert!(!is_empty(|p| p.email_verified = Patch::Clear));
    assert!(!is_empty(|p| p.image = Patch::Clear));
}
