//! What has to be done so that the edge's key value store holds the keys. Pure; values are compared, and only
//! names get into the plan.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;

use super::{Action, Layer, LayerPlan, Reason, Step, Target};
use crate::keys::{ChangeKind, changes};

/// Compares the store with the entries that follow from the stored keys (`known`) and with the names of those
/// that this plan makes (`coming`), whose values nobody knows yet.
pub fn compare(
    known: &BTreeMap<String, SecretString>,
    coming: &BTreeSet<String>,
    found: &BTreeMap<String, SecretString>,
) -> LayerPlan {
    let mut kinds: BTreeMap<String, ChangeKind> = changes(known, found)
        .into_iter()
        .map(|change| (change.key, change.kind))
        .collect();
    for key in coming {
        let kind = if found.contains_key(key) {
            ChangeKind::Replace
        } else {
            ChangeKind::Add
        };
        kinds.insert(key.clone(), kind);
    }
    LayerPlan {
        steps: kinds
            .into_iter()
            .map(|(key, kind)| step(key, kind))
            .collect(),
        ..LayerPlan::unchanged(Layer::Edge)
    }
}

fn step(key: String, kind: ChangeKind) -> Step {
    let (action, reason) = match kind {
        ChangeKind::Add => (Action::Create, Reason::New),
        ChangeKind::Replace => (Action::Update, Reason::Content),
        ChangeKind::Remove => (Action::Remove, Reason::Undeclared),
    };
    Step {
        action,
        reason,
        target: Target::EdgeKey { key },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(entries: &[(&str, &str)]) -> BTreeMap<String, SecretString> {
        entries
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).into()))
            .collect()
    }

    fn told(known: &[(&str, &str)], coming: &[&str], found: &[(&str, &str)]) -> String {
        let coming = coming.iter().map(|key| (*key).to_owned()).collect();
        let layer = compare(&entries(known), &coming, &entries(found));
        let json = serde_json::to_string(&layer).expect("JSON");
        assert!(!json.contains("canary"), "{json}");
        let steps = layer.steps.iter();
        let lines =
            steps.map(|step| format!("{:?} {:?} {:?}", step.action, step.reason, step.target));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn names_are_told_and_values_are_not() {
        let known = [
            ("op.a", "canary 1"),
            ("tk.1", "canary 2"),
            ("tk.2", "canary 3"),
        ];
        let found = [
            ("tk.1", "canary 4"),
            ("tk.2", "canary 3"),
            ("tk.3", "canary 5"),
            ("other", "canary"),
        ];
        insta::assert_snapshot!(told(&known, &[], &found), @r#"
        Create New EdgeKey { key: "op.a" }
        Update Content EdgeKey { key: "tk.1" }
        Remove Undeclared EdgeKey { key: "tk.3" }
        "#);
        assert_eq!(told(&known, &[], &known), "");
    }

    #[test]
    fn keys_that_are_made_by_this_plan_are_told_by_name() {
        insta::assert_snapshot!(told(&[], &["op.<deployer>", "tk.1"], &[("tk.1", "canary"), ("tk.2", "canary")]), @r#"
        Create New EdgeKey { key: "op.<deployer>" }
        Update Content EdgeKey { key: "tk.1" }
        Remove Undeclared EdgeKey { key: "tk.2" }
        "#);
    }
}
