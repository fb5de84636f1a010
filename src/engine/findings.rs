//! What runs differently from what the stack says: seen, told, not repaired here. Code is told by `code` and
//! `edge_code`.

use std::collections::BTreeSet;

use super::observe::Observed;
use crate::plan::stack::DeclaredStack;
use crate::plan::{Finding, Standing, adopt};
use crate::stack::Output;

/// Findings about a settled stack; a stack that does not exist has none.
pub fn of(observed: &Observed, declared: &DeclaredStack) -> Vec<Finding> {
    if observed.stack.standing() != Standing::Settled {
        return Vec::new();
    }
    let found = [
        routes(observed, declared),
        stage(observed),
        distribution(observed),
    ];
    found.into_iter().flatten().collect()
}

/// API Gateway does not serve every route that the deployed template declares. What it serves beyond
/// is a step of the plan.
fn routes(observed: &Observed, declared: &DeclaredStack) -> Option<Finding> {
    let template = observed
        .stack
        .template
        .as_ref()
        .unwrap_or(&declared.template);
    let wanted: BTreeSet<String> = crate::stack::routes(template);
    let served = observed.routes.clone().unwrap_or_default();
    let missing: Vec<String> = wanted.difference(&served).cloned().collect();
    (!missing.is_empty()).then_some(Finding::RouteDrift { missing })
}

fn stage(observed: &Observed) -> Option<Finding> {
    let stage = observed.stack.output(Output::ApiStage)?;
    observed
        .gateway_stage
        .is_none()
        .then(|| Finding::StageDrift {
            stage: stage.to_owned(),
        })
}

fn distribution(observed: &Observed) -> Option<Finding> {
    let id = observed.stack.output(Output::DistributionId)?;
    let enabled = match (&observed.adopted, &observed.distribution) {
        (Some(site), _) => adopt::is_enabled(&site.document.xml),
        (None, Some(found)) => found.enabled,
        (None, None) => false,
    };
    (!enabled).then(|| Finding::DistributionOff {
        distribution: id.to_owned(),
    })
}
