//! Puts a stack right before it is planned in earnest: follows what runs, continues a rollback, takes away what only
//! stands in the way. Nothing is skipped, and nothing that holds data goes.

use super::deploy;
use super::desired::{Desired, Environment};
use super::error::{Error, Remains};
use super::event::{Sink, What};
use super::lock;
use super::names::is_change_set_of_ours;
use super::observe::{Observed, ObservedStack};
use super::planner::{Planned, Scope};
use super::run::Run;
use crate::plan::holds_data;
use crate::plan::{Command, Layer, LayerPlan, Mend, Repair, Treatment, standing, treatment};
use crate::ports::{ChangeSetSummary, Ports, StackResource, StackState, StackStatus};

/// So many times a stack is put right and looked at again. Each round ends one thing: an operation that ran, a rollback
/// that stuck, a wreck.
const ROUNDS: usize = 4;

/// The plan of stacks that have to be put right before one can say what else would change: what is done about each,
/// and nothing more. None when both can be planned.
pub(super) fn layers(
    desired: &Desired,
    observed: &Observed,
    scope: Scope,
) -> Option<Vec<LayerPlan>> {
    let names = desired.names();
    let stacks = [
        Some((Layer::Bootstrap, names.bootstrap, &observed.bootstrap)),
        match scope {
            Scope::Everything => Some((Layer::Stack, names.stack, &observed.stack)),
            Scope::Bootstrap => None,
        },
    ];
    let layers = stacks
        .into_iter()
        .flatten()
        .filter_map(|(layer, name, found)| {
            let repair = repair(&name, found).filter(|repair| repair.mend.comes_first())?;
            Some(LayerPlan {
                repair: Some(repair),
                ..LayerPlan::unchanged(layer)
            })
        });
    let layers: Vec<LayerPlan> = layers.collect();
    (!layers.is_empty()).then_some(layers)
}

/// What has to be put right about a stack.
pub(super) fn repair(name: &str, found: &ObservedStack) -> Option<Repair> {
    Repair::of(name, found.state.as_ref()?)
}

/// Refuses a plan before which a stack has to be put right.
pub(super) fn needs_none(planned: &Planned) -> Result<(), Error> {
    match planned.plan.repairs_first().next() {
        None => Ok(()),
        Some((layer, repair)) => Err(not_ready(&repair.stack, stack_of(&planned.observed, layer))),
    }
}

fn stack_of(observed: &Observed, layer: Layer) -> Option<&StackState> {
    let found = match layer {
        Layer::Bootstrap => &observed.bootstrap,
        _ => &observed.stack,
    };
    found.state.as_ref()
}

fn not_ready(name: &str, state: Option<&StackState>) -> Error {
    let status = state.map(|state| &state.status);
    Error::NotReady {
        stack: name.to_owned(),
        status: status.map_or("absent", StackStatus::name).to_owned(),
        reason: state.and_then(|state| state.status_reason.clone()),
        standing: standing(status),
    }
}

/// Does what the plan says about its stacks. Afterwards everything is planned anew; `round` counts from 1 how often
/// that was so, and ends what never comes to rest.
pub async fn mend(
    desired: &Desired,
    planned: &Planned,
    round: usize,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    if round > ROUNDS {
        return needs_none(planned);
    }
    let run = Run::new(ports, sink);
    for (layer, repair) in planned.plan.repairs_first() {
        let Some(shown) = stack_of(&planned.observed, layer) else {
            continue;
        };
        match repair.mend {
            // To wait changes nothing, and a lock in a bucket that is just being deleted would stand in the way.
            Mend::Attach => attach(&run, &repair.stack, &shown.id).await?,
            Mend::ContinueRollback | Mend::Recreate | Mend::Clear => {
                let work = as_shown(&run, repair, shown);
                lock::hold_where_possible(&run, &desired.environment, work).await?;
            }
        }
    }
    Ok(())
}

/// Does what was shown, if the stack is still as it was shown; the next plan tells what it needs now.
async fn as_shown(run: &Run<'_>, repair: &Repair, shown: &StackState) -> Result<(), Error> {
    let now = run.ports.stacks.describe(&shown.id).await?;
    if now.is_none_or(|now| now.status != shown.status) {
        return Ok(());
    }
    match repair.mend {
        Mend::ContinueRollback => continue_rollback(run, &repair.stack, &shown.id).await,
        Mend::Recreate => remove_wreck(run, repair, &shown.id).await,
        Mend::Clear => clear(run, &repair.stack, &shown.id).await,
        Mend::Attach => attach(run, &repair.stack, &shown.id).await,
    }
}

