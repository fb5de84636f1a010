//! Makes a plan: observes, compares purely, and puts the layers together.

mod verdict;

use serde_json::Value;

use super::adopt;
use super::carrier;
use super::code;
use super::deploy::{self, Source};
use super::desired::{Desired, Environment};
use super::edge_code;
use super::edge_keys;
use super::error::Error;
use super::event::{Sink, What, millis};
use super::findings;
use super::logged_queries;
use super::mend;
use super::observe::{Observed, ObservedStack, observe_told};
use super::page;
use super::prove;
use super::refresh::{self, Refresh};
use super::release;
use super::run::Run;
use super::secrets;
use super::seed;
use super::trial;
use crate::config::Cloud;
use crate::plan::site as site_plan;
use crate::plan::stack::{DeclaredStack, DeployedStack};
use crate::plan::{Action, Finding, Layer, LayerPlan, PLAN_VERSION, Plan, Reason, Step, Target};
use crate::ports::{Begun, DeploymentMode, Ports, Task};
use crate::stack::LogRole;
use verdict::{Question, compare};

/// What becomes of the change set that a plan needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Only to be read: the change set is removed again.
    Show,
    /// To be applied at once: the change set is kept and executed.
    Apply,
    /// To be applied later: also the change set that makes a stack is made now, and kept.
    Save,
}

/// Which layers are planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Everything,
    /// The bootstrap stack alone.
    Bootstrap,
}

/// A plan with what it was made from.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The bootstrap stack as declared.
    pub bootstrap: DeclaredStack,
    /// The main stack as declared.
    pub stack: DeclaredStack,
    /// What a distribution that is not ours is given, as it is declared.
    pub given: Option<Value>,
    /// What was seen.
    pub observed: Observed,
}

