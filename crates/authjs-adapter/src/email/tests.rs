//! The addresses of both rules, and what becomes of them.

use super::{Email, EmailRule};
use crate::Reason;

/// Addresses, and what `defaultNormalizer` of `@auth/core` 0.41.3 made of them on Node.js 20;
/// `None` where it threw.
const AUTHJS: &[(&str, Option<&str>)] = &[
    ("ada@example.com", Some("ada@example.com")),
    ("A@X.io", Some("a@x.io")),
    (" Ada@Example.com ", Some("ada@example.com")),
    ("\t\r\nada@example.com\u{2028}", Some("ada@example.com")),
    ("\u{feff}ada@example.com\u{a0}", Some("ada@example.com")),
    ("\u{85}ada@example.com", Some("\u{85}ada@example.com")),
    ("", None),
    (" ", None),
    ("@", None),
    ("a@", None),
    ("@b", None),
    ("a@b@c", None),
    ("no-at-sign", None),
    ("a @b.io", Some("a @b.io")),
    ("a b@c.io", Some("a b@c.io")),
    ("<a@b.io>", Some("<a@b.io>")),
    ("a@ b.io", Some("a@ b.io")),
    (" a @ b.io ", Some("a @ b.io")),
    ("\"a@x\"@y.io", None),
    ("\"a\"@y.io", None),
    ("a@y.io\"", None),
    ("\u{ff02}a@y.io", None),
    ("a@x.io,b@y.io", None),
    ("a@x.io,b", Some("a@x.io")),
    ("a,b@x.io", Some("a,b@x.io")),
    ("a@,x.io", None),
    ("a@x.io,", Some("a@x.io")),
    ("a@x.io, \"b\"", None),
    ("a@x.io\u{ff0c}b", Some("a@x.io")),
    ("a\u{ff0c}b@x.io", Some("a,b@x.io")),
    ("victim\u{ff20}x.io", Some("victim@x.io")),
    ("victim\u{fe6b}x.io", Some("victim@x.io")),
    ("a@b\u{ff20}c", None),
    ("\u{212a}ate@x.io", Some("kate@x.io")),
    ("\u{430}dmin@x.io", Some("\u{430}dmin@x.io")),
    ("m\u{131}ke@x.io", Some("m\u{131}ke@x.io")),
    ("M\u{130}KE@x.io", Some("mi\u{307}ke@x.io")),
    ("\u{e9}@x.io", Some("\u{e9}@x.io")),
    ("e\u{301}@x.io", Some("\u{e9}@x.io")),
    ("\u{fb01}n@x.io", Some("fin@x.io")),
    ("\u{ff21}\u{ff24}\u{ff21}@x.io", Some("ada@x.io")),
    ("\u{1d2c}@x.io", Some("a@x.io")),
    ("STRASSE@x.io", Some("strasse@x.io")),
    ("Stra\u{df}e@x.io", Some("stra\u{df}e@x.io")),
    ("\u{1e9e}@x.io", Some("\u{df}@x.io")),
    ("\u{391}\u{3a3}@x.io", Some("\u{3b1}\u{3c2}@x.io")),
    (
        "\u{391}\u{3a3}.\u{391}@x.io",
        Some("\u{3b1}\u{3c3}.\u{3b1}@x.io"),
    ),
    ("x@\u{3a3}\u{391}\u{3a3}", Some("x@\u{3c3}\u{3b1}\u{3c2}")),
    ("\u{1f600}@x.io", Some("\u{1f600}@x.io")),
    ("a\u{200b}b@x.io", Some("a\u{200b}b@x.io")),
    ("a\u{ad}b@x.io", Some("a\u{ad}b@x.io")),
    ("a\u{202e}b@x.io", Some("a\u{202e}b@x.io")),
    ("a\u{2060}b@x.io", Some("a\u{2060}b@x.io")),
    ("a\u{fe0f}b@x.io", Some("a\u{fe0f}b@x.io")),
    ("a\u{3164}b@x.io", Some("a\u{1160}b@x.io")),
    ("a\u{34f}b@x.io", Some("a\u{34f}b@x.io")),
    ("\u{200b}a@x.io", Some("\u{200b}a@x.io")),
    ("\u{2000}a@x.io", Some("a@x.io")),
    ("\u{3000}a@x.io", Some("a@x.io")),
    ("a\r\nBcc: b", None),
    ("a\r\nb@x.io", Some("a\r\nb@x.io")),
    ("a\u{1b}b@x.io", Some("a\u{1b}b@x.io")),
    ("ada@\u{d6}.de", Some("ada@\u{f6}.de")),
    ("ada@xn--nda.de", Some("ada@xn--nda.de")),
    ("ada@xn--example-.org", Some("ada@xn--example-.org")),
    ("ada@x_y.io", Some("ada@x_y.io")),
    ("ada@x.io.", Some("ada@x.io.")),
    ("ada@.x.io", Some("ada@.x.io")),
    ("ada@x..io", Some("ada@x..io")),
    ("ada@-x.io", Some("ada@-x.io")),
    ("ada@localhost", Some("ada@localhost")),
    ("ada@[127.0.0.1]", Some("ada@[127.0.0.1]")),
    ("ada@x\u{3002}io", Some("ada@x\u{3002}io")),
    ("ada@x\u{ff0e}io", Some("ada@x.io")),
    (
        "'; DROP TABLE users; --@x.io",
        Some("'; drop table users; --@x.io"),
    ),
    ("o'hara@x.io", Some("o'hara@x.io")),
    ("a%b_c$1?{}`@x.io", Some("a%b_c$1?{}`@x.io")),
    ("a+tag@x.io", Some("a+tag@x.io")),
    (".a..b.@x.io", Some(".a..b.@x.io")),
    ("\u{2460}@x.io", Some("1@x.io")),
    ("\u{17f}@x.io", Some("s@x.io")),
    ("\u{1c4}@x.io", Some("d\u{17e}@x.io")),
    ("\u{10400}@x.io", Some("\u{10428}@x.io")),
    ("\u{13a0}@x.io", Some("\u{ab70}@x.io")),
    ("\u{3a9}\u{301}@\u{2126}.gr", Some("\u{3ce}@\u{3c9}.gr")),
    ("a@b;c@d", None),
    ("a;b@x.io", Some("a;b@x.io")),
    ("a:b@x.io", Some("a:b@x.io")),
    ("(c)a@x.io", Some("(c)a@x.io")),
    ("a\\@x.io", Some("a\\@x.io")),
];

