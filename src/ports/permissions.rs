//! What a principal may do, as IAM itself works it out (simulation). Reads only; nothing is tried.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::Result;

/// Simulations of a principal's policies (IAM).
#[async_trait]
pub trait Permissions: Send + Sync {
    /// ARN of a role by its name, path included; none when there is no such role.
    async fn role(&self, name: &str) -> Result<Option<String>>;
    /// Those of the actions that the user or role with this ARN may not do, in alphabetical order. Policies of
    /// resources are not part of it.
    async fn refused(&self, principal: &str, question: &Question) -> Result<Vec<String>>;
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Actions in IAM's spelling, e.g. `s3:PutObject`.
    pub actions: Vec<&'static str>,
    /// ARN of the resource that they are done to.
    pub resource: String,
    /// Condition keys and their values, e.g. `iam:PassedToService`.
    pub context: BTreeMap<&'static str, String>,
}
