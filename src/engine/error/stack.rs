//! What CloudFormation says of single resources when an operation fails or cannot begin.

use crate::ports::StackResource;

/// A resource that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// Logical id.
    pub logical_id: String,
    /// What it is, and CloudFormation's word on it, e.g. `AWS::S3::Bucket qdn-site, DELETE_SKIPPED`.
    pub what: String,
}

impl Remains {
    pub(in crate::engine) fn of(resource: StackResource) -> Self {
        let StackResource {
            logical_id,
            resource_type,
            physical_id,
            status,
            reason,
        } = resource;
        let name = physical_id.map(|name| format!(" {name}"));
        let reason = reason.map(|reason| format!(": {reason}"));
        let (name, reason) = (name.unwrap_or_default(), reason.unwrap_or_default());
        Self {
            logical_id,
            what: format!("{resource_type}{name}, {status}{reason}"),
        }
    }
}

/// The first thing that went wrong in a stack operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCause {
    /// Logical id; none when CloudFormation named no resource.
    pub logical_id: Option<String>,
    /// Resource type.
    pub resource_type: String,
    /// Resource status.
    pub status: String,
    /// CloudFormation's reason.
    pub reason: String,
}

impl std::fmt::Display for RootCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.logical_id {
            Some(logical_id) => write!(
                f,
                "{logical_id} ({}) {}: {}",
                self.resource_type, self.status, self.reason
            ),
            None => write!(f, "{}", self.reason),
        }
    }
}
