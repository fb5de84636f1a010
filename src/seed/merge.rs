//! Three documents merged: the seed that was pushed last (the base), the seed as it is now (ours), and the live
//! document (theirs).

use qdn_shared::maintenance::MaintenanceDocument;
use serde_json::{Map, Value};

use super::conflict::{Conflict, Take};
use super::data::MaintenanceData;
use super::difference::{Change, both_same, differences};
use super::entries::{Entries, names_with};
use super::place::{self, entry, field};

/// What three documents come to.
#[derive(Debug, Clone)]
pub(super) struct Merge {
    /// The live document with what is ours; where nobody decided, it has what is live.
    pub(super) merged: MaintenanceData,
    /// What of ours is put into the live document.
    pub(super) ours: Vec<Change>,
    /// What people changed in the live document, and keep.
    pub(super) theirs: Vec<Change>,
    /// What needs a decision.
    pub(super) conflicts: Vec<Conflict>,
}

/// Merges. Objects are merged by field, but for a measurement or a service, which is one value; and lists with ids by entry: they keep the live order, and what is ours alone
/// comes behind. Every other list is one value. Without a base everything that differs is a conflict.
pub(super) fn merge(
    base: Option<&MaintenanceData>,
    ours: &MaintenanceData,
    theirs: &MaintenanceData,
    take: Option<Take>,
) -> Merge {
    let mut merging = Merging {
        take,
        ours: Vec::new(),
        theirs: Vec::new(),
        conflicts: Vec::new(),
    };
    let base = base.map_or(Base::Unknown, |base| Base::Known(Some(base.value())));
    let value = merging.part("", base, Some(ours.value()), Some(theirs.value()));
    let (merged, faults) = whole(value, theirs);
    // What lies there already is not for this to mend, and a decision may mend the rest.
    if merging.conflicts.is_empty() && !merging.ours.is_empty() {
        merging.conflicts = faults;
    }
    Merge {
        merged,
        ours: merging.ours,
        theirs: merging.theirs,
        conflicts: merging.conflicts,
    }
}

/// The merged document, and what is wrong with it as the next one after the live one.
fn whole(value: Option<Value>, theirs: &MaintenanceData) -> (MaintenanceData, Vec<Conflict>) {
    let document = match serde_json::from_value(value.unwrap_or_default()) {
        Ok(document) => document,
        Err(error) => {
            let conflict = Conflict::Together {
                path: String::new(),
                message: error.to_string(),
            };
            return (theirs.clone(), vec![conflict]);
        }
    };
    let merged = MaintenanceData::of(document);
    let mut faults = merged.document().validate();
    faults.extend(MaintenanceDocument::check_succession(
        theirs.document(),
        merged.document(),
    ));
    let conflicts = faults.into_iter().map(|fault| Conflict::Together {
        path: place::of_pointer(merged.value(), &fault.pointer),
        message: fault.message,
    });
    let conflicts = conflicts.collect();
    (merged, conflicts)
}

/// What was pushed last in one place.
#[derive(Clone, Copy)]
enum Base<'a> {
    /// Nobody knows.
    Unknown,
    /// This, or nothing.
    Known(Option<&'a Value>),
}

impl<'a> Base<'a> {
    fn value(self) -> Option<&'a Value> {
        match self {
            Base::Unknown => None,
            Base::Known(value) => value,
        }
    }

    fn is(self, value: Option<&Value>) -> bool {
        match self {
            Base::Unknown => false,
            Base::Known(base) => both_same(base, value),
        }
    }

    fn field(self, name: &str) -> Self {
        match self.value() {
            Some(Value::Object(fields)) => Base::Known(fields.get(name)),
            _ => Base::Unknown,
        }
    }

    fn entry(self, id: &str) -> Self {
        match self.value().and_then(Entries::of) {
            Some(entries) => Base::Known(entries.get(id)),
            None => Base::Unknown,
        }
    }
}

/// What was measured, read or done belongs together: half of ours and half of theirs would be what never was.
fn is_one_value(path: &str, fields: &Map<String, Value>) -> bool {
    fields.contains_key("value") || path.ends_with(".lastService")
}

struct Merging {
    take: Option<Take>,
    ours: Vec<Change>,
    theirs: Vec<Change>,
    conflicts: Vec<Conflict>,
}

impl Merging {
    fn part(
        &mut self,
        path: &str,
        base: Base<'_>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        if both_same(ours, theirs) {
            return theirs.cloned();
        }
        if let (Some(Value::Object(a)), Some(Value::Object(b))) = (ours, theirs)
            && !is_one_value(path, a)
            && !is_one_value(path, b)
        {
            let mut merged = Map::new();
            for name in names_with(b, a) {
                let (ours, theirs) = (a.get(name), b.get(name));
                let part = self.part(&field(path, name), base.field(name), ours, theirs);
                merged.extend(part.map(|part| (name.to_owned(), part)));
            }
            return Some(merged.into());
        }
        let lists = ours.zip(theirs).and_then(|(a, b)| Entries::of_both(a, b));
        if let Some((a, b)) = lists {
            let ids = b.ids_with(&a).into_iter();
            let parts = ids
                .filter_map(|id| self.part(&entry(path, id), base.entry(id), a.get(id), b.get(id)));
            return Some(parts.collect());
        }
        if base.is(ours) {
            differences(path, base.value(), theirs, &mut self.theirs);
            return theirs.cloned();
        }
        if base.is(theirs) {
            differences(path, theirs, ours, &mut self.ours);
            return ours.cloned();
        }
        self.decided(path, base.value(), ours, theirs)
    }

    fn decided(
        &mut self,
        path: &str,
        base: Option<&Value>,
        ours: Option<&Value>,
        theirs: Option<&Value>,
    ) -> Option<Value> {
        match self.take {
            Some(Take::Ours) => {
                differences(path, theirs, ours, &mut self.ours);
                return ours.cloned();
            }
            Some(Take::Theirs) => differences(path, base.or(ours), theirs, &mut self.theirs),
            None => self.conflicts.push(Conflict::Both {
                path: path.to_owned(),
                base: base.cloned(),
                ours: ours.cloned(),
                theirs: theirs.cloned(),
            }),
        }
        theirs.cloned()
    }
}
