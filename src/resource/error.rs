//! Which invariants of resources can be broken at run time; everything else does not compile.

use crate::hint::Hint;

use super::cloudfront::EDGE_CODE_LIMIT;

/// Why a resource cannot be made.
#[expect(missing_docs, reason = "each message says what its case is")]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("`{action}` is not an action such as `s3:GetObject`; wildcards are refused")]
    Action { action: String },
    #[error("a statement without {what}")]
    EmptyStatement { what: &'static str },
    #[error("the resource `*` is allowed only with a reason")]
    EveryResource,
    #[error(
        "the edge function is {bytes} bytes; CloudFront takes at most {EDGE_CODE_LIMIT}, comments counted"
    )]
    EdgeCode { bytes: usize },
    #[error(
        "the edge function has {found} lines that begin with `const SETTINGS = `, expected one"
    )]
    EdgeSettings { found: usize },
    #[error("the edge function cannot be parsed: line {line}: {message}")]
    EdgeSyntax { line: usize, message: String },
    #[error(
        "cache policy {name}: the times must not fall from minimum {minimum} over default {default} to maximum {maximum}"
    )]
    CacheTimes {
        name: String,
        minimum: u32,
        default: u32,
        maximum: u32,
    },
    #[error("the distribution has no origin `{origin}`, which a behavior sends to")]
    UnknownOrigin { origin: String },
    #[error("the distribution has {what} `{value}` twice")]
    Repeated { what: &'static str, value: String },
    #[error("a custom certificate covers no domain name")]
    NoDomainNames,
    #[error("`{part}` is not one path segment")]
    PathPart { part: String },
    #[error("`{value}` cannot stand as a fixed value of a gateway response's header")]
    HeaderValue { value: String },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Error::Action { .. } => {
                Some("name each action; a whole service can only be denied".to_owned())
            }
            Error::EveryResource => {
                Some("name the resources, or use `Resources::everything` and say why".to_owned())
            }
            Error::EdgeCode { .. } => Some("shorten cloudfront-fn/edge.js".to_owned()),
            Error::EdgeSettings { .. } => Some(
                "the deployer writes that line of cloudfront-fn/edge.js; put it back".to_owned(),
            ),
            Error::EdgeSyntax { .. } => Some(
                "mend cloudfront-fn/edge.js; `node --test cloudfront-fn/*.test.js` tries it"
                    .to_owned(),
            ),
            Error::EmptyStatement { .. }
            | Error::CacheTimes { .. }
            | Error::UnknownOrigin { .. }
            | Error::Repeated { .. }
            | Error::NoDomainNames
            | Error::PathPart { .. }
            | Error::HeaderValue { .. } => None,
        }
    }
}
