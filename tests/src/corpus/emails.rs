//! Addresses, and what each rule makes of them.

use super::Named;

/// An address of a person who signs in; `None` where the rule refuses it.
#[derive(Clone, Copy, Debug)]
pub struct HostileEmail {
    /// As it was typed.
    pub given: &'static str,
    /// As the core of Auth.js stores it.
    pub authjs: Option<&'static str>,
    /// In the canonical form.
    pub canonical: Option<&'static str>,
}

/// Addresses that several people could claim, or that no two programs read alike.
#[must_use]
pub fn hostile_emails() -> Vec<Named<HostileEmail>> {
    EMAILS
        .iter()
        .map(|&(name, given, authjs, canonical)| {
            Named::new(
                name,
                HostileEmail {
                    given,
                    authjs,
                    canonical,
                },
            )
        })
        .collect()
}

type Row = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
);

/// Name, address, Auth.js, canonical.
const EMAILS: [Row; 42] = [
    ("plain", "ada@x.io", Some("ada@x.io"), Some("ada@x.io")),
    ("upper-case", "ADA@X.IO", Some("ada@x.io"), Some("ada@x.io")),
    (
        "around-spaces",
        "  ada@x.io\t",
        Some("ada@x.io"),
        Some("ada@x.io"),
    ),
    (
        "kelvin-sign",
        "\u{212a}ate@x.io",
        Some("kate@x.io"),
        Some("kate@x.io"),
    ),
    (
        "dotless-i",
        "m\u{131}ke@x.io",
        Some("m\u{131}ke@x.io"),
        Some("m\u{131}ke@x.io"),
    ),
    (
        "cyrillic-a",
        "\u{430}da@x.io",
        Some("\u{430}da@x.io"),
        Some("\u{430}da@x.io"),
    ),
    (
        "composed",
        "\u{e9}@x.io",
        Some("\u{e9}@x.io"),
        Some("\u{e9}@x.io"),
    ),
    (
        "decomposed",
        "e\u{301}@x.io",
        Some("\u{e9}@x.io"),
        Some("\u{e9}@x.io"),
    ),
    (
        "full-width-at",
        "ada\u{ff20}x.io",
        Some("ada@x.io"),
        Some("ada@x.io"),
    ),
    (
        "two-full-width-ats",
        "ada\u{ff20}x.io\u{ff20}y.io",
        None,
        None,
    ),
    (
        "ligature",
        "\u{fb01}n@x.io",
        Some("fin@x.io"),
        Some("fin@x.io"),
    ),
    (
        "idn",
        "ada@\u{f6}.de",
        Some("ada@\u{f6}.de"),
        Some("ada@xn--nda.de"),
    ),
    (
        "punycode",
        "ada@xn--nda.de",
        Some("ada@xn--nda.de"),
        Some("ada@xn--nda.de"),
    ),
    (
        "broken-punycode",
        "ada@xn--example-.org",
        Some("ada@xn--example-.org"),
        None,
    ),
    ("comma-in-domain", "ada@x.io,y.io", Some("ada@x.io"), None),
    ("two-addresses", "ada@x.io,eve@y.io", None, None),
    ("quoted", "\"ada@x.io\"@y.io", None, None),
    ("two-ats", "ada@x.io@y.io", None, None),
    ("no-at", "ada.x.io", None, None),
    ("no-local-part", "@x.io", None, None),
    ("no-domain", "ada@", None, None),
    ("empty", "", None, None),
    ("spaces", "   ", None, None),
    ("inner-space", "a da@x.io", Some("a da@x.io"), None),
    ("angle-brackets", "<ada@x.io>", Some("<ada@x.io>"), None),
    ("header-injection", "ada@x.io\r\nBcc: eve@y.io", None, None),
    ("line-feed", "a\nda@x.io", Some("a\nda@x.io"), None),
    ("nul", "a\0da@x.io", None, None),
    ("escape", "a\u{1b}da@x.io", Some("a\u{1b}da@x.io"), None),
    (
        "zero-width-space",
        "a\u{200b}da@x.io",
        Some("a\u{200b}da@x.io"),
        None,
    ),
    (
        "right-to-left-override",
        "a\u{202e}da@x.io",
        Some("a\u{202e}da@x.io"),
        None,
    ),
    (
        "soft-hyphen",
        "a\u{ad}da@x.io",
        Some("a\u{ad}da@x.io"),
        None,
    ),
    (
        "byte-order-mark-first",
        "\u{feff}ada@x.io",
        Some("ada@x.io"),
        None,
    ),
    (
        "sql",
        "'; drop table users; --@x.io",
        Some("'; drop table users; --@x.io"),
        None,
    ),
    (
        "sql-quote",
        "o'hara@x.io",
        Some("o'hara@x.io"),
        Some("o'hara@x.io"),
    ),
    ("percent", "%@x.io", Some("%@x.io"), Some("%@x.io")),
    ("underscore", "___@x.io", Some("___@x.io"), Some("___@x.io")),
    (
        "plus-tag",
        "ada+1@x.io",
        Some("ada+1@x.io"),
        Some("ada+1@x.io"),
    ),
    ("backslash", "a\\da@x.io", Some("a\\da@x.io"), None),
    ("underscore-domain", "ada@x_y.io", Some("ada@x_y.io"), None),
    ("dot-last", "ada@x.io.", Some("ada@x.io."), None),
    (
        "address-literal",
        "ada@[127.0.0.1]",
        Some("ada@[127.0.0.1]"),
        None,
    ),
];
