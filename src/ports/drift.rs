//! Drift of a stack: what CloudFormation finds changed outside it.

use async_trait::async_trait;

use super::Result;

/// Drift detection (CloudFormation).
#[async_trait]
pub trait Drifts: Send + Sync {
    /// Starts comparing a stack with what is there; returns the detection's id.
    async fn detect(&self, stack: &str) -> Result<String>;
    /// How far a detection is.
    async fn detection(&self, id: &str) -> Result<Detection>;
    /// What was found changed or gone, every page read, in the order of logical ids.
    async fn drifted(&self, stack: &str) -> Result<Vec<ResourceDrift>>;
}

/// How far a detection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// It is under way.
    Running,
    /// It is done.
    Complete,
    /// Some resources could not be compared; what could be, was.
    Partial {
        /// CloudFormation's reason.
        reason: String,
    },
}

/// A resource that is not as the stack says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceDrift {
    /// Logical id.
    pub logical_id: String,
    /// Resource type.
    pub resource_type: String,
    /// Whether it is gone.
    pub is_gone: bool,
    /// What differs; empty for one that is gone.
    pub properties: Vec<PropertyDrift>,
}

/// A property that is not as the stack says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyDrift {
    /// Path, e.g. `/MemorySize`.
    pub path: String,
    /// As the stack says; none when it says nothing.
    pub expected: Option<String>,
    /// As it is; none when it is not there.
    pub actual: Option<String>,
}
