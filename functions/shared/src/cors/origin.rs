//! Origins as browsers write them, and the list of those that are allowed.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One web origin, spelled exactly as a browser sends it in `Origin`: `https://host[:port]`, or
/// `http://host[:port]` for a loopback host. Lowercase, no default port, no path, no slash at the end.
/// So comparing two origins is comparing two texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin as it stands in headers and configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |fault| OriginError {
            text: text.to_owned(),
            fault,
        };
        match fault_of(text) {
            Some(fault) => Err(refused(fault)),
            None => Ok(Origin(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

/// Why a text is no origin that can be allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be an allowed origin: {fault}")]
pub struct OriginError {
    /// The text as found.
    pub text: String,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("expected `https://host`, or `http://` for a loopback host, never a wildcard")]
    Scheme,
    #[error("expected scheme, host and port alone, without path, slash at the end, query or user")]
    MoreThanAnOrigin,
    #[error("expected a lowercase host name or address (`xn--…` for other alphabets)")]
    Host,
    #[error("expected a port between 1 and 65535 without leading zeros")]
    Port,
    #[error("expected no port where it is the scheme's own, since browsers leave it out")]
    DefaultPort,
    #[error("plain `http` is for loopback hosts alone, expected `https`")]
    PlainHttp,
}

fn fault_of(text: &str) -> Option<Fault> {
    let (secure, authority) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(authority), _) => (true, authority),
        (None, Some(authority)) => (false, authority),
        (None, None) => return Some(Fault::Scheme),
    };
    if authority.contains(['/', '?', '#', '@', '\\']) {
        return Some(Fault::MoreThanAnOrigin);
    }
    let (host, port) = split_port(authority);
    if !is_host(host) {
        return Some(Fault::Host);
    }
    if let Some(port) = port {
        match port.parse::<u16>() {
            Ok(number) if number > 0 && number.to_string() == port => {
                if number == if secure { 443 } else { 80 } {
                    return Some(Fault::DefaultPort);
                }
            }
            Ok(_) | Err(_) => return Some(Fault::Port),
        }
    }
    (!secure && !is_loopback(host)).then_some(Fault::PlainHttp)
}

/// Host and port; an IPv6 address keeps its brackets, and its own colons are no port.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return address
            .parse::<Ipv6Addr>()
            .is_ok_and(|parsed| parsed.to_string() == address);
    }
    // What ends in a number is an address to a browser, whatever the rest looks like.
    let ends_in_number = host
        .rsplit('.')
        .next()
        .is_some_and(|label| label.starts_with(|c: char| c.is_ascii_digit()));
    if ends_in_number {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The origins whose pages may read answers; no origin occurs twice. Written as one text with commas.
/// Empty: no page of another origin may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<Origin>);

impl AllowedOrigins {
    /// The configured origin that this `Origin` header names. Returning ours means that nothing a client
    /// sent is ever echoed.
    pub fn find(&self, origin: &str) -> Option<&Origin> {
        self.0.iter().find(|known| known.as_str() == origin)
    }

    /// Every allowed origin, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &Origin> {
        self.0.iter()
    }
}

impl FromIterator<Origin> for AllowedOrigins {
    /// Keeps the first of equal origins, and their order.
    fn from_iter<I: IntoIterator<Item = Origin>>(origins: I) -> Self {
        let mut kept: Vec<Origin> = Vec::new();
        for origin in origins {
            if !kept.contains(&origin) {
                kept.push(origin);
            }
        }
        AllowedOrigins(kept)
    }
}

impl FromStr for AllowedOrigins {
    type Err = OriginError;

    /// Comma separated; spaces around an origin are ignored, an empty text is an empty list.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Ok(AllowedOrigins::default());
        }
        text.split(',')
            .map(|origin| origin.trim().parse())
            .collect()
    }
}

impl fmt::Display for AllowedOrigins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, origin) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(formatter, "{comma}{origin}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
