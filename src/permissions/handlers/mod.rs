//! What CloudFormation does as its caller for each resource type that `stack` declares, by what happens to a resource:
//! as its registry of types says, without what only properties need that are never declared here.

mod compute;
mod data;
mod edge;
mod gateway;

use super::Need;

/// A resource type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handler {
    /// For example `AWS::S3::Bucket`.
    pub(super) resource_type: &'static str,
    /// Drift and imports read it as well.
    pub(super) read: &'static [Need],
    pub(super) create: &'static [Need],
    pub(super) update: &'static [Need],
    /// When it leaves the stack, is replaced, or its creation is rolled back.
    pub(super) delete: &'static [Need],
}

impl Handler {
    /// What changes the resource.
    pub(super) fn changes(&self) -> impl Iterator<Item = &'static Need> {
        self.create.iter().chain(self.update).chain(self.delete)
    }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Handler> {
    let tables = [
        compute::HANDLERS,
        data::HANDLERS,
        edge::HANDLERS,
        gateway::HANDLERS,
    ];
    tables.into_iter().flatten()
}

/// The one of a type.
pub(super) fn of(resource_type: &str) -> Option<&'static Handler> {
    all().find(|handler| handler.resource_type == resource_type)
}
