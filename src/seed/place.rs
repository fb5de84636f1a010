//! Paths as people read them: `trucks[truck-1].schedules[engine-oil].intervals.distance.every`.

use serde_json::Value;

/// A field of what lies at `path`; the whole document lies at an empty path.
pub(super) fn field(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// An entry of the list at `path`, by its id or its index.
pub(super) fn entry(path: &str, id: &str) -> String {
    format!("{path}[{id}]")
}

/// What a JSON pointer leads to in a document, with ids in place of indexes.
pub(super) fn of_pointer(document: &Value, pointer: &str) -> String {
    let mut path = String::new();
    let mut here = Some(document);
    for part in pointer.split('/').skip(1) {
        let is_list = here.is_some_and(Value::is_array);
        here = here.and_then(|value| match value {
            Value::Array(entries) => entries.get(part.parse::<usize>().ok()?),
            Value::Object(fields) => fields.get(part),
            _ => None,
        });
        path = if is_list {
            let id = here.and_then(|entry| entry.get("id")?.as_str());
            entry(&path, id.unwrap_or(part))
        } else {
            field(&path, part)
        };
    }
    path
}
