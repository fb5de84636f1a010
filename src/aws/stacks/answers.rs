//! What CloudFormation's answers mean in our words.

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types as sdk;

use super::SERVICE;
use crate::aws::failure::incomplete;
use crate::ports::{
    ChangeSetStatus, PropertyDrift, Replacement, ReportedAction, ReportedChange, Result,
    StackState, StackStatus,
};

/// How CloudFormation begins the reason of a change set that would change nothing.
const EMPTY_REASONS: [&str; 2] = [
    "The submitted information didn't contain changes.",
    "No updates are to be performed.",
];

/// A stack as it is described.
pub(super) fn stack_state(stack: &str, described: sdk::Stack) -> Result<StackState> {
    let missing = |field| incomplete(SERVICE, "DescribeStacks", stack, field);
    let pairs = |pairs: Vec<(Option<String>, Option<String>)>| {
        pairs
            .into_iter()
            .filter_map(|(key, value)| Some((key?, value.unwrap_or_default())))
            .collect()
    };
    Ok(StackState {
        status: described
            .stack_status
            .map(|status| StackStatus::from_name(status.as_str()))
            .ok_or_else(|| missing("StackStatus"))?,
        status_reason: described
            .stack_status_reason
            .filter(|reason| !reason.is_empty()),
        parameters: pairs(
            described
                .parameters
                .unwrap_or_default()
                .into_iter()
                .map(|parameter| (parameter.parameter_key, parameter.parameter_value))
                .collect(),
        ),
        outputs: pairs(
            described
                .outputs
                .unwrap_or_default()
                .into_iter()
                .map(|output| (output.output_key, output.output_value))
                .collect(),
        ),
        tags: pairs(
            described
                .tags
                .unwrap_or_default()
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        ),
        id: described.stack_id.ok_or_else(|| missing("StackId"))?,
    })
}

/// What became of a change set.
pub(super) fn change_set_status(answer: &DescribeChangeSetOutput) -> ChangeSetStatus {
    use sdk::{ChangeSetStatus as Made, ExecutionStatus as Use};
    let reason = answer.status_reason().unwrap_or_default();
    let failed = |why: &str| ChangeSetStatus::Failed(why.to_owned());
    match answer.status() {
        Some(Made::CreatePending | Made::CreateInProgress) => ChangeSetStatus::Pending,
        Some(Made::CreateComplete) => match answer.execution_status() {
            None | Some(Use::Available) => ChangeSetStatus::Ready,
            // Made, but not yet released for execution.
            Some(Use::Unavailable) => ChangeSetStatus::Pending,
            Some(Use::Obsolete) => {
                failed("it is obsolete: the stack has been changed since it was made")
            }
            Some(other) => failed(&format!(
                "it is not to be executed any more ({})",
                other.as_str()
            )),
        },
        Some(Made::Failed) if EMPTY_REASONS.iter().any(|empty| reason.starts_with(empty)) => {
            ChangeSetStatus::Empty
        }
        Some(Made::Failed) if reason.is_empty() => failed("CloudFormation gave no reason"),
        Some(Made::Failed) => failed(reason),
        Some(other) => failed(&format!("it is in status {}", other.as_str())),
        None => failed("it has no status"),
    }
}

/// A change of a resource; none for what changes no resource.
pub(super) fn reported_change(change: &sdk::Change) -> Option<ReportedChange> {
    // A change without a resource is a hook that will be asked; it changes nothing.
    let resource = change.resource_change()?;
    // Nor does one after which CloudFormation only knows what is there already.
    if resource.action() == Some(&sdk::ChangeAction::SyncWithActual) {
        return None;
    }
    Some(ReportedChange {
        logical_id: resource
            .logical_resource_id()
            .unwrap_or_default()
            .to_owned(),
        resource_type: resource.resource_type().unwrap_or_default().to_owned(),
        action: match resource.action() {
            Some(sdk::ChangeAction::Add) => ReportedAction::Add,
            Some(sdk::ChangeAction::Modify) => ReportedAction::Modify,
            Some(sdk::ChangeAction::Remove) => ReportedAction::Remove,
            Some(sdk::ChangeAction::Import) => ReportedAction::Import,
            // One that this version does not know is best treated as the one that promises least.
            Some(_) | None => ReportedAction::Dynamic,
        },
        replacement: match resource.replacement() {
            Some(sdk::Replacement::True) => Replacement::Always,
            Some(sdk::Replacement::False) => Replacement::Never,
            Some(sdk::Replacement::Conditional) => Replacement::Conditional,
            Some(_) | None => Replacement::Unknown,
        },
        certain: is_certain(resource.details()),
        drift: drift(resource),
    })
}

/// How a resource is not as the stack says; none where that was not looked at, or is not so.
fn drift(resource: &sdk::ResourceChange) -> Option<Vec<PropertyDrift>> {
    use sdk::StackResourceDriftStatus::{Deleted, Modified};
    let (Modified | Deleted) = resource.resource_drift_status()? else {
        return None;
    };
    let targets = resource
        .details()
        .iter()
        .filter_map(|detail| detail.target());
    let properties = targets.filter_map(|target| {
        let drift = target.drift()?;
        let becomes = target.after_value().or(drift.previous_value());
        Some(PropertyDrift {
            path: target.path()?.to_owned(),
            expected: becomes.map(str::to_owned),
            actual: drift.actual_value().map(str::to_owned),
        })
    });
    Some(properties.collect())
}

/// A change of which nothing is said but what depends on other resources' new values is not certain.
fn is_certain(details: &[sdk::ResourceChangeDetail]) -> bool {
    let depends = |detail: &sdk::ResourceChangeDetail| {
        detail.evaluation() == Some(&sdk::EvaluationType::Dynamic)
    };
    details.is_empty() || !details.iter().all(depends)
}
