//! What is added to a distribution and a bucket that are not ours, and how it is taken away again. Pure: documents
//! in, documents and differences out.
//!
//! Ours is recognised by what it is called: origins [`ORIGIN_PREFIX`]`…` with the behaviors that send to them, the
//! edge function's ARN, and statements [`STATEMENT_PREFIX`]`…`. Everything else is somebody else's, stays byte for
//! byte as it was, and keeps its order.
//!
//! | file | what it does |
//! |---|---|
//! | `xml` | reads and writes the configuration so that what it does not know survives |
//! | `wanted` | says what of ours belongs into a configuration |
//! | `settle` | compares one element of ours with what was found, and mends it |
//! | `pattern` | tells which path patterns take requests from each other |
//! | `parts` | finds origins, behaviors and associations in a configuration |
//! | `distribution` | attaches and detaches |
//! | `first` | tells which function sees requests first |
//! | `warnings` | sees what the rest of a configuration does to our paths |
//! | `policy` | puts statements into a bucket policy and takes them out |

mod distribution;
mod first;
mod parts;
mod pattern;
mod policy;
mod refusal;
mod settle;
#[cfg(test)]
mod tests;
mod wanted;
mod warnings;
mod xml;

pub use distribution::{Revised, attach, detach};
pub use first::default_function;
pub use policy::{Policy, merge, unmerge};
pub use refusal::Refusal;
pub use wanted::{Behavior, FunctionAssociation, Origin, Ours, ReadGrant};
pub use warnings::{Warnings, is_enabled, warnings};

/// How the ids of our origins begin.
pub const ORIGIN_PREFIX: &str = "qdn-infra-";

/// How the ids of our statements in a bucket policy begin.
pub const STATEMENT_PREFIX: &str = "QdnInfra";
