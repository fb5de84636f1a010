//! The references of a declared template, resolved as far as anybody knows before or after a deploy.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::desired::Environment;
use super::ours::function_arn;
use crate::stack::EDGE_FUNCTION;

/// Puts names in the place of references.
pub(super) struct Resolver<'a> {
    /// The template that the references belong to.
    pub(super) template: &'a Value,
    /// The outputs that are known.
    pub(super) outputs: &'a BTreeMap<String, String>,
    /// Whose stack it is.
    pub(super) environment: &'a Environment,
}

impl Resolver<'_> {
    /// The value without references; one that nobody can resolve yet becomes a name in `${…}`.
    pub(super) fn value(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let single = (fields.len() == 1).then(|| fields.iter().next()).flatten();
                match single {
                    Some((function, Value::String(id))) if function == "Ref" => {
                        self.reference(id).into()
                    }
                    Some((function, Value::Array(parts)))
                        if function == "Fn::GetAtt" && parts[0] == EDGE_FUNCTION =>
                    {
                        function_arn(self.environment).into()
                    }
                    Some((function, Value::String(text))) if function == "Fn::Sub" => {
                        self.substituted(text).into()
                    }
                    _ => {
                        let resolved = fields
                            .iter()
                            .map(|(name, one)| (name.clone(), self.value(one)));
                        Value::Object(resolved.collect())
                    }
                }
            }
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    fn reference(&self, id: &str) -> String {
        match id {
            "AWS::Region" => return self.environment.file.region.as_str().to_owned(),
            "AWS::AccountId" => return self.environment.account().to_owned(),
            "AWS::Partition" => return "aws".to_owned(),
            "AWS::URLSuffix" => return "amazonaws.com".to_owned(),
            _ => {}
        }
        let outputs = self.template["Outputs"].as_object();
        let output = outputs
            .into_iter()
            .flatten()
            .find(|(_, output)| output["Value"] == json!({ "Ref": id }));
        let name = output.map_or(id, |(name, _)| name.as_str());
        let told = self.outputs.get(name).cloned();
        told.unwrap_or_else(|| format!("${{{name}}}"))
    }

    fn substituted(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (id, rest) = part.split_once('}').unwrap_or((part, ""));
            result += &self.reference(id);
            result += rest;
        }
        result
    }
}
