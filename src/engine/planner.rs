//! Makes a plan: observes, compares purely, and lets CloudFormation say what it would replace.

use super::deploy::{self, Made};
use super::desired::Desired;
use super::error::Error;
use super::event::{Sink, What, millis};
use super::findings;
use super::names::template_key;
use super::observe::{Observed, ObservedStack, observe};
use super::run::Run;
use crate::plan::site::{self as site_plan, DeleteLimit};
use crate::plan::stack::{self as stack_plan, DeclaredStack, DeployedStack};
use crate::plan::{
    Action, Check, Finding, Layer, LayerPlan, PLAN_VERSION, Plan, Reason, Standing, Step, Target,
};
use crate::ports::{ChangeSetKind, Ports};
use crate::stack::LogRole;

/// What becomes of the change set that a plan needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Only to be read: the change set is removed again.
    Show,
    /// To be applied: the change set is kept and executed.
    Apply,
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
    run.emit(What::Observing);
    let began = ports.clock.elapsed();
    let observed = observe(desired, ports).await?;
    run.emit(What::Observed {
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });

    let bootstrap = desired.bootstrap_stack(log_role(&observed))?;
    let stack = desired.main_stack()?;
    let bootstrap_deployed = settled(&bootstrap.name, &observed.bootstrap)?;
    let mut layers = vec![stack_plan::compare(
        Layer::Bootstrap,
        &bootstrap,
        bootstrap_deployed.as_ref(),
        None,
    )];
    if scope == Scope::Everything {
        layers.push(package_layer(desired, &observed));
        let staged = bootstrap_deployed.is_some();
        layers.push(stack_layer(&run, desired, &observed, &stack, staged, purpose).await?);
        layers.push(site_layer(desired, &observed));
        let changes = layers.iter().any(|layer| !layer.steps.is_empty());
        layers.push(if changes {
            verify_layer()
        } else {
            LayerPlan::unchanged(Layer::Verify)
        });
    }
    run.emit(What::Planned {
        took_ms: millis(ports.clock.elapsed().saturating_sub(began)),
    });
    let plan = Plan {
        version: PLAN_VERSION,
        environment: desired.environment.name.clone(),
        stack: stack.name.clone(),
        account: desired.environment.account().to_owned(),
        region: desired.environment.file.region.as_str().to_owned(),
        layers,
    };
    Ok(Planned {
        plan,
        bootstrap,
        stack,
        observed,
    })
}

/// Takes away the change set that a plan kept, when it is not applied after all.
pub async fn discard(planned: &Planned, ports: &Ports) -> Result<(), Error> {
    let deployments = planned
        .plan
        .layers
        .iter()
        .filter_map(|layer| layer.deployment.as_ref());
    for change_set in deployments.filter_map(|deployment| deployment.change_set.as_ref()) {
        ports.stacks.delete_change_set(change_set).await?;
    }
    Ok(())
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
    let standing = observed.standing();
    match (standing, &observed.state) {
        (Standing::Absent, _) | (_, None) => Ok(None),
        (Standing::Settled, Some(state)) => {
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
        (Standing::Busy | Standing::Wreck | Standing::Stuck | Standing::Unknown, Some(state)) => {
            Err(Error::NotReady {
                stack: name.to_owned(),
                status: state.status.name().to_owned(),
                reason: state.status_reason.clone(),
                standing,
            })
        }
    }
}

/// The stack layer, with CloudFormation's verdict where there is a stack to change and a bucket that
/// the template can be staged in.
async fn stack_layer(
    run: &Run<'_>,
    desired: &Desired,
    observed: &Observed,
    declared: &DeclaredStack,
    staged: bool,
    purpose: Purpose,
) -> Result<LayerPlan, Error> {
    let deployed = settled(&declared.name, &observed.stack)?;
    let mut layer = stack_plan::compare(Layer::Stack, declared, deployed.as_ref(), None);
    if let (Some(deployed), Some(_), true) = (&deployed, &layer.deployment, staged) {
        layer = with_verdict(run, desired, declared, deployed, purpose).await?;
    }
    layer.steps.extend(routes_to_retire(observed, declared));
    layer
        .findings
        .extend(findings::of(desired, observed, declared));
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

/// Asks CloudFormation by a change set what it would replace.
async fn with_verdict(
    run: &Run<'_>,
    desired: &Desired,
    declared: &DeclaredStack,
    deployed: &DeployedStack,
    purpose: Purpose,
) -> Result<LayerPlan, Error> {
    run.emit(What::ChangeSetRequested {
        stack: declared.name.clone(),
    });
    let source = deploy::stage_template(run, &desired.names().artifacts_bucket, declared).await?;
    match deploy::make_change_set(run, declared, ChangeSetKind::Update, source).await? {
        Made::Ready(ids, reported) => {
            let mut layer =
                stack_plan::compare(Layer::Stack, declared, Some(deployed), Some(&reported));
            match purpose {
                Purpose::Show => remove_change_set(run, declared, &ids.change_set).await?,
                Purpose::Apply => {
                    if let Some(deployment) = &mut layer.deployment {
                        deployment.change_set = Some(ids.change_set);
                    }
                }
            }
            Ok(layer)
        }
        Made::Empty(ids) => {
            remove_change_set(run, declared, &ids.change_set).await?;
            let mut layer = LayerPlan::unchanged(Layer::Stack);
            layer.findings.push(Finding::NoEffect {
                stack: declared.name.clone(),
            });
            Ok(layer)
        }
    }
}

async fn remove_change_set(
    run: &Run<'_>,
    declared: &DeclaredStack,
    change_set: &str,
) -> Result<(), Error> {
    run.ports.stacks.delete_change_set(change_set).await?;
    let template = template_key(&declared.template_sha256);
    run.emit(What::ChangeSetRemoved {
        stack: declared.name.clone(),
        template,
    });
    Ok(())
}

fn package_layer(desired: &Desired, observed: &Observed) -> LayerPlan {
    let steps = desired
        .packages
        .iter()
        .filter(|package| !observed.packages.contains(&package.key()))
        .map(|package| Step {
            action: Action::Create,
            reason: if observed.function.is_some() {
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
        DeleteLimit::default(),
        desired.force_upload,
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
    LayerPlan {
        steps,
        findings: compared.findings,
        ..LayerPlan::unchanged(Layer::Site)
    }
}

fn verify_layer() -> LayerPlan {
    let steps = Check::ALL
        .iter()
        .map(|check| Step {
            action: Action::Check,
            reason: Reason::Deployed,
            target: Target::Check { check: *check },
        })
        .collect();
    LayerPlan {
        steps,
        ..LayerPlan::unchanged(Layer::Verify)
    }
}
