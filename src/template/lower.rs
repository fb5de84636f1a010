//! From typed properties to CloudFormation's JSON: texts become `Ref`, `Fn::GetAtt` or `Fn::Sub`, and every
//! reference is checked against the builder it is used in. No other file writes an intrinsic function.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::reference::{BuilderId, Reference};
use super::text::{MARKER, Part};
use super::{Error, LogicalId};

/// Lowers the properties of one resource or output, noting what they refer to.
pub(super) struct Lowering<'a> {
    /// The builder whose references are good.
    pub(super) builder: BuilderId,
    /// Whose properties these are, for errors.
    pub(super) user: &'a LogicalId,
    /// Everything referred to.
    pub(super) targets: &'a mut BTreeSet<LogicalId>,
}

impl Lowering<'_> {
    /// The CloudFormation JSON of `properties`, with the keys of every object in alphabetical order.
    pub(super) fn lower(&mut self, properties: &impl Serialize) -> Result<Value, Error> {
        let value = serde_json::to_value(properties).map_err(|source| self.not_json(source))?;
        self.value(value)
    }

    fn value(&mut self, value: Value) -> Result<Value, Error> {
        match value {
            Value::Object(object) => self.object(object),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Null => Err(Error::Null {
                user: self.user.clone(),
            }),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(value),
        }
    }

    fn object(&mut self, mut object: Map<String, Value>) -> Result<Value, Error> {
        if let Some(parts) = object.remove(MARKER) {
            let parts = Vec::<Part>::deserialize(parts).map_err(|source| self.not_json(source))?;
            return self.text(parts);
        }
        if let Some(intrinsic) = object
            .keys()
            .find(|key| *key == "Ref" || key.starts_with("Fn::"))
        {
            return Err(Error::HandWritten {
                user: self.user.clone(),
                intrinsic: intrinsic.clone(),
            });
        }
        // Sorted here, because whether serde_json keeps an order depends on who else is in the build.
        let mut entries: Vec<(String, Value)> = object.into_iter().collect();
        entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        entries
            .into_iter()
            .map(|(key, value)| Ok((key, self.value(value)?)))
            .collect()
    }

    fn text(&mut self, parts: Vec<Part>) -> Result<Value, Error> {
        for part in &parts {
            if let Part::Reference(reference) = part {
                self.note(reference)?;
            }
        }
        Ok(match <[Part; 1]>::try_from(parts) {
            Ok([only]) => alone(only),
            Err(parts) if parts.is_empty() => Value::String(String::new()),
            Err(parts) => joined(parts),
        })
    }

    fn note(&mut self, reference: &Reference) -> Result<(), Error> {
        if reference.builder != self.builder {
            return Err(Error::Foreign {
                user: self.user.clone(),
                target: reference.target.clone(),
            });
        }
        self.targets.insert(reference.target.clone());
        Ok(())
    }

    fn not_json(&self, source: serde_json::Error) -> Error {
        Error::Properties {
            id: self.user.clone(),
            source,
        }
    }
}

/// A part that is a whole property.
fn alone(part: Part) -> Value {
    match part {
        Part::Literal(literal) => Value::String(literal),
        Part::Pseudo(pseudo) => single("Ref", pseudo.name().into()),
        Part::Reference(Reference {
            target,
            attribute: None,
            ..
        }) => single("Ref", target.as_str().into()),
        Part::Reference(Reference {
            target,
            attribute: Some(attribute),
            ..
        }) => single(
            "Fn::GetAtt",
            vec![target.as_str().to_owned(), attribute].into(),
        ),
    }
}

/// Several parts as one property.
fn joined(parts: Vec<Part>) -> Value {
    // `Fn::Sub` gives dollar signs a meaning, and its escape needs a closing brace; `Fn::Join` has no such rules.
    if parts
        .iter()
        .any(|part| matches!(part, Part::Literal(literal) if literal.contains('$')))
    {
        let pieces = parts.into_iter().map(alone).collect();
        return single(
            "Fn::Join",
            Value::Array(vec![Value::String(String::new()), Value::Array(pieces)]),
        );
    }
    single(
        "Fn::Sub",
        parts.iter().map(substituted).collect::<String>().into(),
    )
}

/// A part inside the string of `Fn::Sub`. A literal holds no dollar sign here.
fn substituted(part: &Part) -> String {
    match part {
        Part::Literal(literal) => literal.clone(),
        Part::Pseudo(pseudo) => format!("${{{}}}", pseudo.name()),
        Part::Reference(Reference {
            target,
            attribute: None,
            ..
        }) => format!("${{{target}}}"),
        Part::Reference(Reference {
            target,
            attribute: Some(attribute),
            ..
        }) => format!("${{{target}.{attribute}}}"),
    }
}

fn single(key: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(key.to_owned(), value)]))
}
