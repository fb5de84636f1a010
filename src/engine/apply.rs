//! Runs a plan: layer by layer, in the plan's order.

use super::adopt;
use super::carrier;
use super::code;
use super::deploy::{self, Made, Source};
use super::desired::Desired;
use super::edge_code;
use super::edge_keys;
use super::error::Error;
use super::estimate::expected;
use super::event::{Sink, What, millis};
use super::fingerprint;
use super::interrupt::Interrupted;
use super::lock;
use super::mend;
use super::observe::{ObservedStack, observe, served};
use super::page::{self, Invalidation};
use super::planner::{Planned, Scope};
use super::prove;
use super::refresh::Refresh;
use super::release;
use super::run::Run;
use super::secrets;
use super::seed;
use super::trial;
use super::upload::put_all;
use crate::plan::stack::DeclaredStack;
use crate::plan::{Deployment, Layer, LayerPlan, Plan, Standing, Target};
use crate::ports::{Body, ChangeSetKind, DeploymentMode, Ports, PutObject, StackState, Task};
use crate::stack::{self, Output};

/// Packages are megabytes each; two at a time fill a line.
const PACKAGE_UPLOADS: usize = 2;

/// What an apply did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Number of changes made; checks are none.
    pub changes: usize,
    /// The main stack as it is now.
    pub stack: Option<StackState>,
}

/// Refuses a plan that may not be applied, with what stands in the way.
pub fn applicable(plan: &Plan) -> Result<(), Error> {
    if plan.is_applicable() {
        return Ok(());
    }
    let conflicts: Vec<_> = plan.conflicts().cloned().collect();
    if !conflicts.is_empty() {
        return Err(Error::SeedConflict { conflicts });
    }
    let layers: Vec<_> = plan.not_observed().map(|(layer, _)| layer).collect();
    if !layers.is_empty() {
        return Err(Error::NotObserved { layers });
    }
    Err(Error::Blocked {
        risks: plan.blocked(),
    })
}

