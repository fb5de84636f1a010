//! The proof that the names which people know lead to the system. Everything else is proved at the distribution's own
//! address, which works before anybody points a name at it; whoever has deployed for the first time points it then.

use super::desired::Environment;
use super::facts::{Facts, Seen};
use super::looks::health_at;
use super::run::Run;
use crate::config::{DomainName, Site};
use crate::ports::StackState;
use crate::stack::Output;

/// The names that people know and that nothing else is proved at; none where there are none of the kind.
pub(super) fn names(environment: &Environment) -> &[DomainName] {
    match &environment.file.site {
        Site::Managed { domains } if environment.viewer.is_none() => {
            domains.as_ref().map_or(&[], |domains| &domains.names)
        }
        Site::Managed { .. } | Site::Existing { .. } => &[],
    }
}

/// Whether each leads to the API that was deployed. All are asked; all have to be right.
pub(super) async fn proved(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    let names = names(&facts.desired.environment);
    let looks = names.iter().map(|name| async move {
        let address = format!("https://{name}");
        health_at(run, facts, &address).await
    });
    Seen::all(futures::future::join_all(looks).await)
}

/// What has to be done so that they do.
pub(super) fn hint(environment: &Environment, state: Option<&StackState>) -> String {
    let names: Vec<&str> = names(environment).iter().map(DomainName::as_str).collect();
    let outputs = state.and_then(|state| state.outputs.get(Output::DistributionDomain.name()));
    format!(
        "point {} at {}, with a CNAME or, at a zone's apex, an ALIAS; `qdn-infra verify --env {}` looks again",
        names.join(", "),
        outputs.map_or("the distribution", String::as_str),
        environment.name
    )
}
