//! The proofs after a deploy: each looks at the running system as its users do.

use std::collections::BTreeSet;
use std::time::Duration;

use qdn_shared::package::FunctionName;
use qdn_shared::route::{RouteName, route};
use serde_json::Value;

use super::adopt;
use super::desired::{Desired, Environment};
use super::door::{Door, Served};
use super::error::Error;
use super::event::{Awaited, Sink, What};
use super::invocation::{self, Deployed};
use super::run::Run;
use crate::config::Site;
use crate::plan::site::closure;
use crate::plan::{Check, Layer, LayerPlan, Target};
use crate::ports::{Ports, StackState, WebRequest, WebResponse};
use crate::site::INDEX_KEY;
use crate::stack::Output;

/// Edge locations and API deployments settle within seconds; the limit leaves room.
const PROOF_LIMIT: Duration = Duration::from_mins(2);

/// Path of the health route: of what is deployed, which may be an earlier release.
pub fn health_path(desired: &Desired) -> &str {
    let here = route(RouteName::Health).template();
    let restored = desired.restored.as_ref();
    restored.map_or(here, |restored| restored.health.as_str())
}

/// What can be proved. Without keys of ours, or without them at the edge, nobody can show a good token.
pub(super) fn checks(desired: &Desired) -> impl Iterator<Item = Check> {
    let keyless = [Layer::Secrets, Layer::Edge]
        .iter()
        .any(|layer| desired.skip.contains(layer));
    Check::ALL
        .iter()
        .copied()
        .filter(move |check| !(keyless && *check == Check::Page))
}

