//! What becomes of resources that hold data. Which resources those are is said where they are declared.

use crate::config::DataPolicy;
use crate::template::{Declaration, DeletionPolicy, Resource, UpdateReplacePolicy};

/// A resource whose loss is a loss of data.
pub(super) fn holding_data<R: Resource>(resource: R, data: DataPolicy) -> Declaration<R> {
    let (deletion, replacement) = match data {
        DataPolicy::Keep => (
            DeletionPolicy::RetainExceptOnCreate,
            UpdateReplacePolicy::Retain,
        ),
        DataPolicy::Discard => (DeletionPolicy::Delete, UpdateReplacePolicy::Delete),
    };
    Declaration::new(resource).on_removal(deletion, replacement)
}
