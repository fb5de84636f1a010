//! What can go wrong behind a port, in one shape.

use std::fmt;

use crate::hint::Hint;

/// The service behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// AWS STS.
    Sts,
    /// AWS CloudFormation.
    CloudFormation,
    /// Amazon S3.
    S3,
    /// Amazon DynamoDB.
    DynamoDb,
    /// AWS Lambda.
    Lambda,
    /// Amazon API Gateway.
    ApiGateway,
    /// Amazon CloudWatch Logs.
    CloudWatchLogs,
    /// AWS IAM.
    Iam,
    /// Amazon CloudFront.
    CloudFront,
    /// Key value stores of Amazon CloudFront.
    KeyValueStore,
    /// AWS Secrets Manager.
    SecretsManager,
    /// Twilio.
    Carrier,
    /// Plain HTTP.
    Web,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sts => "STS",
            Self::CloudFormation => "CloudFormation",
            Self::S3 => "S3",
            Self::DynamoDb => "DynamoDB",
            Self::Lambda => "Lambda",
            Self::ApiGateway => "API Gateway",
            Self::CloudWatchLogs => "CloudWatch Logs",
            Self::Iam => "IAM",
            Self::CloudFront => "CloudFront",
            Self::KeyValueStore => "CloudFront KeyValueStore",
            Self::SecretsManager => "Secrets Manager",
            Self::Carrier => "Twilio",
            Self::Web => "HTTP",
        })
    }
}

/// A failed port call: which service, which operation, on what, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{service} {operation} of {subject}: {message}")]
pub struct CloudError {
    /// Service.
    pub service: Service,
    /// Operation in the service's own spelling, e.g. `CreateChangeSet`.
    pub operation: &'static str,
    /// What it was about: stack, bucket/key, URL, …
    pub subject: String,
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The service's message, with its code and request id when it gave them.
    pub message: String,
}

/// Kinds of failure that differ in what a user does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// No usable credentials.
    Credentials,
    /// Credentials are good, the action is not allowed.
    AccessDenied,
    /// Nobody answered.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// Asked to slow down, attempts used up.
    Throttled,
    /// Somebody else is changing it.
    Conflict,
    /// The thing is not there.
    NotFound,
    /// The request was refused as wrong.
    Rejected,
    /// The service failed.
    Server,
    /// The service, such as the local cloud's, does not have the operation.
    Unsupported,
    /// This machine takes no more of what the service gave.
    Disk,
    /// None of these.
    Other,
}

impl Hint for CloudError {
    fn hint(&self) -> Option<String> {
        match self.kind {
            ErrorKind::Credentials => Some(
                "sign in first, e.g. `aws sso login`, or set AWS_PROFILE; the local cloud needs none: `--env local`".into(),
            ),
            ErrorKind::AccessDenied if self.service == Service::Carrier => Some(
                "use a token of the account that owns the sender; docs/credentials.md says which is needed where".into(),
            ),
            ErrorKind::AccessDenied => Some(
                "give the role that runs this what `qdn-infra permissions` with the same `--env` prints; `qdn-infra doctor` says which action is missing".into(),
            ),
            ErrorKind::Unreachable if self.service == Service::Carrier => Some(
                "check the network, or leave the layer out: `--skip-layer carrier`".into(),
            ),
            ErrorKind::Unreachable => Some(
                "check the network and the region; for the local cloud see `qdn-infra local status`".into(),
            ),
            ErrorKind::Timeout | ErrorKind::Throttled | ErrorKind::Server => {
                Some("run the same command again; it continues where this one stopped".into())
            }
            ErrorKind::Conflict => Some("another operation is under way; wait for it, then run the same command again".into()),
            ErrorKind::Unsupported if self.service == Service::CloudFormation => Some(
                "`destroy`, then `apply`, with the same `--env`, goes without that operation".into(),
            ),
            ErrorKind::NotFound if self.service == Service::Carrier => Some(
                "see that the names in the secrets file belong to one Twilio account; docs/credentials.md says what each is".into(),
            ),
            ErrorKind::NotFound => Some(
                "it was removed meanwhile, or never made: `qdn-infra plan` with the same `--env` shows what is there".into(),
            ),
            ErrorKind::Disk => Some("make room there, or let this user write there".into()),
            ErrorKind::Rejected | ErrorKind::Unsupported | ErrorKind::Other => None,
        }
    }
}
