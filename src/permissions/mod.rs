//! What somebody has to be allowed who plans or applies an environment: IAM policies, made of one table of the calls that
//! this program makes and one of what CloudFormation does on its caller's behalf for each resource type. A test holds
//! the first against the calls that `aws` can make, another the second against the types that `stack` declares.
//!
//! | file | says |
//! |---|---|
//! | `purpose` | what somebody is allowed for |
//! | `operations` | which actions each call of ours needs |
//! | `handlers` | which actions CloudFormation needs for each resource type |
//! | `target` | what an action is done to |
//! | `environment` | what is read from the declared stacks: which types, which roles |
//! | `policy` | all of it as policies within IAM's limits |
//! | `ci` | the two roles of a pipeline, declared |

mod ci;
mod environment;
mod handlers;
mod operations;
mod policy;
mod purpose;
mod target;
#[cfg(test)]
mod tests;

pub use ci::{Ci, Repository, UnknownRepository, declare as declare_ci, is_plain as is_plain_name};
pub use environment::{Declared, Error};
pub use operations::{Operation, operation, operations};
pub use policy::{LIMIT, Policy, policies};
pub use purpose::Purpose;
pub use target::Target;

/// Actions, and what they are done to.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// Each in full, e.g. `s3:GetObject`.
    pub actions: &'static [&'static str],
    /// On all of these.
    pub on: &'static [Target],
}

const fn need(actions: &'static [&'static str], on: &'static [Target]) -> Need {
    Need { actions, on }
}
