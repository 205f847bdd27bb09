//! The forms in which a secret can leave.

use std::fmt::Write as _;

/// Texts to be searched for, in lower case, each with the secret that it is a form of.
#[derive(Debug)]
pub(super) struct Needles(Vec<(String, String)>);

impl Needles {
    pub(super) fn of<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut needles = Vec::new();
        for secret in secrets {
            for form in forms(secret) {
                needles.push((form.to_lowercase(), secret.to_owned()));
            }
        }
        Self(needles)
    }

    /// The secret that the text holds.
    pub(super) fn found_in(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        let found = self.0.iter().find(|(form, _)| text.contains(form));
        found.map(|(_, secret)| secret.as_str())
    }
}

/// As it is, escaped, in hexadecimal digits, as a list of numbers, percent-encoded whole, and in
/// base64 wherever it begins.
fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let joined = |separator: &str, number: fn(u8) -> String| {
        let numbers: Vec<String> = bytes.iter().copied().map(number).collect();
        numbers.join(separator)
    };
    let mut forms = vec![
        secret.to_owned(),
        secret.escape_debug().to_string(),
        joined("", |byte| format!("{byte:02x}")),
        joined(", ", |byte| byte.to_string()),
        joined(", ", |byte| format!("{byte:02x}")),
        percent_encoded(secret),
        format!("%{}", joined("%", |byte| format!("{byte:02x}"))),
    ];
    forms.extend((0..3).map(|offset| base64_inside(bytes, offset)));
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// As in a URL: everything but letters, digits and a few signs.
fn percent_encoded(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02x}");
        }
        text
    })
}

/// The digits that the bytes have in base64 when `offset` others come before them, without the
/// digits that depend on the neighbours.
fn base64_inside(bytes: &[u8], offset: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |position: usize| {
        let byte = bytes.get(position / 8).copied().unwrap_or_default();
        byte >> (7 - position % 8) & 1
    };
    // The first digit that begins within the bytes.
    let first = (6 - (offset * 8) % 6) % 6;
    (first..(bytes.len() * 8).saturating_sub(5))
        .step_by(6)
        .map(|start| {
            let digit = (start..start + 6).fold(0, |digit, position| digit << 1 | bit(position));
            DIGITS
                .get(usize::from(digit))
                .copied()
                .map_or(' ', char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Needles;

    fn is_found(text: &str) -> bool {
        Needles::of(["kanarienvogel", "p&ss wört"])
            .found_in(text)
            .is_some()
    }

    #[test]
    fn a_secret_is_found_as_it_is() {
        assert!(is_found("before kanarienvogel-7 after"));
        assert!(is_found("KANARIENVOGEL"));
        assert!(is_found("p&ss wört"));
        assert!(!is_found("kanarien vogel, nothing to see"));
        assert!(!is_found(""));
    }

    #[test]
    fn a_secret_is_found_in_hexadecimal_digits() {
        assert!(is_found("\\x6b616e617269656e766f67656c"));
        assert!(is_found("6B616E617269656E766F67656C"));
        assert!(is_found(
            "[6b, 61, 6e, 61, 72, 69, 65, 6e, 76, 6f, 67, 65, 6c]"
        ));
    }

    #[test]
    fn a_secret_is_found_as_a_list_of_bytes() {
        assert!(is_found(&format!("{:?}", b"a kanarienvogel")));
    }

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_begins() {
        // Made with `printf '%s' ... | base64`.
        assert!(is_found("a2FuYXJpZW52b2dlbA=="));
        assert!(is_found("eGthbmFyaWVudm9nZWw="));
        assert!(is_found("eHhrYW5hcmllbnZvZ2Vs"));
        assert!(is_found("eHh4a2FuYXJpZW52b2dlbHg="));
    }

    #[test]
    fn a_secret_is_found_percent_encoded() {
        assert!(is_found("p%26ss%20w%C3%B6rt"));
        assert!(is_found("%6b%61%6e%61%72%69%65%6e%76%6f%67%65%6c"));
    }
}
