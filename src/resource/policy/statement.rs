//! One statement of a policy: effect, actions, resources, conditions, principal.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use super::condition::{ConditionKey, Conditions, Operator};
use crate::resource::Error;
use crate::template::{Pseudo, Text};

/// Whether a statement allows or denies. A denial wins over every allowance.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Effect {
    Allow,
    Deny,
}

/// One statement, without a principal.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    sid: &'static str,
    effect: Effect,
    action: Vec<String>,
    resource: Resources,
    #[serde(skip_serializing_if = "Conditions::is_empty")]
    condition: Conditions,
}

impl Statement {
    /// Allows these actions, each named in full (`s3:GetObject`). Fails on a wildcard.
    pub fn allow(sid: &'static str, actions: &[&str], resources: Resources) -> Result<Self, Error> {
        if let Some(action) = actions.iter().find(|action| !is_action(action)) {
            return Err(Error::Action {
                action: (*action).to_owned(),
            });
        }
        Self::new(
            sid,
            Effect::Allow,
            actions.iter().map(|action| (*action).to_owned()).collect(),
            resources,
        )
    }

    /// Denies all that a service can do. There is no counterpart that allows it.
    pub fn deny_service(
        sid: &'static str,
        service: DeniedService,
        resources: Resources,
    ) -> Result<Self, Error> {
        let action = match service {
            DeniedService::Iam => "iam:*",
            DeniedService::S3 => "s3:*",
            DeniedService::Sqs => "sqs:*",
        };
        Self::new(sid, Effect::Deny, vec![action.to_owned()], resources)
    }

    fn new(
        sid: &'static str,
        effect: Effect,
        action: Vec<String>,
        resource: Resources,
    ) -> Result<Self, Error> {
        if action.is_empty() {
            return Err(Error::EmptyStatement { what: "action" });
        }
        resource.check()?;
        Ok(Self {
            sid,
            effect,
            action,
            resource,
            condition: Conditions::default(),
        })
    }

    /// Holds only where `key` compares with `value`.
    #[must_use]
    pub fn when(mut self, operator: Operator, key: ConditionKey, value: impl Into<Text>) -> Self {
        self.condition.insert(operator, key, [value.into()]);
        self
    }

    /// As IAM takes it, where `value_of` knows the pseudo parameters; none if a resource or parameter takes part, whose
    /// value only the deployed stack can tell.
    pub fn resolved<'a>(&self, value_of: impl Fn(Pseudo) -> &'a str + Copy) -> Option<Value> {
        let resources = match &self.resource {
            Resources::Everything { .. } => json!("*"),
            Resources::These(these) => {
                let texts = these.iter().map(|text| text.resolve(value_of));
                json!(texts.collect::<Option<Vec<_>>>()?)
            }
        };
        let mut statement = json!({
            "Sid": self.sid,
            "Effect": self.effect,
            "Action": self.action,
            "Resource": resources,
        });
        if !self.condition.is_empty() {
            statement["Condition"] = self.condition.resolved(value_of)?;
        }
        Some(statement)
    }

    /// What it allows or denies, each as `service:Action`, or `service:*`.
    pub fn actions(&self) -> &[String] {
        &self.action
    }

    /// Makes it a statement of a resource's policy.
    pub fn granted_to(self, principal: Principal) -> GrantedStatement {
        GrantedStatement {
            principal,
            statement: self,
        }
    }

    /// Why it names every resource, if it does.
    pub fn reason_for_every_resource(&self) -> Option<&'static str> {
        match self.resource {
            Resources::Everything { reason } => Some(reason),
            Resources::These(_) => None,
        }
    }
}

/// `service:Action`, both spelled out.
fn is_action(action: &str) -> bool {
    let Some((service, name)) = action.split_once(':') else {
        return false;
    };
    let service_fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !service.is_empty()
        && service.bytes().all(service_fits)
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A service that a policy of ours shuts out as a whole.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeniedService {
    Iam,
    S3,
    Sqs,
}

/// A statement that says whom it is about.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantedStatement {
    principal: Principal,
    #[serde(flatten)]
    statement: Statement,
}

/// Which resources a statement is about.
#[derive(Debug, Clone)]
pub enum Resources {
    /// These, by Amazon Resource Name; a name may end in a wildcard, but is never `*` itself.
    These(Vec<Text>),
    /// `*`.
    Everything {
        /// Why AWS or safety leaves no narrower choice.
        reason: &'static str,
    },
}

impl Resources {
    /// These resources, by Amazon Resource Name.
    pub fn these(resources: impl IntoIterator<Item = Text>) -> Self {
        Self::These(resources.into_iter().collect())
    }

    /// `*`, for this reason.
    pub fn everything(reason: &'static str) -> Self {
        Self::Everything { reason }
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Self::These(resources) if resources.is_empty() => {
                Err(Error::EmptyStatement { what: "resource" })
            }
            Self::These(resources)
                if resources.iter().any(|text| text.as_literal() == Some("*")) =>
            {
                Err(Error::EveryResource)
            }
            Self::These(_) | Self::Everything { .. } => Ok(()),
        }
    }
}

impl Serialize for Resources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::These(resources) => resources.serialize(serializer),
            Self::Everything { .. } => serializer.serialize_str("*"),
        }
    }
}

/// Whom a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// An AWS service.
    Service(Service),
    /// Whoever an identity provider vouches for, by the provider's Amazon Resource Name.
    Federated(Text),
    /// Everybody, signed in or not; meant for denials.
    Everybody,
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Service(service) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Service", service)?;
                map.end()
            }
            Self::Federated(provider) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("Federated", provider)?;
                map.end()
            }
            Self::Everybody => serializer.serialize_str("*"),
        }
    }
}

/// An AWS service as a principal.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Service {
    #[serde(rename = "apigateway.amazonaws.com")]
    ApiGateway,
    #[serde(rename = "cloudfront.amazonaws.com")]
    CloudFront,
    #[serde(rename = "lambda.amazonaws.com")]
    Lambda,
    #[serde(rename = "scheduler.amazonaws.com")]
    Scheduler,
}