/// Proves without a changing call that what an earlier run deployed still works: every check but the
/// direct invocation of a function.
pub async fn still_works(
    desired: &Desired,
    state: Option<&StackState>,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<(), Error> {
    let checks: Vec<Check> = checks(desired)
        .filter(|check| *check != Check::Function)
        .collect();
    run_checks(&Run::new(ports, sink), desired, state, &checks).await
}

/// Runs every check of the layer; all run, then the failed ones are the error.
pub(super) async fn prove(
    run: &Run<'_>,
    desired: &Desired,
    state: Option<&StackState>,
    layer: &LayerPlan,
) -> Result<(), Error> {
    let checks: Vec<Check> = layer
        .steps
        .iter()
        .filter_map(|step| match step.target {
            Target::Check { check } => Some(check),
            _ => None,
        })
        .collect();
    run_checks(run, desired, state, &checks).await
}

async fn run_checks(
    run: &Run<'_>,
    desired: &Desired,
    state: Option<&StackState>,
    checks: &[Check],
) -> Result<(), Error> {
    let facts = Facts::of(desired, state)?;
    if let (true, Some(distribution)) = (
        desired.environment.file.site.is_existing(),
        &desired.environment.values.distribution,
    ) {
        // A run that was cut short may have left it on its way.
        adopt::await_deployed(run, distribution.as_str()).await?;
    }
    let looking = checks.iter().map(|check| settle(run, &facts, *check));
    let looking = futures::future::join_all(looking);
    let results = run.unless_stopped(looking).await?;
    let mut failed = Vec::new();
    for (check, result) in checks.iter().zip(results) {
        match result {
            Seen::Right(seen) => run.emit(What::Proved {
                check: *check,
                seen,
            }),
            Seen::Wrong(seen) => {
                run.emit(What::Disproved {
                    check: *check,
                    seen: seen.clone(),
                });
                failed.push((*check, seen));
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::Unproved {
            failed,
            total: checks.len(),
        })
    }
}

/// What the checks compare with.
struct Facts {
    viewer: String,
    api: String,
    stage: String,
    /// Every function that a package was built for.
    functions: Vec<Deployed>,
    /// The page and the files that it names.
    files: Vec<Served>,
    /// The secret with the signing keys.
    keys: String,
    dashboard: String,
    /// Path of the health route.
    health: String,
    routes: BTreeSet<String>,
}

pub(super) enum Seen {
    Right(String),
    Wrong(String),
}

impl Facts {
    fn of(desired: &Desired, state: Option<&StackState>) -> Result<Self, Error> {
        let output = |output: Output| {
            state
                .and_then(|state| state.outputs.get(output.name()))
                .cloned()
                .ok_or_else(|| Error::MissingOutput {
                    stack: desired.names().stack,
                    output: output.name().to_owned(),
                })
        };
        let viewer =
            proving_ground(&desired.environment, state).ok_or_else(|| Error::MissingOutput {
                stack: desired.names().stack,
                output: Output::DistributionDomain.name().to_owned(),
            })?;
        let functions = desired
            .packages
            .iter()
            .map(|package| {
                Ok(Deployed {
                    function: package.function,
                    name: output(Output::of_function(package.function))?,
                    package: package.sha256.clone(),
                })
            })
            .collect::<Result<_, Error>>()?;
        let files = closure(&desired.pages, INDEX_KEY).into_iter();
        Ok(Self {
            viewer,
            api: output(Output::ApiId)?,
            stage: output(Output::ApiStage)?,
            functions,
            files: files
                .map(|file| Served {
                    key: file.key.clone(),
                    sha256: file.sha256.clone(),
                    cache_control: file.cache_control.clone(),
                })
                .collect(),
            keys: desired.names().secrets.keys,
            dashboard: desired.environment.file.api.dashboard_origin.to_string(),
            health: health_path(desired).to_owned(),
            routes: crate::stack::routes(&desired.main_stack()?.template),
        })
    }
}

impl Facts {
    fn door(&self) -> Door<'_> {
        Door {
            viewer: &self.viewer,
            keys: &self.keys,
            files: &self.files,
        }
    }

    /// SHA-256 of the package that was built for a function; empty when none was.
    fn package_of(&self, function: FunctionName) -> &str {
        self.functions
            .iter()
            .find(|deployed| deployed.function == function)
            .map_or("", |deployed| deployed.package.as_str())
    }
}

/// The address at which people reach the system, without a slash at the end.
pub fn viewer(environment: &Environment, state: Option<&StackState>) -> Option<String> {
    match (&environment.viewer, environment.domain()) {
        (None, Some(domain)) => Some(format!("https://{domain}")),
        _ => proving_ground(environment, state),
    }
}

/// The address that the checks use: the distribution's own, which works before anybody pointed a
/// domain name at it.
pub(super) fn proving_ground(
    environment: &Environment,
    state: Option<&StackState>,
) -> Option<String> {
    if let Some(viewer) = &environment.viewer {
        return Some(viewer.trim_end_matches('/').to_owned());
    }
    let domain = match &environment.file.site {
        Site::Managed { .. } => state?.outputs.get(Output::DistributionDomain.name())?,
        Site::Existing { domain, .. } => domain.as_str(),
    };
    Some(format!("https://{domain}"))
}

/// Looks again until a check comes true or the limit is over; what was seen last is the verdict.
async fn settle(run: &Run<'_>, facts: &Facts, check: Check) -> Seen {
    let first = look(run, facts, check).await;
    let Seen::Wrong(mut last) = first else {
        return first;
    };
    let awaited = match check {
        // Its update goes on, or it refuses to be invoked meanwhile (`ResourceConflictException`).
        Check::Function => Awaited::Function,
        Check::Routes | Check::Health | Check::Preflight | Check::Page | Check::Strangers => {
            Awaited::Proof
        }
    };
    let mut wait = run.wait(awaited, PROOF_LIMIT);
    loop {
        if wait.pause("the proof").await.is_err() {
            return Seen::Wrong(last);
        }
        match look(run, facts, check).await {
            Seen::Wrong(seen) => last = seen,
            right @ Seen::Right(_) => return right,
        }
    }
}

/// A call that fails is a wrong answer like any other: it may come right, and the other checks go on.
async fn look(run: &Run<'_>, facts: &Facts, check: Check) -> Seen {
    let seen: Result<Seen, Error> = match check {
        Check::Function => Ok(functions(run, facts).await),
        Check::Routes => routes(run, facts).await.map_err(Error::from),
        Check::Health => Ok(judge(get(run, facts, &facts.health).await, |answer| {
            health(facts, &answer)
        })),
        Check::Preflight => Ok(judge(preflight(run, facts).await, |answer| {
            preflight_answer(facts, &answer)
        })),
        Check::Page => facts.door().opens(run).await,
        Check::Strangers => facts.door().stays_shut(run).await,
    };
    seen.unwrap_or_else(|error| Seen::Wrong(error.to_string()))
}

/// Asks all functions at once; all have to be right.
async fn functions(run: &Run<'_>, facts: &Facts) -> Seen {
    let asked = facts
        .functions
        .iter()
        .map(|deployed| invocation::ask(run, deployed, &facts.health));
    let mut right = Vec::new();
    let mut wrong = Vec::new();
    for seen in futures::future::join_all(asked).await {
        match seen {
            Ok(Seen::Right(seen)) => right.push(seen),
            Ok(Seen::Wrong(seen)) => wrong.push(seen),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if wrong.is_empty() {
        Seen::Right(right.join(", "))
    } else {
        Seen::Wrong(wrong.join(", "))
    }
}

async fn routes(run: &Run<'_>, facts: &Facts) -> crate::ports::Result<Seen> {
    let Some(stage) = run.ports.gateways.stage(&facts.api, &facts.stage).await? else {
        return Ok(Seen::Wrong(format!(
            "API {} has no stage {}",
            facts.api, facts.stage
        )));
    };
    let served = run
        .ports
        .gateways
        .routes(&facts.api, &stage.deployment)
        .await?
        .unwrap_or_default();
    Ok(if served == facts.routes {
        Seen::Right(format!("{} methods, as declared", served.len()))
    } else {
        let missing: Vec<_> = facts.routes.difference(&served).cloned().collect();
        let unknown: Vec<_> = served.difference(&facts.routes).cloned().collect();
        Seen::Wrong(format!(
            "missing: [{}], unknown: [{}]",
            missing.join(", "),
            unknown.join(", ")
        ))
    })
}

async fn get(run: &Run<'_>, facts: &Facts, path: &str) -> crate::ports::Result<WebResponse> {
    let url = format!("{}{path}", facts.viewer);
    run.ports
        .web
        .send(&WebRequest {
            method: "GET",
            url,
            headers: Vec::new(),
            body: None,
        })
        .await
}

async fn preflight(run: &Run<'_>, facts: &Facts) -> crate::ports::Result<WebResponse> {
    let headers = vec![
        ("Origin".to_owned(), facts.dashboard.clone()),
        ("Access-Control-Request-Method".to_owned(), "GET".to_owned()),
        (
            "Access-Control-Request-Headers".to_owned(),
            "authorization".to_owned(),
        ),
    ];
    let url = format!("{}{}", facts.viewer, facts.health);
    run.ports
        .web
        .send(&WebRequest {
            method: "OPTIONS",
            url,
            headers,
            body: None,
        })
        .await
}

/// A viewer who gets no answer sees something wrong, too: it may come right while things settle.
fn judge(answer: crate::ports::Result<WebResponse>, verdict: impl Fn(WebResponse) -> Seen) -> Seen {
    answer.map_or_else(|error| Seen::Wrong(error.to_string()), verdict)
}

fn health(facts: &Facts, answer: &WebResponse) -> Seen {
    let url = format!("{}{}", facts.viewer, facts.health);
    if answer.status != 200 {
        return Seen::Wrong(format!("{url} answered {}", answer.status));
    }
    let package = serde_json::from_slice::<Value>(&answer.body)
        .ok()
        .and_then(|body| body["package"].as_str().map(str::to_owned));
    let built = facts.package_of(FunctionName::Api);
    match package {
        Some(package) if package == built => Seen::Right(format!("{url} runs {}", short(&package))),
        Some(package) => Seen::Wrong(format!(
            "{url} runs {}, not {}",
            short(&package),
            short(built)
        )),
        None => Seen::Wrong(format!("{url} names no package")),
    }
}

fn preflight_answer(facts: &Facts, answer: &WebResponse) -> Seen {
    let allowed = answer.headers.get("access-control-allow-origin");
    if (200..300).contains(&answer.status) && allowed == Some(&facts.dashboard) {
        Seen::Right(format!("{} may call", facts.dashboard))
    } else {
        Seen::Wrong(format!(
            "preflight of {} answered {} and allows {allowed:?}",
            facts.dashboard, answer.status
        ))
    }
}

pub(super) fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
