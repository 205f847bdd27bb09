//! The borders of what can be stored.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Field, MAX_BATCH, Reason, check_batch, check_limit, check_text, check_time, is_possible_key,
};

const KEYS: [Field; 9] = [
    Field::Email,
    Field::UserId,
    Field::Type,
    Field::Provider,
    Field::ProviderAccountId,
    Field::SessionToken,
    Field::Identifier,
    Field::Token,
    Field::CredentialId,
];
const SHORT: [Field; 3] = [Field::Name, Field::TokenType, Field::CredentialDeviceType];
const LONG: [Field; 8] = [
    Field::Image,
    Field::RefreshToken,
    Field::AccessToken,
    Field::IdToken,
    Field::Scope,
    Field::SessionState,
    Field::CredentialPublicKey,
    Field::Transports,
];

#[test]
fn short_texts_are_counted_in_characters() {
    let reasons = ["a", "é", "😀"].map(|character| {
        let longest = character.repeat(255);
        let too_long = character.repeat(256);
        [longest, too_long].map(|text| (reasons(&KEYS, &text), reasons(&SHORT, &text)))
    });

    let refused = Some(Reason::TooLong);
    assert_eq!(
        reasons,
        [[([None; 9], [None; 3]), ([refused; 9], [refused; 3])]; 3]
    );
}

#[test]
fn long_texts_are_counted_in_bytes() {
    assert_eq!(reasons(&LONG, &"a".repeat(65_536)), [None; 8]);
    assert_eq!(reasons(&LONG, &"é".repeat(32_768)), [None; 8]);
    assert_eq!(
        reasons(&LONG, &"a".repeat(65_537)),
        [Some(Reason::TooLong); 8]
    );
    assert_eq!(
        reasons(&LONG, &"é".repeat(32_769)),
        [Some(Reason::TooLong); 8]
    );
}

#[test]
fn only_keys_must_not_be_empty() {
    assert_eq!(reasons(&KEYS, ""), [Some(Reason::Empty); 9]);
    assert_eq!(reasons(&SHORT, ""), [None; 3]);
    assert_eq!(reasons(&LONG, ""), [None; 8]);
}

#[test]
fn nul_is_refused_everywhere() {
    assert_eq!(reasons(&KEYS, "a\0b"), [Some(Reason::Nul); 9]);
    assert_eq!(reasons(&SHORT, "a\0b"), [Some(Reason::Nul); 3]);
    assert_eq!(reasons(&LONG, "a\0b"), [Some(Reason::Nul); 8]);
}

#[test]
fn other_text_is_taken_as_it_is() {
    let odd = " \u{200b}\u{202e}\r\n\t\u{1b}'; DROP TABLE users; -- %_\\$1?:a{}` ";

    assert_eq!(reasons(&KEYS, odd), [None; 9]);
    assert_eq!(reasons(&SHORT, odd), [None; 3]);
    assert_eq!(reasons(&LONG, odd), [None; 8]);
}

#[test]
fn a_key_is_possible_if_it_can_be_stored() {
    assert!(is_possible_key(Field::SessionToken, "a"));
    assert!(!is_possible_key(Field::SessionToken, ""));
    assert!(!is_possible_key(Field::SessionToken, "\0"));
    assert!(!is_possible_key(Field::SessionToken, &"a".repeat(256)));
}

#[test]
fn times_go_from_1970_to_9999() {
    let first: DateTime<Utc> = "1970-01-01T00:00:00Z".parse().unwrap();
    let last: DateTime<Utc> = "9999-12-31T23:59:59.999Z".parse().unwrap();
    let sliver = TimeDelta::nanoseconds(999_999);
    let tick = TimeDelta::milliseconds(1);

    let reason = |time| check_time(Field::Expires, time).err().map(|e| e.reason);
    assert_eq!(reason(first), None);
    assert_eq!(reason(first - TimeDelta::nanoseconds(1)), OUT_OF_RANGE);
    assert_eq!(reason(last + sliver), None);
    assert_eq!(reason(last + tick), OUT_OF_RANGE);
    assert_eq!(reason(DateTime::<Utc>::MIN_UTC), OUT_OF_RANGE);
    assert_eq!(reason(DateTime::<Utc>::MAX_UTC), OUT_OF_RANGE);
}

#[test]
fn a_purge_takes_1_to_10_000_rows() {
    let reason = |limit| check_limit(limit).err().map(|e| e.reason);

    assert_eq!(reason(0), OUT_OF_RANGE);
    assert_eq!(reason(1), None);
    assert_eq!(reason(MAX_BATCH), None);
    assert_eq!(reason(MAX_BATCH + 1), OUT_OF_RANGE);
}

#[test]
fn a_batch_has_up_to_10_000_tokens() {
    let reason = |len| check_batch(len).err().map(|e| e.reason);

    assert_eq!(reason(0), None);
    assert_eq!(reason(10_000), None);
    assert_eq!(reason(10_001), OUT_OF_RANGE);
    assert_eq!(reason(usize::MAX), OUT_OF_RANGE);
}

const OUT_OF_RANGE: Option<Reason> = Some(Reason::OutOfRange);

fn reasons<const N: usize>(fields: &[Field; N], text: &str) -> [Option<Reason>; N] {
    fields.map(|field| check_text(field, text).err().map(|invalid| invalid.reason))
}

#[test]
fn a_refusal_names_the_field_and_not_the_value() {
    let invalid = check_text(Field::SessionToken, "a\0b").unwrap_err();

    assert_eq!(invalid.to_string(), "sessionToken holds a NUL character");
}
