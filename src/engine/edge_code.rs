//! The code that runs at the edge. What somebody published there by hand is found here, and put back by CloudFront itself
//! where no change set does that.

use sha2::{Digest as _, Sha256};

use super::desired::Desired;
use super::error::Error;
use super::observe::Observed;
use super::refresh;
use super::run::Run;
use super::trial;
use crate::plan::stack::DeclaredStack;
use crate::plan::{Action, Finding, LayerPlan, Reason, Standing, Step, Target};
use crate::ports::{EdgeFunction, StackState};
use crate::stack::{EDGE_FUNCTION, edge_code, edge_comment};

/// Adds to the stack's part of a plan that the edge function's LIVE code is not the deployed template's. It is put back
/// where that was asked for and by a rollback, unless the change set publishes code anyway.
pub(super) fn compare(
    layer: &mut LayerPlan,
    desired: &Desired,
    observed: &Observed,
    declared: &DeclaredStack,
) {
    if observed.stack.standing() != Standing::Settled {
        return;
    }
    let deployed = observed.stack.template.as_ref().and_then(edge_code);
    let Some(deployed) = deployed else { return };
    if observed.edge_code.as_deref() == Some(deployed.as_bytes()) {
        return;
    }
    let function = desired.names().edge_function;
    let replaced = trial::concerns(layer);
    let stays = !replaced && edge_code(&declared.template) == Some(deployed);
    if stays && refresh::puts_code_back(desired) {
        layer.steps.push(Step {
            action: Action::Update,
            reason: Reason::Drift,
            target: Target::EdgeCode {
                logical_id: EDGE_FUNCTION.to_owned(),
                function,
                sha256: sha256(deployed),
            },
        });
    } else {
        layer
            .findings
            .push(Finding::EdgeDrift { function, replaced });
    }
}

/// Publishes the declared code where a step says so, with the settings that the stack gives it. Refuses a step that names
/// other code.
pub(super) async fn put_back(
    run: &Run<'_>,
    declared: &DeclaredStack,
    layer: &LayerPlan,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let wanted = layer.steps.iter().find_map(|step| match &step.target {
        Target::EdgeCode {
            function, sha256, ..
        } => Some((function, sha256)),
        _ => None,
    });
    let Some((function, wanted)) = wanted else {
        return Ok(());
    };
    let code = edge_code(&declared.template).filter(|code| sha256(code) == *wanted);
    let code = code.ok_or_else(|| Error::PlanMismatch {
        stack: declared.name.clone(),
    })?;
    let function = EdgeFunction {
        name: function.clone(),
        comment: edge_comment(&declared.template)
            .unwrap_or_default()
            .to_owned(),
        code: code.to_owned(),
        store: trial::store(run, state).await?,
    };
    run.go_on()?;
    let edge = &run.ports.edge;
    let draft = edge.update_function(&function).await?;
    Ok(edge.publish_function(&draft).await?)
}

fn sha256(code: &str) -> String {
    format!("{:x}", Sha256::digest(code))
}
