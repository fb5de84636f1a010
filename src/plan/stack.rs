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

/// Whether one template with its parameters does what another with its own does: text without effect is no difference.
pub fn does_the_same(
    one: (&Value, &BTreeMap<String, String>),
    other: (&Value, &BTreeMap<String, String>),
) -> bool {
    let revision = |(template, parameters)| Revision {
        template,
        parameters,
    };
    template_diff::diff(Some(revision(one)), revision(other)) == TemplateDiff::default()
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
#[path = "stack_tests.rs"]
mod tests;
