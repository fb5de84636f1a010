//! What a piece of a template refers to.

use serde_json::Value;

/// A logical id or parameter that is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// Its name.
    pub(super) id: &'a str,
    /// Which attribute of it; none for the resource or parameter itself.
    pub(super) attribute: Option<&'a str>,
}

/// Everything named by `Ref`, `Fn::GetAtt` and `Fn::Sub` anywhere inside; pseudo parameters are left out.
pub(super) fn references(value: &Value) -> impl Iterator<Item = Reference<'_>> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
        .into_iter()
        .filter(|reference| !reference.id.starts_with("AWS::"))
}

fn collect<'a>(value: &'a Value, found: &mut Vec<Reference<'a>>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                match (name.as_str(), inner) {
                    ("Ref", Value::String(id)) => found.push(Reference {
                        id,
                        attribute: None,
                    }),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        let part = |index: usize| parts.get(index).and_then(Value::as_str);
                        found.extend(part(0).map(|id| Reference {
                            id,
                            attribute: part(1),
                        }));
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

/// What stands inside `${…}`; `${!…}` is literal text.
fn substituted(text: &str) -> impl Iterator<Item = Reference<'_>> {
    text.split("${").skip(1).filter_map(|part| {
        let name = part.split('}').next()?;
        let (id, attribute) = match name.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (name, None),
        };
        (!id.starts_with('!')).then_some(Reference { id, attribute })
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
        let found: Vec<_> = references(&value)
            .map(|reference| (reference.id, reference.attribute))
            .collect();
        assert_eq!(
            found,
            [
                ("One", None),
                ("Two", Some("Arn")),
                ("Three", Some("Arn")),
                ("Four", None)
            ]
        );
    }
}
