//! Typed CloudFormation resources, one file a service. A property that AWS does not know cannot be written, and
//! one that this project must never use (a public bucket, a wildcard action) has no spelling here.
//! Which resources exist, and why, is `stack`'s business.

pub mod apigateway;
pub mod cloudfront;
pub mod cloudwatch;
pub mod dynamodb;
mod error;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod policy;
pub mod s3;
pub mod scheduler;
pub mod sns;
pub mod sqs;

pub use error::Error;
