//! The parts of a server's URL, in words of ours that hold nothing of it.

use std::str::FromStr;

use url::Url;

use super::ConnectError;

/// Takes `scheme://user:password@host:port/database?parameters` apart.
pub(super) fn parse(url: &str) -> Result<Url, ConnectError> {
    if !url.contains("://") {
        return Err(ConnectError::MalformedUrl(
            "two slashes must follow the scheme",
        ));
    }
    let url = Url::parse(url).map_err(|error| ConnectError::MalformedUrl(what_is_wrong(error)))?;
    if has_spilled(&url) {
        return Err(ConnectError::MalformedUrl(
            "a `/`, `?`, `#` or `@` in the password or another part is escaped as %2F, %3F, %23, %40",
        ));
    }
    Ok(url)
}

/// The host, if there is one. An IPv6 address stands in brackets in a URL only.
pub(super) fn host(url: &Url) -> Result<Option<String>, ConnectError> {
    url.host_str()
        .filter(|host| !host.is_empty())
        .map(|host| {
            let host = decoded(host)?;
            Ok(host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned())
        })
        .transpose()
}

/// The database, if there is one.
pub(super) fn database(url: &Url) -> Result<Option<String>, ConnectError> {
    let name = url.path().trim_start_matches('/');
    (!name.is_empty()).then(|| decoded(name)).transpose()
}

pub(super) fn decoded(part: &str) -> Result<String, ConnectError> {
    percent_encoding::percent_decode_str(part)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| ConnectError::MalformedUrl("an escape is not UTF-8"))
}

/// The number that a parameter has for its value.
pub(super) fn number<T: FromStr>(key: &str, value: &str) -> Result<T, ConnectError> {
    value
        .parse()
        .map_err(|_| ConnectError::UnknownParameter(key.to_owned()))
}

/// The parser's reason.
const fn what_is_wrong(error: url::ParseError) -> &'static str {
    match error {
        url::ParseError::InvalidPort => {
            "the port is not a number; a `:` or `@` or `/` in the password is escaped as %3A, %40, %2F"
        }
        url::ParseError::EmptyHost => "the host is empty",
        url::ParseError::InvalidIpv4Address | url::ParseError::InvalidIpv6Address => {
            "the host is not an address"
        }
        url::ParseError::InvalidDomainCharacter | url::ParseError::IdnaError => {
            "the host has a character that it cannot have"
        }
        _ => "it is not a URL",
    }
}

/// True if a `/`, `?` or `#` in the password ended the address before its `@`: the rest of the
/// password would be shown as the name of a parameter, and another host be asked.
fn has_spilled(url: &Url) -> bool {
    let path = url.path();
    url.fragment().is_some()
        || path.strip_prefix('/').unwrap_or(path).contains(['/', '@'])
        || url.query().is_some_and(|query| query.contains('@'))
}
