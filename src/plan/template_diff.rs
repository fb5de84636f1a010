//! What differs between two templates, property by property, with parameters put in.
//! Works on template text alone, so it needs no verdict from CloudFormation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::PropertyChange;

/// A template and the parameter values that go with it.
#[derive(Debug, Clone, Copy)]
pub struct Revision<'a> {
    /// The template.
    pub template: &'a Value,
    /// Every parameter's value.
    pub parameters: &'a BTreeMap<String, String>,
}

/// Differences between two revisions; template text with no effect on a resource or an output is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TemplateDiff {
    /// Resources that differ, by logical id.
    pub resources: Vec<ResourceDiff>,
    /// Outputs that differ, by name.
    pub outputs: Vec<OutputDiff>,
}

/// One resource that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceDiff {
    /// Logical id.
    pub logical_id: String,
    /// Type, the newer one when both have one.
    pub resource_type: String,
    /// How it differs.
    pub kind: DiffKind,
    /// Its properties and attributes that differ; empty for added and removed ones.
    pub changes: Vec<PropertyChange>,
}

/// One output that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputDiff {
    /// Output name.
    pub name: String,
    /// How it differs.
    pub kind: DiffKind,
    /// What differs in it; empty for added and removed ones.
    pub changes: Vec<PropertyChange>,
}

/// How something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffKind {
    /// Only in the newer revision.
    Added,
    /// Only in the older revision.
    Removed,
    /// In both, not alike.
    Changed,
    /// In both, of different types: CloudFormation makes it anew.
    Retyped,
}

/// Compares two revisions. Without an older one everything is added.
pub fn diff(before: Option<Revision<'_>>, after: Revision<'_>) -> TemplateDiff {
    let old = before.map(resolved).unwrap_or_default();
    let new = resolved(after);
    let resources = pairs(&old.resources, &new.resources)
        .filter_map(|(logical_id, pair)| {
            let (kind, changes) = compare(pair, &["Type"])?;
            let newest = pair.1.or(pair.0).unwrap_or(&Value::Null);
            let resource_type = newest["Type"].as_str().unwrap_or_default().to_owned();
            Some(ResourceDiff {
                logical_id,
                resource_type,
                kind,
                changes,
            })
        })
        .collect();
    let outputs = pairs(&old.outputs, &new.outputs)
        .filter_map(|(name, pair)| {
            compare(pair, &[]).map(|(kind, changes)| OutputDiff {
                name,
                kind,
                changes,
            })
        })
        .collect();
    TemplateDiff { resources, outputs }
}

/// Differences between two plain string maps, e.g. tags.
pub fn diff_strings(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<PropertyChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| PropertyChange {
            path: name.clone(),
            before: before.get(name).map(|text| Value::String(text.clone())),
            after: after.get(name).map(|text| Value::String(text.clone())),
        })
        .collect()
}

#[derive(Default)]
struct Sections {
    resources: Map<String, Value>,
    outputs: Map<String, Value>,
}

type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

fn resolved(revision: Revision<'_>) -> Sections {
    let section = |name: &str| {
        let mut value = revision.template.get(name).cloned().unwrap_or(Value::Null);
        put_in_parameters(&mut value, revision.parameters);
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    };
    Sections {
        resources: section("Resources"),
        outputs: section("Outputs"),
    }
}

/// Replaces `{"Ref": P}` and `${P}` inside `Fn::Sub` by the value of parameter `P`.
fn put_in_parameters(value: &mut Value, parameters: &BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            if map.len() == 1
                && let Some(text) = map
                    .get("Ref")
                    .and_then(Value::as_str)
                    .and_then(|name| parameters.get(name))
            {
                *value = Value::String(text.clone());
                return;
            }
            if let Some(Value::String(text)) = map.get_mut("Fn::Sub") {
                for (name, replacement) in parameters {
                    *text = text.replace(&format!("${{{name}}}"), replacement);
                }
            }
            map.values_mut()
                .for_each(|inner| put_in_parameters(inner, parameters));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|inner| put_in_parameters(inner, parameters)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn pairs<'a>(
    old: &'a Map<String, Value>,
    new: &'a Map<String, Value>,
) -> impl Iterator<Item = (String, Pair<'a>)> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), (old.get(name), new.get(name))))
}

