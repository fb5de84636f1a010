//! CloudFormation templates: references that cannot dangle, and an ordered, deterministic document.
//! What the resources look like is `resource`'s business, which of them exist is `stack`'s.

mod builder;
mod document;
mod error;
mod logical_id;
mod lower;
mod reference;
#[cfg(test)]
mod tests;
mod text;
mod yaml;

pub use builder::{Declaration, TemplateBuilder};
pub use document::{
    DeletionPolicy, Output, Parameter, ResourceEntry, Template, UpdateReplacePolicy,
};
pub use error::Error;
pub use logical_id::LogicalId;
pub(crate) use reference::resource;
pub use reference::{
    Arn, AttributeName, Dependency, Handle, HasArn, NoAttribute, ParameterHandle, Resource,
};
pub(crate) use text::text;
pub use text::{Pseudo, Text};
