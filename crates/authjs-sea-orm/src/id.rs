//! Ids of the stock schema: `SERIAL`, four-byte integers.

use authjs_adapter::UserId;

/// The number of a canonical id; `None` for a text that cannot be the id of a row.
///
/// Only the text that the number prints as is canonical: `"34"`, not `"034"`, `"+34"` or
/// `" 34"`. Negative numbers are legal.
pub(crate) fn parse(id: &UserId) -> Option<i32> {
    let number: i32 = id.as_str().parse().ok()?;
    (number.to_string() == id.as_str()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_canonical_text_is_an_id() {
        for (text, number) in [
            ("34", Some(34)),
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("2147483647", Some(i32::MAX)),
            ("2147483648", None),
            ("034", None),
            ("+34", None),
            ("-0", None),
            (" 34", None),
            ("34 ", None),
            ("34abc", None),
            ("34.0", None),
            ("", None),
            ("\u{663}\u{664}", None),
        ] {
            assert_eq!(parse(&text.into()), number, "{text:?}");
        }
    }
}
