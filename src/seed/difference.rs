//! Two documents compared.

use serde_json::Value;

use super::entries::{Entries, names_with};
use super::place::{entry, field};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where, like `trucks[truck-1].name`.
    pub path: String,
    /// What was there; none when nothing was.
    pub before: Option<Value>,
    /// What is there then; none when it goes.
    pub after: Option<Value>,
}

/// Whether two values say the same. The order of entries with ids says nothing, that of other lists does.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            names_with(a, b).all(|name| both_same(a.get(name), b.get(name)))
        }
        (Value::Array(_), Value::Array(_)) => match Entries::of_both(one, other) {
            Some((a, b)) => {
                let mut ids = a.ids_with(&b).into_iter();
                ids.all(|id| both_same(a.get(id), b.get(id)))
            }
            None => one == other,
        },
        _ => one == other,
    }
}

/// The same for values that may be absent.
pub(super) fn both_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Adds everything that differs to `changes`, as deep as it can be told.
pub(super) fn differences(
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    if both_same(before, after) {
        return;
    }
    if let (Some(before), Some(after)) = (before, after) {
        if let (Value::Object(a), Value::Object(b)) = (before, after) {
            for name in names_with(a, b) {
                differences(&field(path, name), a.get(name), b.get(name), changes);
            }
            return;
        }
        if let Some((a, b)) = Entries::of_both(before, after) {
            for id in a.ids_with(&b) {
                differences(&entry(path, id), a.get(id), b.get(id), changes);
            }
            return;
        }
    }
    changes.push(Change {
        path: path.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    });
}
