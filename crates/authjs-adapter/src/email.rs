//! E-mail addresses in the form in which they are compared.

use std::borrow::Cow;
use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization as _;

use crate::limits::check_text;
use crate::{Field, InvalidInput, MAX_TEXT_BYTES, Reason};

#[cfg(test)]
mod tests;

/// Which rule [`SignIn`](crate::SignIn) applies to the addresses that it is given.
///
/// # Examples
///
/// ```
/// use authjs_adapter::EmailRule;
///
/// let address = "Ada@\u{f6}.example";
///
/// assert_eq!(EmailRule::AuthJs.apply(address)?.as_str(), "ada@\u{f6}.example");
/// assert_eq!(EmailRule::Canonical.apply(address)?.as_str(), "ada@xn--nda.example");
/// # Ok::<(), authjs_adapter::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EmailRule {
    /// [`Email::authjs`]: for a database that Auth.js writes too.
    #[default]
    AuthJs,
    /// [`Email::canonical`]: for a database of our own.
    Canonical,
}

impl EmailRule {
    /// Normalises an address by this rule.
    ///
    /// # Errors
    /// See [`Email::authjs`] and [`Email::canonical`].
    pub fn apply(self, address: &str) -> Result<Email, InvalidInput> {
        match self {
            Self::AuthJs => Email::authjs(address),
            Self::Canonical => Email::canonical(address),
        }
    }

    /// The form in which the address of a provider's profile is stored.
    ///
    /// [`AuthJs`](Self::AuthJs) makes it lower case and leaves the rest as it is, as the core of
    /// Auth.js does: nothing is cut off or composed, so that no profile gets the address of
    /// somebody else. What cannot be stored is for [`NewUser::check`](crate::NewUser::check) to
    /// refuse. [`Canonical`](Self::Canonical) is [`Email::canonical`].
    ///
    /// # Errors
    /// By [`Canonical`](Self::Canonical) only: see [`Email::canonical`].
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::EmailRule;
    ///
    /// let profile = "Ada@Example.com,evil.example";
    ///
    /// assert_eq!(EmailRule::AuthJs.apply_to_profile(profile)?, "ada@example.com,evil.example");
    /// assert!(EmailRule::Canonical.apply_to_profile(profile).is_err());
    /// # Ok::<(), authjs_adapter::InvalidInput>(())
    /// ```
    ///
    /// # Source
    /// [`getUserAndAccount`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/lib/actions/callback/oauth/callback.ts)
    pub fn apply_to_profile(self, address: &str) -> Result<String, InvalidInput> {
        match self {
            Self::AuthJs => Ok(address.to_lowercase()),
            Self::Canonical => Email::canonical(address).map(Email::into_string),
        }
    }
}

