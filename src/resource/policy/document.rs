//! The three kinds of policy document: an identity's, a resource's, and a role's trust.

use serde::Serialize;

use serde_json::{Value, json};

use super::condition::{ConditionKey, Conditions, Operator};
use super::statement::{Effect, GrantedStatement, Principal, Service, Statement};
use crate::resource::Error;
use crate::template::{Pseudo, Text};

/// Whom a token has to be meant for that is exchanged for credentials of AWS.
pub const AUDIENCE: &str = "sts.amazonaws.com";

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

    /// As IAM takes it; see [`Statement::resolved`].
    pub fn resolved<'a>(&self, value_of: impl Fn(Pseudo) -> &'a str + Copy) -> Option<Value> {
        let statements = self.statements().map(|one| one.resolved(value_of));
        let statements = statements.collect::<Option<Vec<_>>>()?;
        Some(json!({"Version": self.0.version, "Statement": statements}))
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

/// Who may take on a role: one AWS service, or whoever an identity provider vouches for.
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
            [Pseudo::AccountId.into()],
        );
        Self::new(service, condition)
    }

    /// Lets runs of GitHub Actions with one of these subjects take on the role: `provider` is the Amazon Resource Name
    /// of the account's provider for GitHub's tokens, which are meant for AWS STS and nobody else.
    pub fn github(provider: Text, subjects: impl IntoIterator<Item = Text>) -> Self {
        let mut condition = Conditions::default();
        let (audience, subject) = (ConditionKey::GitHubAudience, ConditionKey::GitHubSubject);
        condition.insert(Operator::StringEquals, audience, [AUDIENCE.into()]);
        condition.insert(Operator::StringEquals, subject, subjects);
        Self::by(
            Principal::Federated(provider),
            "sts:AssumeRoleWithWebIdentity",
            condition,
        )
    }

    fn new(service: Service, condition: Conditions) -> Self {
        Self::by(Principal::Service(service), "sts:AssumeRole", condition)
    }

    fn by(principal: Principal, action: &'static str, condition: Conditions) -> Self {
        let trust = Trust {
            effect: Effect::Allow,
            principal,
            action,
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
