//! The JSON of a session, and what is not printed.

use serde_json::{from_str, json, to_value};

use super::{NewSession, Session, SessionInfo, SessionPatch};
use crate::{Field, SessionToken};

fn session() -> Session {
    Session {
        id: Some("5".to_owned()),
        session_token: SessionToken::new("secret"),
        user_id: "34".into(),
        expires: "2020-01-31T00:00:00.001Z".parse().unwrap(),
    }
}

#[test]
fn a_session_has_the_json_of_authjs() {
    let json = to_value(session()).unwrap();

    assert_eq!(
        json,
        json!({
            "id": "5",
            "sessionToken": "secret",
            "userId": "34",
            "expires": "2020-01-31T00:00:00.001Z",
        })
    );
    assert_eq!(from_str::<Session>(&json.to_string()).unwrap(), session());
}

#[test]
fn a_session_without_an_id_leaves_it_out() {
    let json = r#"{"sessionToken":"secret","userId":"34","expires":"2020-01-31T00:00:00.001Z"}"#;

    let session: Session = from_str(json).unwrap();

    assert_eq!(session.id, None);
    assert_eq!(serde_json::to_string(&session).unwrap(), json);
}

#[test]
fn a_new_session_has_the_json_of_authjs() {
    let new: NewSession = from_str(
        r#"{"sessionToken":"secret","userId":"34","expires":"2020-01-31T01:00:00.0019+01:00"}"#,
    )
    .unwrap();

    assert_eq!(
        to_value(new).unwrap(),
        json!({
            "sessionToken": "secret",
            "userId": "34",
            "expires": "2020-01-31T00:00:00.001Z",
        })
    );
}

#[test]
fn a_patch_without_expires_keeps_it() {
    let keep: SessionPatch = from_str(r#"{"sessionToken":"secret"}"#).unwrap();
    let set: SessionPatch = from_str(r#"{"expires":"2020-01-31T00:00:00.000Z"}"#).unwrap();

    assert_eq!(keep, SessionPatch::default());
    assert_eq!(to_value(keep).unwrap(), json!({}));
    assert_eq!(
        to_value(set).unwrap(),
        json!({ "expires": "2020-01-31T00:00:00.000Z" })
    );
}

#[test]
fn no_token_is_printed() {
    let session = session();
    let new = NewSession {
        session_token: session.session_token.clone(),
        user_id: session.user_id.clone(),
        expires: session.expires,
    };
    let info = SessionInfo {
        handle: session.session_token.handle(),
        user_id: session.user_id.clone(),
        expires: session.expires,
    };

    let printed = format!("{session:?} {new:?} {info:?}");

    assert!(!printed.contains("secret"), "{printed}");
    assert!(printed.contains("[redacted]"), "{printed}");
    assert!(!to_value(info).unwrap().to_string().contains("secret"));
}

#[test]
fn a_session_is_checked() {
    let new = |token: &str, expires: &str| NewSession {
        session_token: token.into(),
        user_id: "34".into(),
        expires: expires.parse().unwrap(),
    };
    let field = |new: &NewSession| new.check().err().map(|invalid| invalid.field);

    assert_eq!(field(&new("t", "2020-01-31T00:00:00Z")), None);
    assert_eq!(
        field(&new("", "2020-01-31T00:00:00Z")),
        Some(Field::SessionToken)
    );
    assert_eq!(
        field(&new("t", "1969-12-31T23:59:59Z")),
        Some(Field::Expires)
    );
}
