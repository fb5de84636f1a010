//! The proof that the edge runs what is declared: the function's LIVE code, and that it sees the requests of the default
//! behavior first.

use sha2::{Digest as _, Sha256};

use super::adopt::configuration;
use super::error::Error;
use super::facts::{Facts, Seen};
use super::looks::short;
use super::run::Run;
use crate::plan::Layer;
use crate::plan::adopt::default_function;

/// Whether the LIVE code is the declared one and stands in front of the default behavior. A distribution that was left
/// as it is, is not asked.
pub(super) async fn proved(run: &Run<'_>, facts: &Facts<'_>) -> Result<Seen, Error> {
    let name = facts.desired.names().edge_function;
    let Some(live) = run.ports.edge.live_function(&name).await? else {
        return Ok(Seen::Wrong(format!(
            "edge function {name} has no LIVE code"
        )));
    };
    let declared = facts.edge_code.as_deref().unwrap_or_default();
    let (live, declared) = (hash(&live), hash(declared.as_bytes()));
    if live != declared {
        return Ok(Seen::Wrong(format!(
            "edge function {name} runs {}, not {}",
            short(&live),
            short(&declared)
        )));
    }
    let runs = format!("{name} runs {}", short(&live));
    if facts.desired.skip.contains(&Layer::Adopt) {
        return Ok(Seen::Right(runs));
    }
    let distribution = &facts.distribution;
    let Some(document) = configuration(run.ports, distribution).await? else {
        return Ok(Seen::Wrong(format!(
            "distribution {distribution} does not exist"
        )));
    };
    let first = default_function(&document.xml)?;
    Ok(match first {
        Some(arn) if arn.rsplit('/').next() == Some(name.as_str()) => Seen::Right(format!(
            "{runs} in front of {distribution}'s default behavior"
        )),
        Some(arn) => Seen::Wrong(format!(
            "{arn} is in front of {distribution}'s default behavior, not {name}"
        )),
        None => Seen::Wrong(format!(
            "no function is in front of {distribution}'s default behavior, expected {name}"
        )),
    })
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
