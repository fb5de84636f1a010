//! A finished template: an ordered document with one form in bytes. Putting it together is `builder`'s business.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Error, LogicalId, Text, yaml};

/// A parameter: a string given with every change set, never defaulted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parameter {
    #[serde(rename = "Type")]
    kind: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_pattern: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraint_description: Option<&'static str>,
}

impl Parameter {
    /// Any string; `description` says to people what it is for.
    pub fn string(description: impl Into<String>) -> Self {
        Self {
            kind: "String",
            description: description.into(),
            allowed_pattern: None,
            constraint_description: None,
        }
    }

    /// Only strings that match `pattern` as a whole; `expected` says in words what that is.
    #[must_use]
    pub fn matching(mut self, pattern: &'static str, expected: &'static str) -> Self {
        self.allowed_pattern = Some(pattern);
        self.constraint_description = Some(expected);
        self
    }
}

/// An output: a value the deployed stack tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub(super) description: String,
    pub(super) value: Text,
}

impl Output {
    /// `description` says to people what `value` is.
    pub fn new(description: impl Into<String>, value: impl Into<Text>) -> Self {
        Self {
            description: description.into(),
            value: value.into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OutputEntry {
    pub(super) description: String,
    pub(super) value: Value,
}

/// What becomes of a resource that leaves the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DeletionPolicy {
    /// Deleted with everything in it.
    Delete,
    /// Kept, whatever happens.
    Retain,
    /// Kept, unless the very operation that created it is rolled back: then it is still empty, and left behind
    /// it would block the next attempt by its name.
    RetainExceptOnCreate,
}

/// What becomes of the old resource when an update replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum UpdateReplacePolicy {
    /// Deleted with everything in it.
    Delete,
    /// Kept, out of the stack.
    Retain,
}

/// One resource as the template holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceEntry {
    #[serde(rename = "Type")]
    pub(super) resource_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<LogicalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deletion_policy: Option<DeletionPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update_replace_policy: Option<UpdateReplacePolicy>,
    #[serde(skip_serializing_if = "no_properties")]
    pub(super) properties: Value,
}

fn no_properties(properties: &Value) -> bool {
    properties
        .as_object()
        .is_some_and(serde_json::Map::is_empty)
}

impl ResourceEntry {
    /// For example `AWS::S3::Bucket`.
    pub fn resource_type(&self) -> &'static str {
        self.resource_type
    }

    /// CloudFormation's JSON, keys in alphabetical order.
    pub fn properties(&self) -> &Value {
        &self.properties
    }

    /// What becomes of it when it leaves the stack, if that was said.
    pub fn deletion_policy(&self) -> Option<DeletionPolicy> {
        self.deletion_policy
    }
}

/// A finished template. Parameters, resources and outputs stand in the order of their declaration, properties
/// in alphabetical order; the same declarations give the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Template {
    #[serde(rename = "AWSTemplateFormatVersion")]
    format_version: &'static str,
    description: String,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    parameters: IndexMap<LogicalId, Parameter>,
    resources: IndexMap<LogicalId, ResourceEntry>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    outputs: IndexMap<LogicalId, OutputEntry>,
    /// What [`Template::minified`] gives, written once.
    #[serde(skip)]
    minified: String,
}

impl Template {
    /// CloudFormation's limit for a template in S3, in bytes.
    pub const MAX_BYTES: usize = 1024 * 1024;
    /// CloudFormation's limit for a description, in bytes.
    const MAX_DESCRIPTION_BYTES: usize = 1024;
    const MAX_PARAMETERS: usize = 200;
    const MAX_RESOURCES: usize = 500;
    const MAX_OUTPUTS: usize = 200;

    pub(super) fn new(
        description: String,
        parameters: IndexMap<LogicalId, Parameter>,
        resources: IndexMap<LogicalId, ResourceEntry>,
        outputs: IndexMap<LogicalId, OutputEntry>,
    ) -> Result<Self, Error> {
        for (what, count, limit) in [
            (
                "bytes of description",
                description.len(),
                Self::MAX_DESCRIPTION_BYTES,
            ),
            ("parameters", parameters.len(), Self::MAX_PARAMETERS),
            ("resources", resources.len(), Self::MAX_RESOURCES),
            ("outputs", outputs.len(), Self::MAX_OUTPUTS),
        ] {
            if count > limit {
                return Err(Error::TooMany { what, count, limit });
            }
        }
        let mut template = Self {
            format_version: "2010-09-09",
            description,
            parameters,
            resources,
            outputs,
            minified: String::new(),
        };
        template.minified = in_ascii(&serde_json::to_string(&template).expect(PLAIN));
        let bytes = template.minified.len();
        if bytes > Self::MAX_BYTES {
            return Err(Error::TooLarge { bytes });
        }
        Ok(template)
    }

    /// The ids of the parameters that a change set must give.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parameters.keys().map(LogicalId::as_str)
    }

    /// Every resource with its logical id.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &ResourceEntry)> {
        self.resources
            .iter()
            .map(|(id, entry)| (id.as_str(), entry))
    }

    /// The names of the outputs.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.outputs.keys().map(LogicalId::as_str)
    }

    /// The whole document, for comparing with a deployed one.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect(PLAIN)
    }

    /// For people: indented, with a newline at the end.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect(PLAIN);
        json.push('\n');
        json
    }

    /// For people: the same document as YAML, with a newline at the end.
    pub fn to_yaml(&self) -> String {
        yaml::write(&serde_yaml::to_value(self).expect(PLAIN))
    }

    /// For CloudFormation: JSON without a space or newline that is not needed, in ASCII alone.
    /// `GetTemplate` answers `?` for any other character as it was sent, so a plan would see a
    /// difference that no apply can mend; an escape comes back as it went.
    pub fn minified(&self) -> &str {
        &self.minified
    }

    /// SHA-256 of [`Template::minified`], 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> String {
        format!("{:x}", Sha256::digest(&self.minified))
    }
}

/// JSON text with every character outside ASCII escaped; such characters stand only in strings.
fn in_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String does not fail.
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

const PLAIN: &str =
    "a template holds strings and JSON values under string keys, which always serialise";

#[cfg(test)]
mod tests {
    use super::in_ascii;

    #[test]
    fn escaped_text_is_the_same_json() {
        let json = serde_json::json!({"a": "1–3 pm … 🚚", "ü": 1}).to_string();
        let escaped = in_ascii(&json);
        assert!(escaped.is_ascii(), "{escaped}");
        let (before, after): (serde_json::Value, serde_json::Value) = (
            serde_json::from_str(&json).unwrap(),
            serde_json::from_str(&escaped).unwrap(),
        );
        assert_eq!(before, after);
    }
}
