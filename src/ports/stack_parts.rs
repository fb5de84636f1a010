//! What a stack consists of besides its template: resources, and change sets that were not executed.

/// A resource of a stack, or of what was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Logical id.
    pub logical_id: String,
    /// Resource type, e.g. `AWS::S3::Bucket`.
    pub resource_type: String,
    /// Name or id in its service; none when it was never made.
    pub physical_id: Option<String>,
    /// Resource status, e.g. `DELETE_COMPLETE`.
    pub status: String,
    /// Reason of the status, when one is given.
    pub reason: Option<String>,
}

impl StackResource {
    /// Whether something of it may still be there.
    pub fn is_left(&self) -> bool {
        self.physical_id.is_some() && self.status != "DELETE_COMPLETE"
    }
}

/// A change set of a stack that was not executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetSummary {
    /// ARN.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it failed or is obsolete: nobody can ever execute it.
    pub dead: bool,
}
