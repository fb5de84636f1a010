//! Whether logs that no configuration tells of hold what viewers ask for, each line the tokens of tracking links.

use super::desired::Desired;
use super::error::Error;
use super::observe::Observed;
use super::ours::grant;
use super::run::Run;
use crate::plan::{Finding, LayerPlan};
use crate::ports::ErrorKind;

/// The field of a line that holds the query string.
const QUERY: &str = "cs-uri-query";

/// The adopt layer, which tells it where it attaches something to a distribution; where nothing is attached nobody asks again.
pub(super) async fn told(
    run: &Run<'_>,
    desired: &Desired,
    observed: &Observed,
    layer: Option<LayerPlan>,
) -> Result<Option<LayerPlan>, Error> {
    let is_told = |finding: &Finding| matches!(finding, Finding::QueriesLogged { .. });
    let (Some(site), Some(mut layer)) = (&observed.adopted, layer) else {
        return Ok(None);
    };
    if layer.steps.is_empty() || layer.findings.iter().any(is_told) {
        return Ok(Some(layer));
    }
    let arn = grant(&desired.environment, &site.distribution).distribution_arn;
    let delivered = match run.ports.logs.delivered(&arn).await {
        Err(error) if error.kind == ErrorKind::Unsupported => return Ok(Some(layer)),
        delivered => delivered?,
    };
    // Where no fields are named, CloudFront's own choice has the query among them.
    let holds = |fields: &Vec<String>| fields.is_empty() || fields.iter().any(|one| one == QUERY);
    if delivered.iter().any(holds) {
        let distribution = site.distribution.clone();
        layer
            .findings
            .insert(0, Finding::QueriesLogged { distribution });
    }
    Ok(Some(layer))
}
