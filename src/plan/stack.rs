//! The bootstrap and stack layers: our own diff, joined with CloudFormation's verdict.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::references::references;
use super::template_diff::{self, DiffKind, OutputDiff, ResourceDiff, Revision, TemplateDiff};
use super::{Action, Deployment, Layer, LayerPlan, PropertyChange, Reason, Step, Target};
use crate::ports::{ChangeSetKind, PropertyDrift, Replacement, ReportedAction, ReportedChange};

/// A stack as it is declared.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredStack {
    /// Stack name.
    pub name: String,
    /// The template.
    pub template: Value,
    /// The template's bytes as they are sent.
    pub body: String,
    /// SHA-256 of `body`, hex.
    pub template_sha256: String,
    /// Every parameter's value.
    pub parameters: BTreeMap<String, String>,
    /// Stack tags.
    pub tags: BTreeMap<String, String>,
}

/// A settled stack as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployedStack {
    /// The template last applied.
    pub template: Value,
    /// Its parameter values.
    pub parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Compares a stack with what is deployed under its name; none deployed means that everything is new.
/// `reported` is what a change set said, when one was made.
pub fn compare(
    layer: Layer,
    declared: &DeclaredStack,
    deployed: Option<&DeployedStack>,
    reported: Option<&[ReportedChange]>,
) -> LayerPlan {
    let diff = template_diff::diff(
        deployed.map(|stack| Revision {
            template: &stack.template,
            parameters: &stack.parameters,
        }),
        Revision {
            template: &declared.template,
            parameters: &declared.parameters,
        },
    );
    let mut steps = resource_steps(diff, reported.unwrap_or_default(), &declared.template);
    if let Some(stack) = deployed {
        let changes = template_diff::diff_strings(&stack.tags, &declared.tags);
        if !changes.is_empty() {
            let target = Target::StackTags { changes };
            steps.push(Step {
                action: Action::Update,
                reason: Reason::Declaration,
                target,
            });
        }
    }
    if steps.is_empty() {
        return LayerPlan::unchanged(layer);
    }
    let deployment = Deployment {
        stack: declared.name.clone(),
        kind: if deployed.is_some() {
            ChangeSetKind::Update
        } else {
            ChangeSetKind::Create
        },
        template_sha256: declared.template_sha256.clone(),
        parameters: declared.parameters.clone(),
        change_set: None,
    };
    LayerPlan {
        deployment: Some(deployment),
        steps,
        ..LayerPlan::unchanged(layer)
    }
}

fn resource_steps(diff: TemplateDiff, reported: &[ReportedChange], template: &Value) -> Vec<Step> {
    let verdicts: BTreeMap<&str, &ReportedChange> = reported
        .iter()
        .map(|change| (change.logical_id.as_str(), change))
        .collect();
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    for resource in diff.resources {
        let verdict = verdicts
            .get(resource.logical_id.as_str())
            .map(|change| change.replacement);
        steps.insert(
            resource.logical_id.clone(),
            resource_step(resource, verdict),
        );
    }
    for change in reported {
        if let Some(drift) = &change.drift
            && !steps.contains_key(&change.logical_id)
        {
            steps.insert(change.logical_id.clone(), revert_step(change, drift));
        }
    }
    for change in dependents(&steps, reported, template) {
        steps.insert(change.logical_id.clone(), dependent_step(change));
    }
    steps
        .into_values()
        .chain(diff.outputs.into_iter().map(output_step))
        .collect()
}

/// Attributes that get another value when their resource is changed in place. All others that our stack refers to
/// keep theirs until the resource is replaced.
const CHANGING_ATTRIBUTES: [&str; 1] = ["StreamArn"];

