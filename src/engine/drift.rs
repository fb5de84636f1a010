//! Drift: what is not as the newest release left it. CloudFormation compares the resources it can, and our own
//! comparison what it does not look at: running code, served routes, page objects, keys at the edge.

use std::time::Duration;

use super::desired::Desired;
use super::error::Error;
use super::event::{Awaited, Sink};
use super::planner::{Purpose, Scope, plan};
use super::refresh::Refresh;
use super::release;
use super::run::Run;
use crate::plan::{Finding, Layer, LayerPlan, Plan};
use crate::ports::{Detection, ErrorKind, Ports, ResourceDrift};

/// CloudFormation reads every resource, a few at a time.
const DRIFT_LIMIT: Duration = Duration::from_mins(15);

/// What was found.
#[derive(Debug)]
pub struct Drift {
    /// The release that everything was compared with.
    pub release: String,
    /// Our own comparison: what would have to be done for everything to be as the release left it.
    pub plan: Plan,
    /// CloudFormation's.
    pub stack: StackDrift,
}

/// What CloudFormation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StackDrift {
    /// This cloud has no drift detection.
    Unsupported,
    /// There is no stack at rest to be compared.
    NotCompared,
    /// These resources differ; none: none does.
    Compared {
        /// What differs.
        resources: Vec<ResourceDrift>,
        /// Why some resources could not be compared, when there are such.
        partial: Option<String>,
    },
}

impl Drift {
    /// Whether nothing differs, and everything could be compared that this cloud compares.
    pub fn is_none(&self) -> bool {
        let differs = match &self.stack {
            StackDrift::Compared { resources, partial } => {
                !resources.is_empty() || partial.is_some()
            }
            StackDrift::Unsupported | StackDrift::NotCompared => false,
        };
        self.is_as_left() && !differs
    }

    /// Whether our own comparison finds nothing.
    pub fn is_as_left(&self) -> bool {
        let found = |layer: &LayerPlan| layer.findings.iter().any(Finding::is_drift);
        self.plan.is_empty() && !self.plan.layers.iter().any(found)
    }
}

/// Compares everything with the newest release. Changes nothing.
pub async fn drift(desired: Desired, ports: &Ports, sink: &dyn Sink) -> Result<Drift, Error> {
    let newest = release::newest(&desired.environment, ports).await?;
    // Keys at the edge are compared unless that was left out; what needs the secrets file is not, nor what people may
    // change.
    let never = [Layer::Secrets, Layer::Seed, Layer::Carrier];
    let skip = desired.skip.iter().copied().chain(never).collect();
    let mut desired = release::as_left(desired, &newest, skip)?;
    desired.refresh = Refresh::Closely;
    let planned = plan(&desired, ports, sink, Purpose::Show, Scope::Everything).await?;
    let at_rest = planned.plan.repairs_first().next().is_none();
    let stack = match &planned.observed.stack.state {
        Some(state) if at_rest => {
            let redeployed = planned.observed.redeployed;
            detect(&Run::new(ports, sink), &state.id, redeployed).await?
        }
        _ => StackDrift::NotCompared,
    };
    Ok(Drift {
        release: newest.id,
        plan: planned.plan,
        stack,
    })
}

/// Whether this is what `apply` itself left when it took routes away: a stage that serves a snapshot which CloudFormation
/// did not make.
fn is_ours(drift: &ResourceDrift, redeployed: bool) -> bool {
    let mut properties = drift.properties.iter();
    redeployed
        && !drift.is_gone
        && drift.resource_type == "AWS::ApiGateway::Stage"
        && properties.all(|property| property.path == "/DeploymentId")
}

/// Lets CloudFormation compare a stack with what is there.
pub(super) async fn detect(run: &Run<'_>, id: &str, redeployed: bool) -> Result<StackDrift, Error> {
    let drifts = &run.ports.drifts;
    let detection = match drifts.detect(id).await {
        Err(error) if error.kind == ErrorKind::Unsupported => return Ok(StackDrift::Unsupported),
        started => started?,
    };
    let mut wait = run.wait(Awaited::Drift, DRIFT_LIMIT);
    let partial = loop {
        match drifts.detection(&detection).await? {
            Detection::Complete => break None,
            Detection::Partial { reason } => break Some(reason),
            Detection::Running => wait.pause("CloudFormation's comparison").await?,
        }
    };
    let mut resources = drifts.drifted(id).await?;
    resources.retain(|drift| !is_ours(drift, redeployed));
    Ok(StackDrift::Compared { resources, partial })
}