/// Addresses, and their canonical form; `None` where they are refused.
const CANONICAL: &[(&str, Option<&str>)] = &[
    ("ada@example.com", Some("ada@example.com")),
    ("A@X.io", Some("a@x.io")),
    (" Ada@Example.com ", Some("ada@example.com")),
    ("\t\r\nada@example.com\u{2028}", Some("ada@example.com")),
    ("\u{85}ada@example.com", Some("ada@example.com")),
    ("\u{3000}a@x.io", Some("a@x.io")),
    ("\u{feff}ada@example.com", None),
    ("", None),
    (" ", None),
    ("@", None),
    ("a@", None),
    ("@b", None),
    ("a@b@c", None),
    ("no-at-sign", None),
    ("a @b.io", None),
    ("a b@c.io", None),
    ("a@ b.io", None),
    ("<a@b.io>", None),
    ("\"a@x\"@y.io", None),
    ("\"a\"@y.io", None),
    ("\u{ff02}a@y.io", None),
    ("a@x.io,b@y.io", None),
    ("a@x.io,b", None),
    ("a,b@x.io", None),
    ("a\u{ff0c}b@x.io", None),
    ("a;b@x.io", None),
    ("a:b@x.io", None),
    ("(c)a@x.io", None),
    ("a\\@x.io", None),
    ("victim\u{ff20}x.io", Some("victim@x.io")),
    ("victim\u{fe6b}x.io", Some("victim@x.io")),
    ("a@b\u{ff20}c", None),
    ("\u{212a}ate@x.io", Some("kate@x.io")),
    ("\u{430}dmin@x.io", Some("\u{430}dmin@x.io")),
    ("m\u{131}ke@x.io", Some("m\u{131}ke@x.io")),
    ("M\u{130}KE@x.io", Some("mi\u{307}ke@x.io")),
    ("\u{e9}@x.io", Some("\u{e9}@x.io")),
    ("e\u{301}@x.io", Some("\u{e9}@x.io")),
    ("\u{fb01}n@x.io", Some("fin@x.io")),
    ("\u{1e9e}@x.io", Some("\u{df}@x.io")),
    ("\u{391}\u{3a3}@x.io", Some("\u{3b1}\u{3c2}@x.io")),
    ("\u{1f600}@x.io", Some("\u{1f600}@x.io")),
    ("a\u{200b}b@x.io", None),
    ("a\u{200d}b@x.io", None),
    ("a\u{ad}b@x.io", None),
    ("a\u{202e}b@x.io", None),
    ("a\u{2060}b@x.io", None),
    ("a\u{feff}b@x.io", None),
    ("a\u{fe0f}b@x.io", None),
    ("a\u{3164}b@x.io", None),
    ("a\u{34f}b@x.io", None),
    ("a\u{e0001}b@x.io", None),
    ("a@x\u{200b}y.io", None),
    ("a@x\u{ad}y.io", None),
    ("a\0b@x.io", None),
    ("a\r\nb@x.io", None),
    ("a\tb@x.io", None),
    ("a\u{1b}b@x.io", None),
    ("a\u{85}b@x.io", None),
    ("a\u{2028}b@x.io", None),
    ("ada@\u{d6}.de", Some("ada@xn--nda.de")),
    ("ada@xn--nda.de", Some("ada@xn--nda.de")),
    ("ada@XN--NDA.de", Some("ada@xn--nda.de")),
    ("ada@xn--example-.org", None),
    ("ada@xn--.org", None),
    ("ada@xn--\u{f6}.de", None),
    ("ada@xn--a.de", None),
    ("ada@x_y.io", None),
    ("ada@x.io.", None),
    ("ada@.x.io", None),
    ("ada@x..io", None),
    ("ada@-x.io", None),
    ("ada@x-.io", None),
    ("ada@ab--cd.io", Some("ada@ab--cd.io")),
    ("ada@localhost", Some("ada@localhost")),
    ("ada@[127.0.0.1]", None),
    ("ada@x\u{3002}io", Some("ada@x.io")),
    ("ada@x\u{ff0e}io", Some("ada@x.io")),
    ("ada@x/y.io", None),
    ("'; DROP TABLE users; --@x.io", None),
    ("o'hara@x.io", Some("o'hara@x.io")),
    ("a%b_c$1?{}`@x.io", Some("a%b_c$1?{}`@x.io")),
    ("a+tag@x.io", Some("a+tag@x.io")),
];

