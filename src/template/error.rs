//! What can be wrong with a template before CloudFormation ever sees it.

use crate::hint::Hint;

use super::{LogicalId, Template};

/// Why a template cannot be built.
#[expect(missing_docs, reason = "each message says what its case is")]
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("logical id `{id}` is not 1 to 255 letters and digits")]
    InvalidId { id: String },
    #[error("logical id `{id}` is declared twice")]
    Duplicate { id: LogicalId },
    #[error("`{user}` refers to `{target}`, which belongs to another template")]
    Foreign { user: LogicalId, target: LogicalId },
    #[error("`{user}` holds a hand-written `{intrinsic}`")]
    HandWritten { user: LogicalId, intrinsic: String },
    #[error("`{user}` holds a null, which CloudFormation refuses")]
    Null { user: LogicalId },
    #[error("parameter `{id}` is used by nothing")]
    UnusedParameter { id: LogicalId },
    #[error("the properties of `{id}` cannot be written as JSON")]
    Properties {
        id: LogicalId,
        source: serde_json::Error,
    },
    #[error("the template has {count} {what}; CloudFormation takes at most {limit}")]
    TooMany {
        what: &'static str,
        count: usize,
        limit: usize,
    },
    #[error(
        "the template is {bytes} bytes; CloudFormation takes at most {}",
        Template::MAX_BYTES
    )]
    TooLarge { bytes: usize },
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Error::InvalidId { .. } => {
                Some("write words together, each with a capital letter: `SiteBucket`".to_owned())
            }
            Error::Foreign { .. } => Some(
                "pass the name or ARN as text, or declare both resources with one builder"
                    .to_owned(),
            ),
            Error::HandWritten { .. } => {
                Some("use `Handle`, `Text` or `text!`, which cannot dangle".to_owned())
            }
            Error::Null { .. } => Some("skip an optional property when it is `None`".to_owned()),
            Error::UnusedParameter { id } => Some(format!("refer to `{id}`, or do not declare it")),
            Error::Duplicate { .. }
            | Error::Properties { .. }
            | Error::TooMany { .. }
            | Error::TooLarge { .. } => None,
        }
    }
}
