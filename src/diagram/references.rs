//! To whom a value refers: `Ref`, `Fn::GetAtt`, and `${…}` inside `Fn::Sub`.

use std::collections::BTreeSet;

use serde_json::Value;

/// The logical ids, parameters and pseudo parameters that a value names.
pub(super) fn references(value: &Value) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                match (name.as_str(), value) {
                    ("Ref", Value::String(target)) => {
                        found.insert(target);
                    }
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str));
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(substituted(text)),
                    (_, value) => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// What stands in `${…}`, without its attribute; `${!…}` is a text that looks like one.
fn substituted(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split("${").skip(1);
    inside.filter_map(|part| {
        let (name, _) = part.split_once('}')?;
        let id = name.split('.').next()?;
        (!id.starts_with('!')).then_some(id)
    })
}

/// The names of the secrets that a value names by their Amazon Resource Names.
pub(super) fn secrets(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect_secrets(value, &mut found);
    found
}

fn collect_secrets(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some((_, name)) = text.split_once(":secret:") {
                // The ARN of a secret ends with six characters that nobody knows before it is made.
                let name = name.trim_end_matches('?').trim_end_matches('-');
                found.insert(name.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_secrets(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect_secrets(item, found)),
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_reference_is_found() {
        let value = json!({
            "a": {"Ref": "Table"},
            "b": [{"Fn::GetAtt": ["Role", "Arn"]}],
            "c": {"Fn::Sub": "arn:${AWS::Partition}:x:${Api}/${Bucket.Arn}/${!Literal}"},
            "d": "Ref",
        });
        let found: Vec<&str> = references(&value).into_iter().collect();
        assert_eq!(found, ["AWS::Partition", "Api", "Bucket", "Role", "Table"]);
        let secret =
            json!([{"Fn::Sub": "arn:aws:secretsmanager:x:1:secret:qdn-staging/carrier-??????"}]);
        assert_eq!(
            secrets(&secret),
            BTreeSet::from(["qdn-staging/carrier".to_owned()])
        );
    }
}