/// Waits until nothing runs on either stack, so that both can be taken away.
pub async fn settle(
    environment: &Environment,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    let run = Run::new(ports, sink);
    let names = environment.names();
    for name in [&names.stack, &names.bootstrap] {
        let Some(state) = ports.stacks.describe(name).await? else {
            continue;
        };
        match treatment(Some(&state.status), Command::Destroy) {
            Treatment::Attach => attach(&run, name, &state.id).await?,
            Treatment::Refuse => return Err(not_ready(name, Some(&state))),
            Treatment::Create
            | Treatment::Update
            | Treatment::Announce
            | Treatment::Clear
            | Treatment::ContinueRollback
            | Treatment::Recreate
            | Treatment::Delete
            | Treatment::Nothing => {}
        }
    }
    Ok(())
}

async fn attach(run: &Run<'_>, stack: &str, stack_id: &str) -> Result<(), Error> {
    tell(run, stack, Mend::Attach);
    deploy::attach(run, stack, stack_id).await
}

/// Continues the rollback. What cannot be rolled back is named; to skip it is a person's decision.
async fn continue_rollback(run: &Run<'_>, stack: &str, stack_id: &str) -> Result<(), Error> {
    tell(run, stack, Mend::ContinueRollback);
    let ended = deploy::continue_rollback(run, stack, stack_id).await?;
    if ended == StackStatus::UpdateRollbackComplete {
        return Ok(());
    }
    let resources = run.ports.stacks.resources(stack_id).await?.into_iter();
    // These, and no others, may be skipped.
    let failed = resources.filter(|resource| resource.status == "UPDATE_FAILED");
    Err(Error::RollbackStuck {
        stack: stack.to_owned(),
        status: ended.name().to_owned(),
        failed: failed.map(Remains::of).collect(),
    })
}

/// Deletes a stack that can only be deleted, if nothing that holds data is left in it.
async fn remove_wreck(run: &Run<'_>, repair: &Repair, stack_id: &str) -> Result<(), Error> {
    let resources = run.ports.stacks.resources(stack_id).await?.into_iter();
    let data: Vec<Remains> = resources
        .filter(|resource| holds_data(&resource.resource_type) && resource.is_left())
        .map(Remains::of)
        .collect();
    if !data.is_empty() {
        return Err(Error::DataInWreck {
            stack: repair.stack.clone(),
            status: repair.status.clone(),
            data,
        });
    }
    tell(run, &repair.stack, Mend::Recreate);
    deploy::delete(run, &repair.stack, stack_id).await
}

/// Takes away what is left of a creation that was never executed: the empty stack when all its change sets are ours,
/// else ours among them. What cannot be listed is left as it is, because a stack can be made in its place all the same.
pub(super) async fn clear(run: &Run<'_>, stack: &str, stack_id: &str) -> Result<(), Error> {
    let stacks = &run.ports.stacks;
    let listed = futures::try_join!(stacks.change_sets(stack_id), stacks.resources(stack_id));
    let Ok((change_sets, resources)) = listed else {
        return Ok(());
    };
    tell(run, stack, Mend::Clear);
    let (ours, others): (Vec<_>, Vec<_>) = change_sets.into_iter().partition(is_ours);
    if others.is_empty() && !resources.iter().any(StackResource::is_left) {
        // Who was quicker may have begun to make it meanwhile.
        let now = stacks.describe(stack).await?;
        if now.is_none_or(|now| now.status != StackStatus::ReviewInProgress) {
            return Ok(());
        }
        return deploy::delete(run, stack, stack_id).await;
    }
    for change_set in ours {
        stacks.delete_change_set(&change_set.id).await?;
    }
    Ok(())
}

/// Takes away change sets of ours that nobody can execute any more. Best effort: they harm nobody.
pub(super) async fn tidy(run: &Run<'_>, stack_id: &str) {
    let stacks = &run.ports.stacks;
    let listed = stacks.change_sets(stack_id).await.unwrap_or_default();
    for change_set in listed.iter().filter(|one| one.dead && is_ours(one)) {
        let _ = stacks.delete_change_set(&change_set.id).await;
    }
}

fn is_ours(change_set: &ChangeSetSummary) -> bool {
    is_change_set_of_ours(&change_set.name)
}

fn tell(run: &Run<'_>, stack: &str, mend: Mend) {
    run.emit(What::Mending {
        stack: stack.to_owned(),
        mend,
    });
}