/// A normalised e-mail address. `Debug` does not show it.
///
/// # Examples
///
/// ```
/// use authjs_adapter::Email;
///
/// let email = Email::authjs("Ada@Example.com")?;
///
/// assert_eq!(email.as_str(), "ada@example.com");
/// assert_eq!(format!("{email:?}"), "Email([hidden])");
/// # Ok::<(), authjs_adapter::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Normalises an address exactly as the core of Auth.js does before it mails a link, so
    /// that both find the same person: NFKC, lower case, surrounding white space removed, the
    /// domain cut at its first comma. The domain is not converted to punycode.
    ///
    /// # Errors
    /// - [`Reason::Malformed`]: a quotation mark, no or several `@`, nothing on one side.
    /// - [`Reason::TooLong`], [`Reason::Nul`]: the result cannot be stored, or the address has
    ///   more than [`MAX_TEXT_BYTES`] before it is normalised.
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::Email;
    ///
    /// let email = Email::authjs(" Ada@Example.com,evil.example ")?;
    ///
    /// assert_eq!(email.as_str(), "ada@example.com");
    /// # Ok::<(), authjs_adapter::InvalidInput>(())
    /// ```
    ///
    /// # Source
    /// [`defaultNormalizer`](https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/lib/actions/signin/send-token.ts)
    pub fn authjs(address: &str) -> Result<Self, InvalidInput> {
        check_size(address)?;
        let folded: String = address.nfkc().collect::<String>().to_lowercase();
        let trimmed = folded.trim_matches(is_javascript_space);
        if trimmed.contains('"') {
            return Err(malformed());
        }
        let (local, domain) = split_at_sign(trimmed)?;
        let domain = domain.split(',').next().unwrap_or_default();
        Self::joined(local, domain)
    }

    /// Normalises an address strictly: NFKC, lower case, surrounding white space removed,
    /// exactly one `@`, no white space, control, invisible or punctuation characters that
    /// parsers disagree about, and the domain in its ASCII form (punycode). The canonical form
    /// of a canonical address is the address itself.
    ///
    /// # Errors
    /// - [`Reason::Malformed`]: the address is not of this form, or the domain is not valid
    ///   under UTS 46: only letters, digits and inner hyphens, labels of 1 to 63 characters.
    /// - [`Reason::TooLong`]: the result cannot be stored, or the address has more than
    ///   [`MAX_TEXT_BYTES`] before it is normalised.
    ///
    /// # Examples
    ///
    /// ```
    /// use authjs_adapter::Email;
    ///
    /// assert_eq!(Email::canonical("Ada@M\u{fc}nchen.example")?.as_str(), "ada@xn--mnchen-3ya.example");
    /// assert!(Email::canonical("ada\u{200b}@example.com").is_err());
    /// # Ok::<(), authjs_adapter::InvalidInput>(())
    /// ```
    ///
    /// # Source
    /// [UTS 46](https://www.unicode.org/reports/tr46/),
    /// [RFC 5321, 4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)
    pub fn canonical(address: &str) -> Result<Self, InvalidInput> {
        check_size(address)?;
        let folded: String = address.nfkc().collect::<String>().to_lowercase();
        // Lower case can undo NFKC (U+0130), and the form must be stable.
        let folded: String = folded.nfkc().collect();
        let trimmed = folded.trim();
        let (local, domain) = split_at_sign(trimmed)?;
        if local.chars().any(is_unsafe) || domain.chars().any(is_unsafe) {
            return Err(malformed());
        }
        Self::joined(local, &to_ascii_domain(domain)?)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    fn joined(local: &str, domain: &str) -> Result<Self, InvalidInput> {
        if local.is_empty() || domain.is_empty() {
            return Err(malformed());
        }
        let address = format!("{local}@{domain}");
        check_text(Field::Email, &address)?;
        Ok(Self(address))
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email([hidden])")
    }
}

const fn malformed() -> InvalidInput {
    InvalidInput {
        field: Field::Email,
        reason: Reason::Malformed,
    }
}

/// Nobody's address is as long as this; normalising megabytes would keep a thread busy.
const fn check_size(address: &str) -> Result<(), InvalidInput> {
    if address.len() > MAX_TEXT_BYTES {
        return Err(InvalidInput {
            field: Field::Email,
            reason: Reason::TooLong,
        });
    }
    Ok(())
}

fn split_at_sign(address: &str) -> Result<(&str, &str), InvalidInput> {
    match address.split_once('@') {
        Some((local, domain)) if !domain.contains('@') => Ok((local, domain)),
        _ => Err(malformed()),
    }
}

/// The domain in punycode, of letters, digits and hyphens, without a root dot, and of a length
/// that the DNS can hold. Hyphens in the third and fourth place are left alone, unlike in
/// `idna::domain_to_ascii_strict`: there are such names.
fn to_ascii_domain(domain: &str) -> Result<Cow<'_, str>, InvalidInput> {
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| malformed())
}

/// What `String.prototype.trim` removes: ECMAScript's `WhiteSpace` and `LineTerminator`. Unlike
/// Rust's white space it holds U+FEFF and lacks U+0085.
const fn is_javascript_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
    )
}

/// Characters that a canonical address never holds.
fn is_unsafe(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_invisible(c)
        || matches!(
            c,
            '"' | ',' | ';' | ':' | '<' | '>' | '(' | ')' | '[' | ']' | '\\'
        )
}

/// Format characters and those that fonts leave out: `Default_Ignorable_Code_Point` of
/// Unicode 16 and the general category Cf.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}
