//! When a statement holds: what a condition looks at, and how it compares.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::template::{Pseudo, Text};

/// How a condition compares.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Operator {
    Bool,
    StringEquals,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ConditionKey {
    /// Whether the request came over TLS: `true` or `false`.
    #[serde(rename = "aws:SecureTransport")]
    SecureTransport,
    /// The account on whose behalf a service calls.
    #[serde(rename = "aws:SourceAccount")]
    SourceAccount,
    /// The resource on whose behalf a service calls.
    #[serde(rename = "aws:SourceArn")]
    SourceArn,
    /// The service that a role is handed to.
    #[serde(rename = "iam:PassedToService")]
    PassedToService,
    /// The permissions boundary of the role in question.
    #[serde(rename = "iam:PermissionsBoundary")]
    PermissionsBoundary,
    /// The managed policy that is attached or detached.
    #[serde(rename = "iam:PolicyARN")]
    PolicyArn,
    /// The service through which a key of KMS is used.
    #[serde(rename = "kms:ViaService")]
    ViaService,
    /// Whom a token of GitHub Actions is meant for.
    #[serde(rename = "token.actions.githubusercontent.com:aud")]
    GitHubAudience,
    /// Whose token of GitHub Actions it is: repository, and branch, environment or kind of event.
    #[serde(rename = "token.actions.githubusercontent.com:sub")]
    GitHubSubject,
}

/// All have to hold; of several values of one key, one.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Conditions(BTreeMap<Operator, BTreeMap<ConditionKey, Values>>);

impl Conditions {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn insert(
        &mut self,
        operator: Operator,
        key: ConditionKey,
        values: impl IntoIterator<Item = Text>,
    ) {
        let values = Values(values.into_iter().collect());
        self.0.entry(operator).or_default().insert(key, values);
    }

    /// As IAM takes it; none if a value is known to the deployed stack alone.
    pub(super) fn resolved<'a>(
        &self,
        value_of: impl Fn(Pseudo) -> &'a str + Copy,
    ) -> Option<Value> {
        let mut operators = Map::new();
        for (operator, keys) in &self.0 {
            let mut resolved = Map::new();
            for (key, Values(values)) in keys {
                let texts = values.iter().map(|text| text.resolve(value_of));
                let value = match texts.collect::<Option<Vec<_>>>()?.as_slice() {
                    [one] => Value::from(one.as_str()),
                    several => Value::from(several.to_vec()),
                };
                resolved.insert(name(key), value);
            }
            operators.insert(name(operator), Value::Object(resolved));
        }
        Some(Value::Object(operators))
    }
}

/// A key's spelling.
fn name(key: &impl Serialize) -> String {
    let spelled = serde_json::to_value(key).unwrap_or_default();
    spelled.as_str().unwrap_or_default().to_owned()
}

/// One value stands alone, as IAM writes it.
#[derive(Debug, Clone)]
struct Values(Vec<Text>);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            several => serializer.collect_seq(several),
        }
    }
}