/// Runs the steps of a plan as the only writer. An empty plan makes no call at all.
pub async fn apply(
    desired: &Desired,
    planned: &Planned,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<Outcome, Error> {
    applicable(&planned.plan)?;
    mend::needs_none(planned)?;
    let run = Run::new(ports, sink);
    let began = ports.clock.elapsed();
    let mut so_far = SoFar {
        stack: planned.observed.stack.state.clone(),
        invalidation: None,
        done: Vec::new(),
        begun: None,
    };
    match run_all(&run, desired, planned, &mut so_far).await {
        Err(Error::Interrupted(_)) => {
            return Err(Error::Interrupted(so_far.interrupted(&planned.plan)));
        }
        ended => ended?,
    }
    let changes = planned.plan.changes().count();
    run.emit(What::Finished {
        changes,
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    Ok(Outcome {
        changes,
        stack: so_far.stack,
    })
}

/// Runs the bootstrap layer, and then the others as the only writer.
async fn run_all(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    so_far: &mut SoFar,
) -> Result<(), Error> {
    let (before, rest): (Vec<_>, Vec<_>) =
        to_do(&planned.plan).partition(|layer| layer.layer == Layer::Bootstrap);
    // The lock lies in the bucket that this layer makes; its stack's name lets one writer in.
    run_layers(run, desired, planned, &before, so_far).await?;
    if rest.is_empty() {
        return Ok(());
    }
    let work = async {
        still_so(run, desired, planned, !before.is_empty()).await?;
        run_layers(run, desired, planned, &rest, so_far).await?;
        release::record(run, desired, &planned.stack).await
    };
    lock::hold(run, &desired.environment, work).await
}

/// The layers that have something to do.
fn to_do(plan: &Plan) -> impl Iterator<Item = &LayerPlan> {
    plan.layers.iter().filter(|layer| !layer.steps.is_empty())
}

/// Looks at everything once more, as the only writer, and refuses when anything moved since the plan was made.
async fn still_so(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    bootstrapped: bool,
) -> Result<(), Error> {
    let looking = observe(desired, run.ports, Scope::Everything);
    let mut now = run.unless_stopped(looking).await??;
    // CloudFormation's comparison takes minutes, and its change set by ARN is bound to what it found.
    now.drift.clone_from(&planned.observed.drift);
    // Its layer is done by now.
    let of = |observed| fingerprint::state(desired, observed).without(Layer::Bootstrap);
    let moved = of(&planned.observed).moved(&of(&now));
    if moved.is_empty() {
        Ok(())
    } else {
        Err(Error::Stale {
            moved,
            bootstrapped,
        })
    }
}

/// Runs layers one after the other, and tells in the end what goes on by itself.
async fn run_layers(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    layers: &[&LayerPlan],
    so_far: &mut SoFar,
) -> Result<(), Error> {
    let clock = &run.ports.clock;
    for layer in layers {
        run.go_on()?;
        let _step = run.begin(Task::Step {
            name: layer.layer.name().to_owned(),
        });
        so_far.begun = Some(layer.layer);
        let layer_began = clock.elapsed();
        run.emit(What::LayerStarted {
            layer: layer.layer,
            steps: layer.steps.len(),
        });
        match run_layer(run, desired, planned, layer, so_far).await {
            Ok(()) => {
                so_far.done.push(layer.layer);
                so_far.begun = None;
                run.emit(What::LayerFinished {
                    layer: layer.layer,
                    took_ms: millis(clock.elapsed().saturating_sub(layer_began)),
                });
            }
            Err(error) => {
                run.emit(match error {
                    Error::Interrupted(_) => What::LayerStopped { layer: layer.layer },
                    _ => What::LayerFailed { layer: layer.layer },
                });
                so_far.tell(run).await;
                return Err(error);
            }
        }
    }
    so_far.tell(run).await;
    Ok(())
}

/// What the layers that are done leave to those that follow.
struct SoFar {
    /// The main stack as it is now.
    stack: Option<StackState>,
    /// What viewers' older copies are on their way out with.
    invalidation: Option<Invalidation>,
    /// The layers that are complete.
    done: Vec<Layer>,
    /// The layer that is at work.
    begun: Option<Layer>,
}

impl SoFar {
    /// What a run that is interrupted now has come to.
    fn interrupted(&self, plan: &Plan) -> Interrupted {
        let name = |layer: &Layer| layer.name().to_owned();
        let layers = to_do(plan).map(|layer| layer.layer);
        let left = layers.filter(|layer| !self.done.contains(layer) && self.begun != Some(*layer));
        Interrupted {
            done: self.done.iter().map(name).collect(),
            begun: self.begun.as_ref().map(name),
            left: left.map(|layer| name(&layer)).collect(),
        }
    }

    /// Tells what goes on by itself.
    async fn tell(&self, run: &Run<'_>) {
        if let Some(invalidation) = &self.invalidation {
            invalidation.tell(run).await;
        }
    }
}

async fn run_layer(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    layer: &LayerPlan,
    so_far: &mut SoFar,
) -> Result<(), Error> {
    let names = desired.names();
    match layer.layer {
        Layer::Bootstrap => {
            let found = &planned.observed.bootstrap;
            deploy_stack(run, &planned.bootstrap, found, layer, Source::Body).await
        }
        Layer::Secrets => secrets::store(run, desired, &planned.observed.secrets, layer).await,
        Layer::Package => upload_packages(run, desired, layer).await,
        Layer::Stack => {
            if layer.deployment.is_some() {
                let template = &planned.stack.template;
                trial::try_edge(run, desired, layer, template, so_far.stack.as_ref()).await?;
                seed::forget(run, &names, &planned.observed.seed).await?;
                let source = Source::Staged(&names.artifacts_bucket);
                let found = &planned.observed.stack;
                deploy_stack(run, &planned.stack, found, layer, source).await?;
                so_far.stack = run.ports.stacks.describe(&planned.stack.name).await?;
            }
            code::put_back(run, desired, layer).await?;
            edge_code::put_back(run, &planned.stack, layer, so_far.stack.as_ref()).await?;
            retire_routes(run, desired, planned, layer, so_far.stack.as_ref()).await
        }
        Layer::Edge => edge_keys::carry_out(run, desired, planned, so_far.stack.as_ref()).await,
        Layer::Adopt => {
            let state = so_far.stack.as_ref();
            adopt::carry_out(run, &desired.environment, planned, layer, state).await
        }
        Layer::Seed => seed::carry_out(run, desired, planned, so_far.stack.as_ref()).await,
        Layer::Carrier => carrier::carry_out(run, desired, &planned.observed).await,
        Layer::Site => {
            let state = so_far.stack.as_ref();
            so_far.invalidation = page::publish(run, desired, planned, layer, state).await?;
            Ok(())
        }
        Layer::Verify => prove::prove(run, desired, so_far.stack.as_ref(), layer).await,
    }
}

/// Lets the stage serve the API without the routes that are gone.
async fn retire_routes(
    run: &Run<'_>,
    desired: &Desired,
    planned: &Planned,
    layer: &LayerPlan,
    state: Option<&StackState>,
) -> Result<(), Error> {
    let mut steps = layer.steps.iter();
    let is_planned = steps.any(|step| matches!(step.target, Target::Routes { .. }));
    // CloudFormation puts back a snapshot of its own, which may hold routes that an earlier run took away.
    let may_be_back = desired.refresh == Refresh::Revert && layer.deployment.is_some();
    if !is_planned && !may_be_back {
        return Ok(());
    }
    let output = |output: Output| {
        let value = state.and_then(|state| state.outputs.get(output.name()));
        value.ok_or_else(|| Error::MissingOutput {
            stack: planned.stack.name.clone(),
            output: output.name().to_owned(),
        })
    };
    let (api, name) = (output(Output::ApiId)?, output(Output::ApiStage)?);
    if !is_planned {
        let declared = stack::routes(&planned.stack.template);
        let (snapshot, _) = served(run.ports, api, name).await?;
        if snapshot.unwrap_or_default().routes.is_subset(&declared) {
            return Ok(());
        }
    }
    Ok(run.ports.gateways.redeploy(api, name).await?)
}

/// Deploys a stack with the change set that the plan kept, or with one made now.
async fn deploy_stack(
    run: &Run<'_>,
    declared: &DeclaredStack,
    found: &ObservedStack,
    layer: &LayerPlan,
    source: Source<'_>,
) -> Result<(), Error> {
    let mismatch = || Error::PlanMismatch {
        stack: declared.name.clone(),
    };
    let belongs = |deployment: &&Deployment| {
        deployment.template_sha256 == declared.template_sha256
            && deployment.parameters == declared.parameters
    };
    let deployment = layer
        .deployment
        .as_ref()
        .filter(belongs)
        .ok_or_else(mismatch)?;
    if let Some(state) = &found.state {
        match found.standing() {
            // A plan that kept the change set of a creation is carried out with it.
            Standing::Leftover if deployment.change_set.is_none() => {
                mend::clear(run, &declared.name, &state.id).await?;
            }
            _ => mend::tidy(run, &state.id).await,
        }
    }
    if let Some(change_set) = &deployment.change_set {
        let stack_id = &found.state.as_ref().ok_or_else(mismatch)?.id;
        run.go_on()?;
        return deploy::execute(run, &declared.name, stack_id, change_set, &expected(layer)).await;
    }
    let template = source.prepare(run, declared).await?;
    let (kind, mode) = (deployment.kind, DeploymentMode::Standard);
    match deploy::make_change_set(run, declared, kind, template, mode).await? {
        Made::Ready(ids, _) => {
            if let Err(stopped) = run.go_on() {
                deploy::abandon(run, &ids.change_set).await;
                return Err(stopped);
            }
            let expected = expected(layer);
            deploy::execute(run, &declared.name, &ids.stack, &ids.change_set, &expected).await
        }
        Made::Empty(ids) => {
            run.ports.stacks.delete_change_set(&ids.change_set).await?;
            match deployment.kind {
                ChangeSetKind::Update => Ok(()),
                ChangeSetKind::Create => Err(Error::nothing_to_create(&declared.name)),
            }
        }
    }
}

async fn upload_packages(run: &Run<'_>, desired: &Desired, layer: &LayerPlan) -> Result<(), Error> {
    let bucket = desired.names().artifacts_bucket;
    let wanted = layer.steps.iter().filter_map(|step| match &step.target {
        Target::Package { key, bytes, .. } => Some((key.clone(), *bytes)),
        _ => None,
    });
    let objects: Vec<(PutObject, u64)> = wanted
        .filter_map(|(key, bytes)| {
            let package = desired
                .packages
                .iter()
                .find(|package| package.key() == key)?;
            Some(
                package
                    .read()
                    .map(|zip| (package_object(&bucket, key, zip, &package.sha256), bytes)),
            )
        })
        .collect::<Result<_, _>>()?;
    put_all(run, objects, PACKAGE_UPLOADS).await.map(|_| ())
}

fn package_object(bucket: &str, key: String, zip: Vec<u8>, sha256: &str) -> PutObject {
    PutObject {
        bucket: bucket.to_owned(),
        key,
        body: Body::Bytes(zip),
        content_type: "application/zip".to_owned(),
        cache_control: None,
        sha256: sha256.to_owned(),
        only_new: false,
    }
}
