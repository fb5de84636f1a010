//! What the ports take and give about things that exist already and that no stack made.

use std::collections::BTreeMap;

/// The configuration of a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionDocument {
    /// Its version (`ETag`).
    pub version: String,
    /// The element `DistributionConfig` as CloudFront wrote it, or is to take it. Never a typed form: an update
    /// replaces everything, so what this program does not know has to survive.
    pub xml: String,
}

/// A resource that exists and is taken into a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedResource {
    /// Logical id that it gets.
    pub logical_id: String,
    /// Resource type.
    pub resource_type: String,
    /// What identifies it, e.g. `BucketName`.
    pub identifier: BTreeMap<String, String>,
}
