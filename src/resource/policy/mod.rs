//! IAM policy documents: who may do what with which resource. Roles and managed policies, which carry them,
//! are in `iam`; a bucket's own policy is in `s3`.

mod document;
mod statement;
#[cfg(test)]
mod tests;

pub use document::{IdentityPolicy, ResourcePolicy, TrustPolicy};
pub use statement::{
    ConditionKey, DeniedService, Effect, GrantedStatement, Operator, Principal, Resources, Service,
    Statement,
};