/// What CloudFormation reports and our text does not explain: it changes because something that it
/// refers to does. Unless CloudFormation is certain, that needs another value: of something that may be
/// replaced, or of a changing attribute. Where every reference keeps its value, nothing changes.
fn dependents<'a>(
    steps: &BTreeMap<String, Step>,
    reported: &'a [ReportedChange],
    template: &Value,
) -> Vec<&'a ReportedChange> {
    let mut replaced: BTreeSet<String> = steps.values().filter_map(may_be_replaced).collect();
    let mut changed: BTreeSet<String> = steps.keys().cloned().collect();
    let mut open: Vec<&ReportedChange> = reported
        .iter()
        .filter(|change| !steps.contains_key(&change.logical_id))
        .collect();
    let mut found = Vec::new();
    loop {
        let (next, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(|change| {
            change.certain && change.replacement != Replacement::Conditional
                || references(&template["Resources"][&change.logical_id]).any(|reference| {
                    let moves = reference
                        .attribute
                        .is_some_and(|attribute| CHANGING_ATTRIBUTES.contains(&attribute));
                    replaced.contains(reference.id) || moves && changed.contains(reference.id)
                })
        });
        if next.is_empty() {
            return found;
        }
        let replaceable = next
            .iter()
            .filter(|change| change.replacement != Replacement::Never);
        replaced.extend(replaceable.map(|change| change.logical_id.clone()));
        changed.extend(next.iter().map(|change| change.logical_id.clone()));
        found.extend(next);
        open = rest;
    }
}

fn may_be_replaced(step: &Step) -> Option<String> {
    match &step.target {
        Target::Resource {
            logical_id,
            replacement,
            ..
        } if *replacement != Replacement::Never => Some(logical_id.clone()),
        _ => None,
    }
}

fn resource_step(resource: ResourceDiff, verdict: Option<Replacement>) -> Step {
    let (action, reason, replacement) = match resource.kind {
        DiffKind::Added => (Action::Create, Reason::New, Replacement::Never),
        DiffKind::Removed => (Action::Remove, Reason::Undeclared, Replacement::Never),
        DiffKind::Retyped => (Action::Replace, Reason::Declaration, Replacement::Always),
        DiffKind::Changed => {
            let replacement = verdict.unwrap_or(Replacement::Unknown);
            (action_for(replacement), Reason::Declaration, replacement)
        }
    };
    let ResourceDiff {
        logical_id,
        resource_type,
        changes,
        ..
    } = resource;
    Step {
        action,
        reason,
        target: Target::Resource {
            logical_id,
            resource_type,
            replacement,
            changes,
        },
    }
}

fn dependent_step(change: &ReportedChange) -> Step {
    reported_step(change, Reason::Dependency, Vec::new())
}

/// Puts a resource back, from what it is to what the stack says.
fn revert_step(change: &ReportedChange, drift: &[PropertyDrift]) -> Step {
    let changes = drift.iter().map(|property| {
        let PropertyChange {
            path,
            before,
            after,
        } = PropertyChange::of_drift(property);
        PropertyChange {
            path,
            before: after,
            after: before,
        }
    });
    reported_step(change, Reason::Drift, changes.collect())
}

fn reported_step(change: &ReportedChange, reason: Reason, changes: Vec<PropertyChange>) -> Step {
    let action = match change.action {
        ReportedAction::Add | ReportedAction::Import => Action::Create,
        ReportedAction::Remove => Action::Remove,
        ReportedAction::Modify | ReportedAction::Dynamic => action_for(change.replacement),
    };
    Step {
        action,
        reason,
        target: Target::Resource {
            logical_id: change.logical_id.clone(),
            resource_type: change.resource_type.clone(),
            replacement: change.replacement,
            changes,
        },
    }
}

fn action_for(replacement: Replacement) -> Action {
    match replacement {
        Replacement::Always => Action::Replace,
        Replacement::Never | Replacement::Conditional | Replacement::Unknown => Action::Update,
    }
}

