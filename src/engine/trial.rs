//! The edge function's trial before the stack publishes it: the candidate runs on the checkout's own events in
//! CloudFront's engine, beside the real one, and is deleted again.

use super::desired::Desired;
use super::error::Error;
use super::event::What;
use super::run::Run;
use crate::config::Cloud;
use crate::plan::{Action, LayerPlan, Target};
use crate::ports::{EdgeFunction, StackState};
use crate::stack::{self, Output};

/// CloudFront ends a function that takes all of what it may; this much leaves room for slow moments. Of 100.
const MOST: u32 = 70;
/// What a candidate says of itself.
const COMMENT: &str = "Tried before it is published, and deleted again";

/// Whether a layer's steps change what the edge function runs.
pub(super) fn concerns(layer: &LayerPlan) -> bool {
    layer.steps.iter().any(|step| {
        let is_edge = matches!(
            &step.target,
            Target::Resource { logical_id, .. } if logical_id == stack::EDGE_FUNCTION
        );
        is_edge && step.action != Action::Remove
    })
}

/// Whether the environment's cloud tries functions at all.
pub(super) fn is_possible(desired: &Desired) -> bool {
    desired.environment.file.cloud != Cloud::Local
}

/// Tries the declared function where it is about to change. One that fails or takes too much is not deployed.
pub(super) async fn try_edge(
    run: &Run<'_>,
    desired: &Desired,
    layer: &LayerPlan,
    template: &serde_json::Value,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let Some(code) = stack::edge_code(template).filter(|_| concerns(layer)) else {
        return Ok(());
    };
    if !is_possible(desired) {
        return Ok(());
    }
    let trials = &run.ports.edge_trials;
    let candidate = EdgeFunction {
        name: desired.names().edge_candidate,
        comment: COMMENT.to_owned(),
        code: code.to_owned(),
        store: store(run, state).await?,
    };
    // An earlier run may have been cut short.
    trials.delete(&candidate.name).await?;
    let tried = on_all_events(run, desired, &candidate).await;
    let deleted = trials.delete(&candidate.name).await;
    let most = tried?;
    deleted?;
    run.emit(What::EdgeTried {
        events: desired.edge_events.len(),
        most,
    });
    Ok(())
}

/// The store that the function reads. On first creation there is none yet, and one that somebody deleted is made anew only
/// with the function: it then refuses whatever needs a key.
pub(super) async fn store(
    run: &Run<'_>,
    state: Option<&StackState>,
) -> Result<Option<String>, Error> {
    let output = Output::KeyValueStoreArn.name();
    let Some(store) = state.and_then(|state| state.outputs.get(output)) else {
        return Ok(None);
    };
    let there = run.ports.key_values.describe(store).await?;
    Ok(there.map(|_| store.clone()))
}

/// The largest utilization, of 100.
async fn on_all_events(
    run: &Run<'_>,
    desired: &Desired,
    candidate: &EdgeFunction,
) -> Result<u32, Error> {
    let trials = &run.ports.edge_trials;
    let function = trials.create(candidate).await?;
    let mut most = 0;
    for (event, bytes) in &desired.edge_events {
        let tried = trials.run(&function, bytes).await?;
        if let Some(message) = tried.error {
            return Err(Error::EdgeTrial {
                event: event.clone(),
                message,
            });
        }
        if tried.utilization > MOST {
            return Err(Error::EdgeTooDear {
                event: event.clone(),
                utilization: tried.utilization,
                most: MOST,
            });
        }
        most = most.max(tried.utilization);
    }
    Ok(most)
}
