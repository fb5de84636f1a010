//! Which logical ids a piece of a template refers to.

use serde_json::Value;

/// Logical ids and parameters named by `Ref`, `Fn::GetAtt` and `Fn::Sub` anywhere inside; pseudo
/// parameters are left out.
pub(super) fn references(value: &Value) -> impl Iterator<Item = &str> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.into_iter().filter(|name| !name.starts_with("AWS::"))
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                match (name.as_str(), inner) {
                    ("Ref", Value::String(id)) => found.push(id),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str));
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(substituted(text)),
                    (_, inner) => collect(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names inside `${…}`, without attributes; `${!…}` is literal text.
fn substituted(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|part| {
        let name = part.split('}').next()?.split('.').next()?;
        (!name.starts_with('!')).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_reference_is_found() {
        let value = json!({
            "a": {"Ref": "One"},
            "b": [{"Fn::GetAtt": ["Two", "Arn"]}],
            "c": {"Fn::Sub": "x${Three.Arn}/${AWS::Region}/${!Literal}/${Four}"},
            "d": "Ref",
        });
        assert_eq!(
            references(&value).collect::<Vec<_>>(),
            ["One", "Two", "Three", "Four"]
        );
    }
}