fn output_step(output: OutputDiff) -> Step {
    let (action, reason) = match output.kind {
        DiffKind::Added => (Action::Create, Reason::New),
        DiffKind::Removed => (Action::Remove, Reason::Undeclared),
        DiffKind::Changed | DiffKind::Retyped => (Action::Update, Reason::Declaration),
    };
    Step {
        action,
        reason,
        target: Target::Output {
            name: output.name,
            changes: output.changes,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn declared(template: Value) -> DeclaredStack {
        DeclaredStack {
            name: "qdn-test".into(),
            body: template.to_string(),
            template,
            template_sha256: "0".repeat(64),
            parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    fn deployed(template: Value) -> DeployedStack {
        DeployedStack {
            template,
            parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
        }
    }

    fn report(logical_id: &str, replacement: Replacement) -> ReportedChange {
        ReportedChange {
            logical_id: logical_id.into(),
            resource_type: "X".into(),
            action: ReportedAction::Modify,
            replacement,
            certain: true,
            drift: None,
        }
    }

    #[test]
    fn the_same_template_is_no_step_whatever_the_key_order() {
        let plan = compare(
            Layer::Stack,
            &declared(json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1, "b": 2}}}})),
            Some(&deployed(
                json!({"Resources": {"A": {"Properties": {"b": 2, "a": 1}, "Type": "X"}}}),
            )),
            None,
        );
        assert_eq!(plan, LayerPlan::unchanged(Layer::Stack));
    }

    #[test]
    fn the_verdict_turns_an_update_into_a_replacement_and_adds_dependents() {
        let before =
            json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1}}, "B": {"Type": "X"}}});
        let after =
            json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 2}}, "B": {"Type": "X"}}});
        let reported = [
            report("A", Replacement::Always),
            report("B", Replacement::Never),
        ];
        let plan = compare(
            Layer::Stack,
            &declared(after),
            Some(&deployed(before)),
            Some(&reported),
        );
        let seen: Vec<_> = plan
            .steps
            .iter()
            .map(|step| (step.action, step.reason))
            .collect();
        assert_eq!(
            seen,
            [
                (Action::Replace, Reason::Declaration),
                (Action::Update, Reason::Dependency)
            ]
        );
    }

    #[test]
    fn a_conditional_dependent_of_something_not_replaced_is_noise() {
        let world = |a: i32| {
            json!({"Resources": {
            "A": {"Type": "X", "Properties": {"a": a}},
            "B": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "Arn"]}}},
            "C": {"Type": "X", "Properties": {"of": {"Fn::Sub": "${B.Arn}/*"}}}}})
        };
        let planned = |verdict: Replacement| {
            let reported = [
                report("C", Replacement::Conditional),
                report("A", verdict),
                report("B", Replacement::Conditional),
            ];
            compare(
                Layer::Stack,
                &declared(world(2)),
                Some(&deployed(world(1))),
                Some(&reported),
            )
            .steps
            .len()
        };
        assert_eq!(planned(Replacement::Never), 1);
        // Replaced, it gets a new ARN, and so does what stands on it, and so on.
        assert_eq!(planned(Replacement::Always), 3);
    }

    /// A function whose code changes keeps its ARN, so the role that names it does not change, whatever is reported.
    /// A table whose stream changes does not keep the stream's.
    #[test]
    fn a_change_that_only_depends_on_others_needs_another_value() {
        let world = |a: i32| {
            json!({"Resources": {
            "A": {"Type": "X", "Properties": {"a": a}},
            "Role": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "Arn"]}}},
            "Reader": {"Type": "X", "Properties": {"of": {"Fn::GetAtt": ["A", "StreamArn"]}}}}})
        };
        let uncertain = |id: &str, replacement| ReportedChange {
            certain: false,
            ..report(id, replacement)
        };
        let planned = |verdict: Replacement| -> Vec<String> {
            let reported = [
                report("A", verdict),
                uncertain("Role", Replacement::Never),
                uncertain("Reader", Replacement::Conditional),
            ];
            let (before, after) = (deployed(world(1)), declared(world(2)));
            let plan = compare(Layer::Stack, &after, Some(&before), Some(&reported));
            let id = |step: &Step| match &step.target {
                Target::Resource { logical_id, .. } => logical_id.clone(),
                other => panic!("{other:?}"),
            };
            plan.steps.iter().map(id).collect()
        };
        assert_eq!(planned(Replacement::Never), ["A", "Reader"]);
        assert_eq!(planned(Replacement::Always), ["A", "Reader", "Role"]);
    }

    #[test]
    fn a_change_that_cloudformation_drops_is_still_shown() {
        let before = json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 1}}}});
        let after = json!({"Resources": {"A": {"Type": "X", "Properties": {"a": 2}}}});
        let plan = compare(
            Layer::Stack,
            &declared(after),
            Some(&deployed(before)),
            Some(&[]),
        );
        assert_eq!(plan.steps.len(), 1);
    }

    #[test]
    fn changed_tags_alone_are_a_deployment() {
        let template = json!({"Resources": {"A": {"Type": "X"}}});
        let mut wanted = declared(template.clone());
        wanted.tags.insert("team".into(), "qdn".into());
        let plan = compare(Layer::Stack, &wanted, Some(&deployed(template)), None);
        assert!(plan.deployment.is_some());
        assert!(
            matches!(&plan.steps[0].target, Target::StackTags { changes } if changes[0].path == "team")
        );
    }
}
