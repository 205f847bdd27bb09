//! Ids, none of which is the id of a row.

use super::{Named, named};

/// Texts that no row has for an id. Careless parsers take many for `like`, the id of a row that
/// is there: a positive integer.
#[must_use]
pub fn hostile_ids(like: &str) -> Vec<Named<String>> {
    let mut ids = named(near(like));
    ids.extend(named(FAR));
    ids.extend(named([
        ("digits-40", "9".repeat(40)),
        ("digits-300", "9".repeat(300)),
    ]));
    ids
}

/// What some parser takes for `like`.
fn near(like: &str) -> Vec<(&'static str, String)> {
    let number: i128 = like.parse().unwrap_or_default();
    let full_width: String = digits(like, 0xff10);
    let arabic: String = digits(like, 0x660);
    vec![
        ("leading-zero", format!("0{like}")),
        ("plus", format!("+{like}")),
        ("minus-minus", format!("--{like}")),
        ("leading-space", format!(" {like}")),
        ("trailing-space", format!("{like} ")),
        ("leading-tab", format!("\t{like}")),
        ("trailing-newline", format!("{like}\n")),
        ("trailing-letters", format!("{like}abc")),
        ("trailing-nul", format!("{like}\0")),
        ("decimal", format!("{like}.0")),
        ("decimal-point", format!("{like}.")),
        ("exponent", format!("{like}e0")),
        ("hexadecimal", format!("0x{number:x}")),
        ("octal", format!("0o{number:o}")),
        ("digit-separator", format!("0_{like}")),
        ("quoted", format!("'{like}'")),
        ("in-brackets", format!("[{like}]")),
        ("or-true", format!("{like} OR 1=1")),
        ("quote-or-true", format!("{like}' OR '1'='1")),
        ("statement", format!("{like}; DELETE FROM users")),
        ("comment", format!("{like}--")),
        ("arithmetic", format!("{like}-0")),
        ("wraps-at-32-bits", (number + (1 << 32)).to_string()),
        ("wraps-at-64-bits", (number + (1 << 64)).to_string()),
        ("wraps-at-64-bits-below", (number - (1 << 64)).to_string()),
        ("full-width-digits", full_width),
        ("arabic-digits", arabic),
        ("byte-order-mark", format!("\u{feff}{like}")),
        ("zero-width-space", format!("{like}\u{200b}")),
        ("bigint-literal", format!("{like}n")),
    ]
}

/// The digits of a number in another script, which begins at `zero`.
fn digits(number: &str, zero: u32) -> String {
    number
        .chars()
        .filter_map(|digit| char::from_u32(zero + digit.to_digit(10)?))
        .collect()
}

/// What is like no id; the first four can be ids of rows, which are not there.
const FAR: [(&str, &str); 34] = [
    ("zero", "0"),
    ("minus-one", "-1"),
    ("int4-max", "2147483647"),
    ("int4-min", "-2147483648"),
    ("int4-max-and-1", "2147483648"),
    ("int4-min-less-1", "-2147483649"),
    ("int8-max", "9223372036854775807"),
    ("int8-max-and-1", "9223372036854775808"),
    ("int8-min", "-9223372036854775808"),
    ("minus-zero", "-0"),
    ("two-zeros", "00"),
    ("empty", ""),
    ("space", " "),
    ("plus-alone", "+"),
    ("minus-alone", "-"),
    ("nul", "\0"),
    ("letters", "abc"),
    ("nan-word", "NaN"),
    ("null-word", "null"),
    ("undefined-word", "undefined"),
    ("infinity-word", "Infinity"),
    ("true-word", "true"),
    ("object", "[object Object]"),
    ("json-object", "{\"$gt\":\"\"}"),
    ("percent", "%"),
    ("underscore", "_"),
    ("sql-drop", "'; DROP TABLE users; --"),
    ("uuid", "550e8400-e29b-41d4-a716-446655440000"),
    ("uuid-upper-case", "550E8400-E29B-41D4-A716-446655440000"),
    ("uuid-in-braces", "{550e8400-e29b-41d4-a716-446655440000}"),
    ("uuid-without-dashes", "550e8400e29b41d4a716446655440000"),
    ("uuid-urn", "urn:uuid:550e8400-e29b-41d4-a716-446655440000"),
    ("uuid-nil", "00000000-0000-0000-0000-000000000000"),
    ("path", "../../etc/passwd"),
];
