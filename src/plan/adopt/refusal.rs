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
    /// Another stack of ours has put its parts there.
    #[error("the distribution has the parts of another stack already, with function {function}")]
    AnothersParts {
        /// Its function's ARN.
        function: String,
    },
    /// Another stack of ours has put its statement into the policy.
    #[error("the bucket's policy has the statement of another stack already, for {distribution}")]
    AnothersStatement {
        /// ARN of the distribution that it is for.
        distribution: String,
    },
    /// Viewers would get another status where our API refuses.
    #[error(
        "the distribution turns {} into another status, also where our API answered so",
        list(codes)
    )]
    RewrittenErrors {
        /// 403, 404 or both.
        codes: Vec<u16>,
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
            Self::AnothersParts { .. } | Self::AnothersStatement { .. } => Some(
                "one environment can be attached to a site: name another one in the stack file, or `qdn-infra destroy` that environment first".into(),
            ),
            Self::RewrittenErrors { .. } => Some(
                "let its custom error responses for these codes keep the status (`ResponseCode`), or let `site: managed` make a distribution of its own".into(),
            ),
            Self::OriginInUse { .. } => Some("let it use another origin first".into()),
            Self::NotAPolicy { .. } => Some(
                "let its owner put a policy there that can be read; `aws s3api get-bucket-policy` shows this one".into(),
            ),
            Self::NotXml { .. } | Self::Lacks { .. } => None,
        }
    }
}

fn list(codes: &[u16]) -> String {
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    codes.join(" and ")
}