fn compare(pair: Pair<'_>, identity: &[&str]) -> Option<(DiffKind, Vec<PropertyChange>)> {
    match pair {
        (None, None) => None,
        (None, Some(_)) => Some((DiffKind::Added, Vec::new())),
        (Some(_), None) => Some((DiffKind::Removed, Vec::new())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => {
            let retyped = identity
                .iter()
                .any(|name| before.get(name) != after.get(name));
            let mut changes = Vec::new();
            collect("", Some(before), Some(after), &mut changes);
            Some((
                if retyped {
                    DiffKind::Retyped
                } else {
                    DiffKind::Changed
                },
                changes,
            ))
        }
    }
}

fn collect(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<PropertyChange>,
) {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new)))
            if !is_intrinsic(old) && !is_intrinsic(new) =>
        {
            for (name, (before, after)) in pairs(old, new) {
                let name = if path.is_empty() {
                    name
                } else {
                    format!("{path}.{name}")
                };
                collect(&name, before, after, changes);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for index in 0..old.len().max(new.len()) {
                collect(
                    &format!("{path}[{index}]"),
                    old.get(index),
                    new.get(index),
                    changes,
                );
            }
        }
        (before, after) if before == after => {}
        (before, after) => {
            let path = path.strip_prefix("Properties.").unwrap_or(path).to_owned();
            changes.push(PropertyChange {
                path,
                before: before.cloned(),
                after: after.cloned(),
            });
        }
    }
}

/// Intrinsics are values, shown whole.
fn is_intrinsic(map: &Map<String, Value>) -> bool {
    map.len() == 1
        && map
            .keys()
            .all(|name| name == "Ref" || name.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_parameter_that_changes_shows_where_it_is_used() {
        let template = json!({"Resources": {
            "Api": {"Type": "AWS::Lambda::Function", "Properties": {
                "Code": {"S3Key": {"Ref": "Key"}},
                "Description": {"Fn::Sub": "code ${Key} in ${AWS::Region}"}}},
            "Other": {"Type": "AWS::SNS::Topic"}}});
        let (old, new) = (parameters(&[("Key", "a")]), parameters(&[("Key", "b")]));
        let found = diff(
            Some(Revision {
                template: &template,
                parameters: &old,
            }),
            Revision {
                template: &template,
                parameters: &new,
            },
        );
        assert_eq!(found.resources.len(), 1);
        assert_eq!(found.resources[0].kind, DiffKind::Changed);
        let changes: Vec<_> = found.resources[0]
            .changes
            .iter()
            .map(|c| (c.path.as_str(), c.before.clone(), c.after.clone()))
            .collect();
        assert_eq!(
            changes,
            [
                ("Code.S3Key", Some(json!("a")), Some(json!("b"))),
                (
                    "Description",
                    Some(json!({"Fn::Sub": "code a in ${AWS::Region}"})),
                    Some(json!({"Fn::Sub": "code b in ${AWS::Region}"}))
                ),
            ]
        );
    }

    #[test]
    fn text_without_effect_is_no_difference() {
        let none = BTreeMap::new();
        let before = json!({"Description": "old", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}});
        let after = json!({"Description": "new", "Resources": {"T": {"Type": "AWS::SNS::Topic"}}});
        let found = diff(
            Some(Revision {
                template: &before,
                parameters: &none,
            }),
            Revision {
                template: &after,
                parameters: &none,
            },
        );
        assert_eq!(found, TemplateDiff::default());
    }

    #[test]
    fn added_removed_and_retyped_are_told_apart() {
        let none = BTreeMap::new();
        let before = json!({"Resources": {"A": {"Type": "X"}, "B": {"Type": "X"}}, "Outputs": {"O": {"Value": "1"}}});
        let after = json!({"Resources": {"B": {"Type": "Y"}, "C": {"Type": "X"}}, "Outputs": {"O": {"Value": "2"}}});
        let found = diff(
            Some(Revision {
                template: &before,
                parameters: &none,
            }),
            Revision {
                template: &after,
                parameters: &none,
            },
        );
        let kinds: Vec<_> = found
            .resources
            .iter()
            .map(|r| (r.logical_id.as_str(), r.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("A", DiffKind::Removed),
                ("B", DiffKind::Retyped),
                ("C", DiffKind::Added)
            ]
        );
        assert_eq!(found.outputs[0].changes[0].path, "Value");
    }

    #[test]
    fn lists_are_compared_item_by_item() {
        let none = BTreeMap::new();
        let before = json!({"Resources": {"A": {"Type": "X", "Properties": {"L": [1, 2]}}}});
        let after = json!({"Resources": {"A": {"Type": "X", "Properties": {"L": [1, 3, 4]}}}});
        let found = diff(
            Some(Revision {
                template: &before,
                parameters: &none,
            }),
            Revision {
                template: &after,
                parameters: &none,
            },
        );
        let paths: Vec<_> = found.resources[0]
            .changes
            .iter()
            .map(|c| c.path.as_str())
            .collect();
        assert_eq!(paths, ["L[1]", "L[2]"]);
    }
}
