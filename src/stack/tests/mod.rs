//! Tests of the declared stacks: what they look like (`snapshots`), what must hold for any stack file (`rules`),
//! and when the REST API is deployed anew (`deployment`).

mod deployment;
pub(super) mod fixture;
mod rules;
mod snapshots;
