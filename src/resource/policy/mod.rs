//! IAM policy documents: who may do what with which resource. Roles and managed policies, which carry them,
//! are in `iam`; a bucket's own policy is in `s3`.

mod condition;
mod document;
mod statement;
#[cfg(test)]
mod tests;

pub use condition::{ConditionKey, Operator};
pub use document::{AUDIENCE, IdentityPolicy, ResourcePolicy, TrustPolicy};
pub use statement::{
    DeniedService, Effect, GrantedStatement, Principal, Resources, Service, Statement,
};
