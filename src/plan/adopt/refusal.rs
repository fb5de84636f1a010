//! Why something that is not ours is left as it is.

/// What stands in the way of attaching or detaching.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The configuration is not XML.
    #[error("the distribution's configuration cannot be read: {message}")]
    NotXml {
        /// The parser's message.
        message: String,
    },
    /// The configuration lacks what every one has.
    #[error("the distribution's configuration has no {element}")]
    Lacks {
        /// Name of the element.
        element: &'static str,
    },
    /// Another function sees viewers' requests first. CloudFront takes one, and ignores a second.
    #[error(
        "the default behavior of the distribution has another function that sees what viewers send or get: {function}"
    )]
    OtherFunction {
        /// Its ARN.
        function: String,
    },
    /// Somebody else's behavior has one of our paths.
    #[error("the distribution has a behavior for {path} that is not ours")]
    TakenPath {
        /// Its path pattern, as it is written there.
        path: String,
    },
    /// Somebody else's behavior would lose its requests to one of ours, and cannot stay before it.
    #[error(
        "the distribution's behavior {path} lies inside {ours} and would get no request any more"
    )]
    HiddenPath {
        /// Its path pattern.
        path: String,
        /// Ours.
        ours: String,
    },
    /// Something that is not ours sends requests to an origin of ours.
    #[error("{by} of the distribution uses our origin {origin}")]
    OriginInUse {
        /// Our origin.
        origin: String,
        /// What uses it.
        by: String,
    },
    /// The bucket policy is not one.
    #[error("the bucket's policy cannot be read: {message}")]
    NotAPolicy {
        /// The parser's message.
        message: String,
    },
}

impl crate::hint::Hint for Refusal {
    fn hint(&self) -> Option<String> {
        match self {
            Self::OtherFunction { .. } => Some(
                "one function can see a request first: detach that one, or let `site: managed` make a distribution of its own".into(),
            ),
            Self::TakenPath { .. } => {
                Some("its owner has to give the path up, or the site needs a distribution of its own: `site: managed`".into())
            }
            Self::HiddenPath { path, .. } => Some(format!(
                "move {path} before the behaviors that take requests from us, so that it keeps its own"
            )),
            Self::OriginInUse { .. } => Some("let it use another origin first".into()),
            Self::NotXml { .. } | Self::Lacks { .. } | Self::NotAPolicy { .. } => None,
        }
    }
}
