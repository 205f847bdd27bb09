//! Secrets stay secret; tokens are random; handles are hashes.

use std::collections::HashSet;

use super::{HashedToken, OAuthToken, SessionHandle, SessionToken};

#[test]
fn no_secret_is_printed() {
    let session = SessionToken::new("secret");
    let oauth = OAuthToken::new("secret");
    let hashed = HashedToken::new("secret");

    let printed = format!("{session:?} {session} {oauth:?} {oauth} {hashed:?} {hashed}");

    assert_eq!(printed, ["[redacted]"; 6].join(" "));
}

#[test]
fn secrets_serialize_as_their_text() {
    let token = SessionToken::new("secret");

    let json = serde_json::to_string(&token).unwrap();

    assert_eq!(json, r#""secret""#);
    assert_eq!(serde_json::from_str::<SessionToken>(&json).unwrap(), token);
}

#[test]
fn generated_tokens_are_43_characters_of_base64url_and_distinct() {
    let tokens: HashSet<String> = (0..1000)
        .map(|_| SessionToken::generate().unwrap().expose().to_owned())
        .collect();
    let used: HashSet<u8> = tokens.iter().flat_map(|token| token.bytes()).collect();
    let alphabet: HashSet<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(*b"-_")
        .collect();

    assert_eq!(tokens.len(), 1000);
    assert!(tokens.iter().all(|token| token.len() == 43));
    assert_eq!(used, alphabet);
}

#[test]
fn a_handle_is_the_hex_sha256_of_the_token() {
    let of_nothing = SessionToken::new("").handle();
    let of_abc = SessionToken::new("abc").handle();

    assert_eq!(
        of_nothing.as_str(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        of_abc.as_str(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn a_possible_handle_is_64_lower_case_hex_digits() {
    let handle = SessionToken::new("abc").handle();
    let upper = SessionHandle::new(handle.as_str().to_uppercase());
    let short = SessionHandle::new(&handle.as_str()[1..]);
    let other = SessionHandle::new("g".repeat(64));

    assert!(handle.is_possible());
    assert!(!upper.is_possible());
    assert!(!short.is_possible());
    assert!(!other.is_possible());
}

#[test]
fn a_handle_is_shown_as_its_text() {
    let handle = SessionHandle::new("ba7816bf");

    assert_eq!(handle.to_string(), "ba7816bf");
}

#[test]
fn a_handle_is_its_text() {
    let text = "ba".repeat(32);

    let handles = [
        SessionHandle::new(text.as_str()),
        SessionHandle::from(text.as_str()),
        SessionHandle::from(text.clone()),
    ];

    for handle in handles {
        assert_eq!(AsRef::<str>::as_ref(&handle), text);
        assert_eq!(handle.to_string(), text);
    }
}
