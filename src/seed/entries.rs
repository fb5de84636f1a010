//! Lists whose entries have ids: trucks, schedules, equipment, supplies. Every other list is one value.

use serde_json::Value;

/// The entries of a list, each with its id.
pub(super) struct Entries<'a>(Vec<(&'a str, &'a Value)>);

impl<'a> Entries<'a> {
    /// The entries; none when some have no id, or two have the same.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        let mut entries: Vec<(&str, &Value)> = Vec::new();
        for entry in value.as_array()? {
            let id = entry.get("id")?.as_str()?;
            if entries.iter().any(|(known, _)| *known == id) {
                return None;
            }
            entries.push((id, entry));
        }
        Some(Self(entries))
    }

    /// The entries of two lists; none unless both are such lists.
    pub(super) fn of_both(one: &'a Value, other: &'a Value) -> Option<(Self, Self)> {
        Some((Self::of(one)?, Self::of(other)?))
    }

    /// The entry with this id.
    pub(super) fn get(&self, id: &str) -> Option<&'a Value> {
        let mut entries = self.0.iter();
        entries
            .find(|(known, _)| *known == id)
            .map(|(_, entry)| *entry)
    }

    /// The ids of this list in its order, then those of the other that it has not, in that one's order.
    pub(super) fn ids_with(&self, other: &Self) -> Vec<&'a str> {
        let missing = other.0.iter().filter(|(id, _)| self.get(id).is_none());
        self.0.iter().chain(missing).map(|(id, _)| *id).collect()
    }
}

/// The names of an object's fields in their order, then those of the other that it has not.
pub(super) fn names_with<'a>(
    one: &'a serde_json::Map<String, Value>,
    other: &'a serde_json::Map<String, Value>,
) -> impl Iterator<Item = &'a str> {
    let missing = other.keys().filter(|name| !one.contains_key(*name));
    one.keys().chain(missing).map(String::as_str)
}
