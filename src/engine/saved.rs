//! A plan that is kept in a file: saved with what it was made from, and opened again only while that still holds.

use jiff::SignedDuration;

use super::desired::Desired;
use super::error::Error;
use super::event::Sink;
use super::fingerprint;
use super::observe::{Observed, observe_told};
use super::planner::{Planned, Scope, declared_with};
use super::refresh::{self, Refresh};
use super::run::Run;
use crate::plan::{LayerPlan, Moved, Movement, Options, SavedPlan};
use crate::ports::{ChangeSetStatus, ErrorKind, Ports};

/// A plan as it is kept.
pub fn save(desired: &Desired, planned: &Planned, ports: &Ports) -> SavedPlan {
    SavedPlan::of(
        planned.plan.clone(),
        ports.clock.now(),
        Options {
            force: desired.force_upload,
            prune: desired.most_removals,
            skip: desired.skip.clone(),
            revert_drift: desired.refresh == Refresh::Revert,
        },
        fingerprint::inputs(desired, planned),
        fingerprint::state(desired, &planned.observed),
    )
}

/// Opens a kept plan: looks at everything again, and refuses with all that moved since. Changes nothing.
pub async fn reopen(
    desired: &Desired,
    saved: &SavedPlan,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<Planned, Error> {
    let environment = &desired.environment;
    if saved.plan.environment != environment.name {
        return Err(Error::OtherEnvironment {
            made_for: saved.plan.environment.clone(),
            asked: environment.name.clone(),
        });
    }
    let minutes = environment.file.plan_minutes;
    if saved.age(ports.clock.now()) > SignedDuration::from_mins(i64::from(minutes)) {
        return Err(Error::TooOld {
            made_at: saved.made_at,
            minutes,
        });
    }
    let run = Run::new(ports, sink);
    let mut observed = observe_told(&run, desired, Scope::Everything).await?;
    observed.drift = refresh::look(&run, desired, &observed).await?;
    let planned = opened(desired, saved, observed)?;
    let mut moved = saved.inputs.moved(&fingerprint::inputs(desired, &planned));
    moved.extend(
        saved
            .state
            .moved(&fingerprint::state(desired, &planned.observed)),
    );
    for layer in &saved.plan.layers {
        moved.extend(change_set(layer, ports).await?);
    }
    if !moved.is_empty() {
        return Err(Error::Stale {
            moved,
            bootstrapped: false,
        });
    }
    Ok(planned)
}

fn opened(desired: &Desired, saved: &SavedPlan, mut observed: Observed) -> Result<Planned, Error> {
    // What is over, such as a file that was kept for so many days, is what was over when the steps were chosen.
    observed.at = saved.made_at;
    let (bootstrap, stack) = declared_with(desired, &observed)?;
    Ok(Planned {
        plan: saved.plan.clone(),
        bootstrap,
        stack,
        given: desired.given()?,
        observed,
    })
}

/// What became of the change set that the plan kept, if it cannot be executed any more.
async fn change_set(layer: &LayerPlan, ports: &Ports) -> Result<Option<Moved>, Error> {
    let Some(deployment) = &layer.deployment else {
        return Ok(None);
    };
    let Some(change_set) = &deployment.change_set else {
        return Ok(None);
    };
    let how = match ports.stacks.change_set(change_set).await {
        Ok(found) if found.status == ChangeSetStatus::Ready => return Ok(None),
        Ok(_) => Movement::Changed,
        Err(error) if error.kind == ErrorKind::NotFound => Movement::Disappeared,
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Moved {
        layer: Some(layer.layer),
        subject: format!("change set of stack {}", deployment.stack),
        how,
    }))
}
