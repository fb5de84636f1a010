//! The HTTP methods that a route may have. `OPTIONS` is none of them: it exists on every path by itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The method of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads, and changes nothing.
    Get,
    /// Changes something.
    Post,
}

impl Method {
    /// Every method that a route may have.
    pub const ALL: &[Method] = &[Method::Get, Method::Post];

    /// As on the wire and in API Gateway: uppercase.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = UnknownMethod;

    /// Methods are case-sensitive (RFC 9110): `get` is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Method::ALL
            .iter()
            .copied()
            .find(|method| method.as_str() == text);
        known.ok_or_else(|| UnknownMethod {
            text: text.to_owned(),
        })
    }
}

/// A method that no route may have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a method that a route may have, expected GET or POST")]
pub struct UnknownMethod {
    /// The text as found.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_reads_back_from_text_and_json() {
        for method in Method::ALL {
            assert_eq!(method.to_string().parse(), Ok(*method));
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
    }

    #[test]
    fn what_is_no_method_of_a_route_is_refused_by_name() {
        for text in ["get", "OPTIONS", "HEAD", "", "GET "] {
            let error = text.parse::<Method>().unwrap_err();
            assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        }
    }
}