#[test]
fn the_authjs_rule_agrees_with_authjs() {
    let ours: Vec<_> = AUTHJS
        .iter()
        .map(|(input, _)| (*input, Email::authjs(input).ok().map(Email::into_string)))
        .collect();

    let theirs: Vec<_> = AUTHJS
        .iter()
        .map(|(input, output)| (*input, output.map(str::to_owned)))
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn the_authjs_rule_refuses_what_cannot_be_stored() {
    let long = format!("{}@x.io", "a".repeat(251));

    assert_eq!(reason(Email::authjs("a\0b@x.io")), Some(Reason::Nul));
    assert_eq!(reason(Email::authjs(&long)), Some(Reason::TooLong));
    assert!(Email::authjs(&long[1..]).is_ok());
}

#[test]
fn the_canonical_rule_knows_one_form_of_each_address() {
    let ours: Vec<_> = CANONICAL
        .iter()
        .map(|(input, _)| (*input, Email::canonical(input).ok().map(Email::into_string)))
        .collect();

    let expected: Vec<_> = CANONICAL
        .iter()
        .map(|(input, output)| (*input, output.map(str::to_owned)))
        .collect();
    assert_eq!(ours, expected);
}

#[test]
fn the_canonical_rule_refuses_what_is_too_long() {
    let long_address = format!("{}@x.io", "a".repeat(251));
    let long_label = format!("a@{}.io", "x".repeat(64));
    let long_domain = format!("a@{}x.io", "x.".repeat(125));

    assert_eq!(
        reason(Email::canonical(&long_address)),
        Some(Reason::TooLong)
    );
    assert!(Email::canonical(&long_address[1..]).is_ok());
    assert_eq!(
        reason(Email::canonical(&long_label)),
        Some(Reason::Malformed)
    );
    assert_eq!(
        reason(Email::canonical(&long_domain)),
        Some(Reason::Malformed)
    );
}

/// White space around an address is removed, but not without end.
#[test]
fn an_address_is_measured_before_it_is_normalised() {
    let padded = |spaces: usize| format!("{}ada@x.io", " ".repeat(spaces));

    for rule in [Email::authjs, Email::canonical] {
        assert!(rule(&padded(65_536 - 8)).is_ok());
        assert_eq!(reason(rule(&padded(65_536 - 7))), Some(Reason::TooLong));
    }
}

#[test]
fn the_canonical_form_of_a_canonical_address_is_itself() {
    let every_char = || (0..=0x1_ffff).filter_map(char::from_u32);
    let in_the_local_part = every_char().map(|c| format!("{c}a{c}b@x.io"));
    let in_the_domain = every_char().map(|c| format!("a@x{c}y.io"));
    let in_the_tables = [AUTHJS, CANONICAL]
        .concat()
        .into_iter()
        .map(|(input, _)| input.to_owned());
    let accepted: Vec<String> = in_the_local_part
        .chain(in_the_domain)
        .chain(in_the_tables)
        .filter_map(|address| Email::canonical(&address).ok())
        .map(Email::into_string)
        .collect();

    let unstable: Vec<_> = accepted
        .iter()
        .filter(|address| Email::canonical(address).map(Email::into_string).as_ref() != Ok(address))
        .collect();

    assert!(accepted.len() > 100_000, "{} accepted", accepted.len());
    assert_eq!(unstable, Vec::<&String>::new());
}

#[test]
fn an_address_is_not_printed() {
    let email = Email::authjs("ada@example.com").unwrap();

    assert_eq!(format!("{email:?}"), "Email([hidden])");
}

fn reason(result: Result<Email, crate::InvalidInput>) -> Option<Reason> {
    result.err().map(|invalid| invalid.reason)
}

#[test]
fn an_address_is_lent_as_its_text() {
    let email = Email::authjs("Ada@Example.com").unwrap();

    assert_eq!(email.as_str(), "ada@example.com");
    assert_eq!(AsRef::<str>::as_ref(&email), "ada@example.com");
}

#[test]
fn a_profile_keeps_all_of_its_address_but_the_case() {
    let forms = |address: &str| {
        [EmailRule::AuthJs, EmailRule::Canonical].map(|rule| rule.apply_to_profile(address).ok())
    };
    let both = |form: &str| [Some(form.to_owned()), Some(form.to_owned())];
    let verbatim = |form: &str| [Some(form.to_owned()), None];

    assert_eq!(forms("Ada@Example.COM"), both("ada@example.com"));
    for address in ["ada@x.example,y.example", "\"ada\"@x.example", "ada"] {
        assert_eq!(forms(address), verbatim(address));
    }
    // The accent is a character of its own, and stays one.
    let decomposed = "e\u{301}@x.example";
    let [authjs, canonical] = forms(decomposed);
    assert_eq!(authjs.as_deref(), Some(decomposed));
    assert_eq!(canonical.as_deref(), Some("\u{e9}@x.example"));
}

#[test]
fn each_rule_is_its_own() {
    let address = "ada@\u{f6}.example";

    let forms = [EmailRule::AuthJs, EmailRule::Canonical]
        .map(|rule| rule.apply(address).map(Email::into_string));

    assert_eq!(
        forms,
        [
            Ok("ada@\u{f6}.example".to_owned()),
            Ok("ada@xn--nda.example".to_owned())
        ]
    );
}
