//! What the resources are called on AWS. Every name begins with the stack's, so that the environments of one
//! account cannot collide and the permissions boundary can tell them apart.

use qdn_shared::package::FunctionName;

use crate::config::{Site, StackFile};
use crate::template::{Pseudo, Text, text};

/// Holds packages, templates and manifests. A bucket's name is taken worldwide, hence account and region.
pub fn artifacts_bucket(file: &StackFile) -> Text {
    bucket(file, "artifacts")
}

/// Holds the page.
pub fn site_bucket(file: &StackFile) -> Text {
    bucket(file, "site")
}

fn bucket(file: &StackFile, purpose: &str) -> Text {
    text![
        of(file, purpose),
        "-",
        Pseudo::AccountId,
        "-",
        Pseudo::Region
    ]
}

/// The name of the one thing of its kind with this purpose: `qdn-prod-api`.
pub fn of(file: &StackFile, purpose: &str) -> String {
    format!("{}-{purpose}", file.name)
}

/// A function.
pub fn function(file: &StackFile, function: FunctionName) -> String {
    of(file, function.as_str())
}

/// The table of jobs and messages.
pub fn table(file: &StackFile) -> String {
    of(file, "data")
}

/// The store that the function at the edge reads.
pub fn key_value_store(file: &StackFile) -> String {
    of(file, "keys")
}

/// The queue of what could not be worked on.
pub fn dead_letters(file: &StackFile) -> String {
    of(file, "dead-letters")
}

/// A secret. The deployer makes those before the stack, so the stack knows them by name alone.
pub fn secret(file: &StackFile, purpose: &str) -> String {
    format!("{}/{purpose}", file.name)
}

/// The Amazon Resource Name of the bucket that holds the page, whoever owns it.
pub fn site_bucket_arn(file: &StackFile) -> Text {
    let name = match &file.site {
        Site::Managed { .. } => site_bucket(file),
        Site::Existing { bucket, .. } => bucket.as_str().into(),
    };
    text!["arn:", Pseudo::Partition, ":s3:::", name]
}

/// The Amazon Resource Name of something regional that has one of the usual form.
pub fn regional_arn(service: &str, resource: impl Into<String>) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":",
        service,
        ":",
        Pseudo::Region,
        ":",
        Pseudo::AccountId,
        ":",
        resource.into()
    ]
}

/// The managed policy that bounds every role of the stack.
pub(super) fn boundary(file: &StackFile) -> String {
    of(file, "boundary")
}

/// The boundary's Amazon Resource Name. It lives in the bootstrap stack, hence no reference.
pub fn boundary_arn(file: &StackFile) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":iam::",
        Pseudo::AccountId,
        ":policy/",
        boundary(file)
    ]
}

/// What lets API Gateway write logs, kept by AWS.
pub fn log_role_policy_arn() -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    ]
}

/// The log group of a function; `*` stands for all of the stack's functions.
pub fn function_log_group(file: &StackFile, function: &str) -> String {
    format!("/aws/lambda/{}", of(file, function))
}

/// The log group of the REST API's access logs.
pub fn access_log_group(file: &StackFile) -> String {
    format!("/aws/apigateway/{}", of(file, "api"))
}
