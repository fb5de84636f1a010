//! What becomes of drift in a plan: nothing, it is told, or it is undone by a drift-aware change set.

use super::desired::Desired;
use super::drift::{StackDrift, detect};
use super::error::Error;
use super::observe::Observed;
use super::run::Run;
use crate::plan::{Finding, LayerPlan, PropertyChange, Target};
use crate::ports::{DeploymentMode, ResourceDrift};

/// What becomes of what was changed outside the stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Refresh {
    /// Nobody looks.
    #[default]
    Leave,
    /// Only our own comparison looks as closely as it can.
    Closely,
    /// The plan tells it.
    Tell,
    /// The plan puts it back, and tells what stays.
    Revert,
}

impl Refresh {
    /// Whether `CloudFormation` is asked.
    fn is_asked(self) -> bool {
        matches!(self, Self::Tell | Self::Revert)
    }

    /// Whether what costs a call for each object is looked at, too: its headers, which no listing tells.
    pub(super) fn is_close(self) -> bool {
        self != Self::Leave
    }
}

/// How change sets are made. Where nothing has drifted that is not ours, there is nothing to put back.
pub(super) fn mode(desired: &Desired, drift: Option<&StackDrift>) -> DeploymentMode {
    let none_found = matches!(
        drift,
        Some(StackDrift::Compared { resources, partial: None }) if resources.is_empty()
    );
    match desired.refresh {
        Refresh::Revert if !none_found => DeploymentMode::RevertDrift,
        Refresh::Leave | Refresh::Closely | Refresh::Tell | Refresh::Revert => {
            DeploymentMode::Standard
        }
    }
}

/// Whether code that runs without a stack's word is put back: where that was asked for, and by a rollback.
pub(super) fn puts_code_back(desired: &Desired) -> bool {
    match desired.refresh {
        Refresh::Revert => true,
        Refresh::Leave => desired.restored.is_some(),
        Refresh::Closely | Refresh::Tell => false,
    }
}

/// What `CloudFormation` finds, where that is asked for and there is a stack that may be changed.
pub(super) async fn look(
    run: &Run<'_>,
    desired: &Desired,
    observed: &Observed,
) -> Result<Option<StackDrift>, Error> {
    if !desired.refresh.is_asked() {
        return Ok(None);
    }
    let state = observed.stack.changeable(&desired.names().stack)?;
    match state {
        Some(state) => Ok(Some(detect(run, &state.id, observed.redeployed).await?)),
        None => Ok(None),
    }
}

/// Adds to the stack's part of a plan what was found and no step puts back.
pub(super) fn tell(layer: &mut LayerPlan, drift: Option<&StackDrift>, desired: &Desired) {
    let stack = desired.names().stack;
    let unknown = |reason| Finding::DriftUnknown { stack, reason };
    match drift {
        None | Some(StackDrift::NotCompared) => {}
        Some(StackDrift::Unsupported) => {
            let reason = "this cloud has no drift detection".to_owned();
            layer.findings.push(unknown(reason));
        }
        Some(StackDrift::Compared { resources, partial }) => {
            let stays = desired.refresh == Refresh::Revert;
            let open = resources.iter().filter(|drift| !changes(layer, drift));
            let told: Vec<Finding> = open.map(|drift| finding(drift, stays)).collect();
            layer.findings.extend(told);
            layer.findings.extend(partial.clone().map(unknown));
        }
    }
}

fn changes(layer: &LayerPlan, drift: &ResourceDrift) -> bool {
    layer.steps.iter().any(|step| {
        matches!(&step.target, Target::Resource { logical_id, .. } if *logical_id == drift.logical_id)
    })
}

fn finding(drift: &ResourceDrift, stays: bool) -> Finding {
    let changes = drift.properties.iter().map(PropertyChange::of_drift);
    Finding::ResourceDrift {
        changes: changes.collect(),
        logical_id: drift.logical_id.clone(),
        resource_type: drift.resource_type.clone(),
        gone: drift.is_gone,
        stays,
    }
}
