//! Change sets: what they are made from, and what CloudFormation says of them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drift::PropertyDrift;
use super::foreign::ImportedResource;

/// Whether a change set makes a stack or changes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeSetKind {
    /// The stack does not exist yet.
    Create,
    /// The stack exists.
    Update,
}

/// Where CloudFormation reads the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateSource {
    /// Sent along (up to 51,200 bytes).
    Body(String),
    /// An object in S3 (up to 1 MiB).
    Object {
        /// Bucket name.
        bucket: String,
        /// Object key.
        key: String,
    },
}

/// What a change set is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// Stack name.
    pub stack: String,
    /// Create or update.
    pub kind: ChangeSetKind,
    /// Change set name, also its `ClientToken`.
    pub name: String,
    /// The template.
    pub template: TemplateSource,
    /// Every parameter's value.
    pub parameters: BTreeMap<String, String>,
    /// Stack tags.
    pub tags: BTreeMap<String, String>,
    /// Resources that exist and are taken in. With any, that is all the change set does, and where there is no stack it
    /// makes one of them alone.
    pub imports: Vec<ImportedResource>,
    /// What it is compared with.
    pub mode: DeploymentMode,
}

/// What a change set compares the template with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeploymentMode {
    /// With the template before.
    #[default]
    Standard,
    /// Also with what is there (`REVERT_DRIFT`): what was changed outside the stack is put back.
    RevertDrift,
}

/// ARNs of a change set and its stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetIds {
    /// Change set ARN.
    pub change_set: String,
    /// Stack ARN.
    pub stack: String,
}

/// A change set as CloudFormation describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// How far its making has come.
    pub status: ChangeSetStatus,
    /// Changes to resources, in CloudFormation's order.
    pub changes: Vec<ReportedChange>,
}

/// How far the making of a change set has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSetStatus {
    /// Still being made.
    Pending,
    /// Can be executed.
    Ready,
    /// Refused because nothing would change.
    Empty,
    /// Refused, with CloudFormation's reason.
    Failed(String),
}

/// One change of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedChange {
    /// Logical id.
    pub logical_id: String,
    /// Resource type, e.g. `AWS::S3::Bucket`.
    pub resource_type: String,
    /// `Add`, `Modify`, `Remove`, …
    pub action: ReportedAction,
    /// CloudFormation's verdict.
    pub replacement: Replacement,
    /// Whether CloudFormation knows already that it changes. If not, it changes only when something that it
    /// refers to gets another value.
    pub certain: bool,
    /// How it is not as the stack says, when the change set looked and it is not; empty for one that is gone.
    pub drift: Option<Vec<PropertyDrift>>,
}

/// What a change set does to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportedAction {
    /// Makes it.
    Add,
    /// Changes it.
    Modify,
    /// Removes it.
    Remove,
    /// Takes an existing resource in.
    Import,
    /// Known only once other resources have changed.
    Dynamic,
}

/// Whether a change makes a resource anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Replacement {
    /// Changed in place.
    Never,
    /// Made anew, the old one removed.
    Always,
    /// Known only while executing.
    Conditional,
    /// Nobody has said.
    Unknown,
}
