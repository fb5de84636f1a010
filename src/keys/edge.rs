//! What the edge's key value store should hold: `tk.<id>` for each token key, `op.<id>` for each operator key.

use std::collections::{BTreeMap, BTreeSet};

use qdn_shared::operator::OperatorKeys;
use qdn_shared::ring::{RingKey, SigningKeys};
use secrecy::{ExposeSecret as _, SecretString};

use crate::ports::StoreUpdate;

/// Most entries in one update.
const AT_ONCE: usize = 50;
/// What the names of our entries begin with; every other entry is somebody else's.
const OURS: [&str; 2] = ["op.", "tk."];

/// A difference between what the edge should hold and what it holds. Tells no value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Name of the entry.
    pub key: String,
    /// What has to be done.
    pub kind: ChangeKind,
}

/// What has to be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is not there.
    Add,
    /// It has another value.
    Replace,
    /// No document holds it any more.
    Remove,
}

/// The entries that follow from the documents. The carrier's keys stay away from the edge.
pub fn entries(keys: &SigningKeys, operators: &OperatorKeys) -> BTreeMap<String, SecretString> {
    let operators = operators.keys().iter().map(|key| {
        let (name, value) = key.edge_entry();
        (name, value.into())
    });
    token_entries(keys).chain(operators).collect()
}

/// The entries of the token keys alone.
pub fn token_entries(keys: &SigningKeys) -> impl Iterator<Item = (String, SecretString)> {
    keys.tokens.keys().iter().map(RingKey::edge_entry)
}

/// Whether an entry is ours to remove.
pub fn is_ours(key: &str) -> bool {
    OURS.iter().any(|prefix| key.starts_with(prefix))
}

/// What has to be done, in the order of the names.
pub fn changes(
    wanted: &BTreeMap<String, SecretString>,
    found: &BTreeMap<String, SecretString>,
) -> Vec<Change> {
    let same =
        |value: &SecretString, other: &SecretString| value.expose_secret() == other.expose_secret();
    let names: BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    let change = |key: &String| {
        let kind = match (wanted.get(key), found.get(key)) {
            (Some(_), None) => ChangeKind::Add,
            (Some(value), Some(other)) if !same(value, other) => ChangeKind::Replace,
            (None, Some(_)) if is_ours(key) => ChangeKind::Remove,
            (Some(_), Some(_)) | (None, _) => return None,
        };
        Some(Change {
            key: key.clone(),
            kind,
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// The changes as updates of a size that the store takes; what is added comes before what is removed.
pub fn updates(changes: &[Change], wanted: &BTreeMap<String, SecretString>) -> Vec<StoreUpdate> {
    let mut ordered: Vec<&Change> = changes.iter().collect();
    ordered.sort_by_key(|change| change.kind == ChangeKind::Remove);
    let update = |changes: &[&Change]| {
        let mut update = StoreUpdate::default();
        for change in changes {
            match wanted.get(&change.key) {
                Some(value) => {
                    update.puts.insert(change.key.clone(), value.clone());
                }
                None => {
                    update.removals.insert(change.key.clone());
                }
            }
        }
        update
    };
    ordered.chunks(AT_ONCE).map(update).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::samples::{operators, signing_keys};

    type Entries = BTreeMap<String, String>;

    fn secret(entries: &Entries) -> BTreeMap<String, SecretString> {
        let entries = entries.iter();
        entries
            .map(|(key, value)| (key.clone(), value.as_str().into()))
            .collect()
    }

    #[test]
    fn token_keys_and_operator_keys_are_at_the_edge_and_the_carriers_are_not() {
        let entries = entries(&signing_keys(), &operators());
        let shown: Vec<String> = entries
            .iter()
            .map(|(key, value)| format!("{key} {}", value.expose_secret()))
            .collect();
        let hash = operators().keys()[0].edge_entry().1;
        let key = "01".repeat(32);
        assert_eq!(
            shown,
            [format!("op.bbbbbbbb {hash}"), format!("tk.1 {key}")]
        );
        assert!(!format!("{entries:?}").contains(&key));
    }

    #[test]
    fn a_lot_is_written_in_updates_that_the_store_takes() {
        let wanted: Entries = (0..120)
            .map(|index| (format!("tk.{index}"), "new".to_owned()))
            .collect();
        let found: Entries = (0..30)
            .map(|index| (format!("op.{index}"), "old".to_owned()))
            .collect();
        let (wanted, found) = (secret(&wanted), secret(&found));
        let updates = updates(&changes(&wanted, &found), &wanted);
        let sizes: Vec<_> = updates
            .iter()
            .map(|update| (update.puts.len(), update.removals.len()))
            .collect();
        assert_eq!(sizes, [(50, 0), (50, 0), (20, 30)]);
    }

    fn some_entries() -> impl Strategy<Value = Entries> {
        let key = prop_oneof!["tk\\.[0-9]", "op\\.[a-c]", "other[0-9]"];
        proptest::collection::btree_map(key, "[xy]", 0..12)
    }

    proptest! {
        #[test]
        fn after_the_updates_the_edge_holds_what_it_should_and_others_keep_theirs(
            wanted in some_entries(), found in some_entries(),
        ) {
            let wanted: Entries = wanted.into_iter().filter(|(key, _)| is_ours(key)).collect();
            let secrets = secret(&wanted);
            let changes = changes(&secrets, &secret(&found));
            let mut held = found.clone();
            for update in updates(&changes, &secrets) {
                prop_assert!(update.puts.len() + update.removals.len() <= AT_ONCE);
                for (key, value) in &update.puts {
                    held.insert(key.clone(), value.expose_secret().to_owned());
                }
                for key in &update.removals {
                    prop_assert!(held.remove(key).is_some());
                }
            }
            let expected: Entries = found
                .into_iter()
                .filter(|(key, _)| !is_ours(key))
                .chain(wanted)
                .collect();
            prop_assert_eq!(&held, &expected);
            prop_assert!(super::changes(&secrets, &secret(&held)).is_empty());
        }
    }
}
