//! The three kinds of policy document: an identity's, a resource's, and a role's trust.

use serde::Serialize;

use super::statement::{
    ConditionKey, Conditions, Effect, GrantedStatement, Operator, Principal, Service, Statement,
};
use crate::resource::Error;
use crate::template::Pseudo;

/// A policy of an identity: says what its bearer may do. It names no principal.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct IdentityPolicy(Document<Statement>);

impl IdentityPolicy {
    /// Fails without a statement.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Result<Self, Error> {
        Document::new(statements).map(Self)
    }

    /// Its statements, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.0.statement.iter()
    }
}

/// A policy of a resource: says who may do what with it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ResourcePolicy(Document<GrantedStatement>);

impl ResourcePolicy {
    /// Fails without a statement.
    pub fn new(statements: impl IntoIterator<Item = GrantedStatement>) -> Result<Self, Error> {
        Document::new(statements).map(Self)
    }
}

/// Who may take on a role: one AWS service.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct TrustPolicy(Document<Trust>);

impl TrustPolicy {
    /// Lets `service` take on the role.
    pub fn service(service: Service) -> Self {
        Self::new(service, Conditions::default())
    }

    /// Lets `service` take on the role, on behalf of this account alone: for a service that works for many accounts
    /// and could be sent here by another.
    pub fn service_for_this_account(service: Service) -> Self {
        let mut condition = Conditions::default();
        condition.insert(
            Operator::StringEquals,
            ConditionKey::SourceAccount,
            Pseudo::AccountId.into(),
        );
        Self::new(service, condition)
    }

    fn new(service: Service, condition: Conditions) -> Self {
        let trust = Trust {
            effect: Effect::Allow,
            principal: Principal::Service(service),
            action: "sts:AssumeRole",
            condition,
        };
        Self(Document {
            version: Version::Current,
            statement: vec![trust],
        })
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<S> {
    version: Version,
    statement: Vec<S>,
}

impl<S> Document<S> {
    fn new(statements: impl IntoIterator<Item = S>) -> Result<Self, Error> {
        let statement: Vec<S> = statements.into_iter().collect();
        if statement.is_empty() {
            Err(Error::EmptyStatement {
                what: "policy document",
            })
        } else {
            Ok(Self {
                version: Version::Current,
                statement,
            })
        }
    }
}

/// The policy language's version; the older one has no reason to be used.
#[derive(Debug, Clone, Copy, Serialize)]
enum Version {
    #[serde(rename = "2012-10-17")]
    Current,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Trust {
    effect: Effect,
    principal: Principal,
    action: &'static str,
    #[serde(skip_serializing_if = "Conditions::is_empty")]
    condition: Conditions,
}
