//! What the resources are called on AWS. Every name begins with the stack's, so that the environments of one
//! account cannot collide and the permissions boundary can tell them apart.

use crate::config::StackFile;
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

/// The managed policy that bounds every role of the stack.
pub(super) fn boundary(file: &StackFile) -> String {
    of(file, "boundary")
}

/// The boundary's Amazon Resource Name. It lives in the bootstrap stack, hence no reference.
pub(super) fn boundary_arn(file: &StackFile) -> Text {
    text![
        "arn:",
        Pseudo::Partition,
        ":iam::",
        Pseudo::AccountId,
        ":policy/",
        boundary(file)
    ]
}

/// The log group of a function; `*` stands for all of the stack's functions.
pub(super) fn function_log_group(file: &StackFile, function: &str) -> String {
    format!("/aws/lambda/{}", of(file, function))
}

/// The log group of the REST API's access logs.
pub(super) fn access_log_group(file: &StackFile) -> String {
    format!("/aws/apigateway/{}", of(file, "api"))
}