/// Makes the plan for an environment.
pub async fn plan(
    desired: &Desired,
    ports: &Ports,
    sink: &dyn Sink,
    purpose: Purpose,
    scope: Scope,
) -> Result<Planned, Error> {
    let run = Run::new(ports, sink);
    let began = ports.clock.elapsed();
    let mut observed = observe_told(&run, desired, scope).await?;

    if purpose == Purpose::Save && !observed.bootstrap.standing().exists() {
        return Err(Error::NoBootstrap {
            environment: desired.environment.name.clone(),
            stack: desired.names().bootstrap,
        });
    }
    let (bootstrap, stack) = declared_with(desired, &observed)?;
    if let Some(layers) = mend::layers(desired, &observed, scope) {
        let planned = Planned {
            plan: whole(desired, layers),
            bootstrap,
            stack,
            given: None,
            observed,
        };
        if purpose == Purpose::Save {
            mend::needs_none(&planned)?;
        }
        return Ok(planned);
    }
    page::names_are_there(desired, &observed)?;
    page::owners_files_stay(desired, &observed)?;
    let mut given = None;
    if scope == Scope::Everything {
        given = desired.given()?;
        adopt::check(desired, &observed, given.as_ref(), &stack)?;
    }
    let bootstrap_deployed = settled(&bootstrap.name, &observed.bootstrap)?;
    let layer = compare(
        &run,
        Layer::Bootstrap,
        &bootstrap,
        bootstrap_deployed.as_ref(),
        Question {
            source: Some(Source::Body),
            purpose,
            mode: DeploymentMode::Standard,
        },
    );
    let mut layer = layer.await?;
    layer.repair = mend::repair(&bootstrap.name, &observed.bootstrap);
    let mut layers = vec![layer];
    let _kept = kept_of(&layers, ports);
    if scope == Scope::Everything {
        let secrets = secrets::layer(desired, &observed.secrets);
        let edge = edge_keys::layer(desired, &observed.secrets, &secrets, &observed.edge_keys);
        let seed = seed::layer(desired, &observed, &secrets);
        let carrier = carrier::layer(desired, &observed)?;
        layers.push(secrets);
        layers.push(package_layer(desired, &observed));
        let staged = bootstrap_deployed.is_some();
        let layer = async {
            observed.drift = refresh::look(&run, desired, &observed).await?;
            stack_layer(&run, desired, &observed, &stack, staged, purpose).await
        };
        let layer = or_discard(&run, &layers, layer.await).await?;
        // Refused already where it cannot be.
        let adopted = adopt::layer(desired, &observed, given.as_ref(), &stack, &layer)?;
        layers.extend([layer, edge]);
        let adopted = logged_queries::told(&run, desired, &observed, adopted).await;
        let adopted = or_discard(&run, &layers, adopted).await?;
        layers.extend(adopted);
        layers.push(site_layer(desired, &observed));
        layers.push(seed);
        layers.push(carrier);
        layers.push(verify_layer(desired, &observed, &stack, &layers)?);
    }
    if let Err(stopped) = run.go_on() {
        discard_layers(&run, &layers).await;
        return Err(stopped);
    }
    run.emit(What::Planned {
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    Ok(Planned {
        plan: whole(desired, layers),
        bootstrap,
        stack,
        given,
        observed,
    })
}

/// A plan of these layers.
fn whole(desired: &Desired, layers: Vec<LayerPlan>) -> Plan {
    Plan {
        version: PLAN_VERSION,
        environment: desired.environment.name.clone(),
        stack: desired.names().stack,
        account: desired.environment.account().to_owned(),
        region: desired.environment.file.region.as_str().to_owned(),
        allowed: desired.allowed.clone(),
        layers,
    }
}

/// Both stacks as they are declared for what was seen.
pub(super) fn declared_with(
    desired: &Desired,
    observed: &Observed,
) -> Result<(DeclaredStack, DeclaredStack), Error> {
    let bootstrap = desired.bootstrap_stack(log_role(observed))?;
    Ok((bootstrap, desired.main_stack()?))
}

/// Takes away the change sets that a plan kept, when it is not applied after all; tells which of them stay.
pub async fn discard(planned: &Planned, ports: &Ports, sink: &dyn Sink) {
    discard_layers(&Run::new(ports, sink), &planned.plan.layers).await;
}

/// Tells that the change sets of a plan have to be executed or taken away, until what is returned is dropped.
pub fn kept(planned: &Planned, ports: &Ports) -> Vec<Begun> {
    kept_of(&planned.plan.layers, ports)
}

fn kept_of(layers: &[LayerPlan], ports: &Ports) -> Vec<Begun> {
    let deployments = layers.iter().filter_map(|layer| layer.deployment.as_ref());
    let kept = deployments.filter(|deployment| deployment.change_set.is_some());
    let tasks = kept.map(|deployment| Task::ChangeSet {
        stack: deployment.stack.clone(),
    });
    tasks.map(|task| ports.stop.begin(task)).collect()
}

/// Without a plan nobody can discard what its layers kept.
async fn or_discard<T>(
    run: &Run<'_>,
    layers: &[LayerPlan],
    planned: Result<T, Error>,
) -> Result<T, Error> {
    if planned.is_err() {
        discard_layers(run, layers).await;
    }
    planned
}

async fn discard_layers(run: &Run<'_>, layers: &[LayerPlan]) {
    let deployments = layers.iter().filter_map(|layer| layer.deployment.as_ref());
    for change_set in deployments.filter_map(|deployment| deployment.change_set.as_ref()) {
        deploy::abandon(run, change_set).await;
    }
}

/// API Gateway's log role is ours to declare when the account has none, or when it is the one
/// that our bootstrap stack made.
fn log_role(observed: &Observed) -> LogRole {
    let ours = observed
        .bootstrap
        .template
        .as_ref()
        .is_some_and(crate::stack::declares_log_role);
    if ours || observed.log_role.is_none() {
        LogRole::Declare
    } else {
        LogRole::AlreadyThere
    }
}

/// The deployed form of a stack that may be updated; none when it is to be created.
fn settled(name: &str, observed: &ObservedStack) -> Result<Option<DeployedStack>, Error> {
    let Some(state) = observed.changeable(name)? else {
        return Ok(None);
    };
    let template = observed
        .template
        .clone()
        .ok_or_else(|| Error::ForeignTemplate {
            stack: name.to_owned(),
            message: "it is empty".to_owned(),
        })?;
    Ok(Some(DeployedStack {
        template,
        parameters: state.parameters.clone(),
        tags: state.tags.clone(),
    }))
}

/// The stack layer; its template is staged in the artifacts bucket, once there is one.
async fn stack_layer(
    run: &Run<'_>,
    desired: &Desired,
    observed: &Observed,
    declared: &DeclaredStack,
    staged: bool,
    purpose: Purpose,
) -> Result<LayerPlan, Error> {
    let deployed = settled(&declared.name, &observed.stack)?;
    let bucket = desired.names().artifacts_bucket;
    let deployed = deployed.as_ref();
    let question = Question {
        source: staged.then_some(Source::Staged(&bucket)),
        purpose,
        mode: refresh::mode(desired, observed.drift.as_ref()),
    };
    let mut layer = compare(run, Layer::Stack, declared, deployed, question).await?;
    refresh::tell(&mut layer, observed.drift.as_ref(), desired);
    layer.repair = mend::repair(&declared.name, &observed.stack);
    layer.steps.extend(routes_to_retire(observed, declared));
    code::compare(&mut layer, desired, observed, declared);
    edge_code::compare(&mut layer, desired, observed, declared);
    layer.findings.extend(findings::of(observed, declared));
    if trial::concerns(&layer) && !trial::is_possible(desired) {
        layer.findings.push(Finding::EdgeUntried {
            function: desired.names().edge_function,
        });
    }
    Ok(layer)
}

/// Routes that are served now and not declared any more.
fn routes_to_retire(observed: &Observed, declared: &DeclaredStack) -> Option<Step> {
    let declared = crate::stack::routes(&declared.template);
    let routes: Vec<String> = observed
        .routes
        .iter()
        .flatten()
        .filter(|route| !declared.contains(*route))
        .cloned()
        .collect();
    (!routes.is_empty()).then_some(Step {
        action: Action::Remove,
        reason: Reason::Undeclared,
        target: Target::Routes { routes },
    })
}

fn package_layer(desired: &Desired, observed: &Observed) -> LayerPlan {
    let steps = desired
        .packages
        .iter()
        .filter(|package| !observed.packages.contains(&package.key()))
        .map(|package| Step {
            action: Action::Create,
            reason: if observed.functions.contains_key(&package.function) {
                Reason::Content
            } else {
                Reason::New
            },
            target: Target::Package {
                function: package.function.to_string(),
                key: package.key(),
                bytes: package.zip_bytes,
            },
        })
        .collect();
    LayerPlan {
        steps,
        ..LayerPlan::unchanged(Layer::Package)
    }
}

fn site_layer(desired: &Desired, observed: &Observed) -> LayerPlan {
    let compared = site_plan::compare(
        &desired.pages,
        &observed.listed,
        &observed.manifest,
        &observed.heads,
        page::rules(desired, observed),
    );
    let mut steps = compared.steps;
    // With steps the manifest is written anyway; without, it is the one thing to be done.
    if steps.is_empty() && compared.manifest_stale {
        let target = Target::Manifest {
            key: desired.names().site_manifest,
        };
        steps.push(Step {
            action: Action::Update,
            reason: Reason::Content,
            target,
        });
    }
    let mut findings = compared.findings;
    findings.extend(fictional_phone(&desired.environment));
    LayerPlan {
        steps,
        findings,
        ..LayerPlan::unchanged(Layer::Site)
    }
}

/// North America keeps 555-0100 to 555-0199 for films and examples. On the local cloud nobody is to be reached.
fn fictional_phone(environment: &Environment) -> Option<Finding> {
    let phone = environment.file.support_phone.as_str();
    let is_fictional = phone.strip_prefix("+1")?.get(3..8)? == "55501";
    let is_shown = environment.file.cloud != Cloud::Local;
    (is_fictional && is_shown).then(|| Finding::FictionalPhone {
        phone: phone.to_owned(),
    })
}

/// Proves what these layers change, and what an earlier run left deployed and unproved.
fn verify_layer(
    desired: &Desired,
    observed: &Observed,
    stack: &DeclaredStack,
    layers: &[LayerPlan],
) -> Result<LayerPlan, Error> {
    let mut findings = Vec::new();
    if layers.iter().all(|layer| layer.steps.is_empty()) {
        let newest = observed.release.as_deref();
        let is_settled = layers.iter().all(LayerPlan::is_empty);
        // Who looks for drift alone applies nothing.
        let is_applied = desired.refresh != Refresh::Closely;
        if !is_settled || !is_applied || release::is_recorded(newest, desired, stack)? {
            return Ok(LayerPlan::unchanged(Layer::Verify));
        }
        findings.push(Finding::Unproved);
    }
    let steps = prove::checks(desired)
        .map(|check| Step {
            action: Action::Check,
            reason: Reason::Deployed,
            target: Target::Check { check },
        })
        .collect();
    Ok(LayerPlan {
        steps,
        findings,
        ..LayerPlan::unchanged(Layer::Verify)
    })
}
