//! The proof that the API refuses strangers: whoever shows nothing gets a problem document of ours from every route that
//! wants something, every path answers a preflight, and a path that nobody declares leads nowhere. No request that is
//! sent here can change anything: what changes something wants a credential.

use futures::stream::{self, StreamExt as _};
use qdn_shared::problem::{CONTENT_TYPE, Problem, ProblemKind};
use qdn_shared::route::{Credential, ROUTES};
use serde_json::Value;

use super::facts::{Facts, Seen};
use super::looks::{Question, allowed_origin, named};
use super::run::Run;
use crate::ports::{Result, WebRequest, WebResponse};

/// So many requests are under way at a time: a stage lets few through at once.
const AT_ONCE: usize = 4;
/// So many faults are told; the others are counted.
const TOLD: usize = 3;
/// Paths that nobody declares.
const NOWHERE: [&str; 2] = ["/api/nothing/is/here", "/api/jobs/0/nothing"];
/// How API Gateway names the error of a path that is not deployed.
const NOT_DEPLOYED: &str = "MissingAuthenticationTokenException";
/// What it says then.
const NOT_DEPLOYED_MESSAGE: &str = "Missing Authentication Token";

/// A request, and what has to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Probe {
    method: &'static str,
    /// With something in place of each parameter.
    path: String,
    expected: Expected,
}

impl Probe {
    /// What the dashboard's browser asks before it calls with this method.
    fn before<'a>(&'a self, method: &'a str, dashboard: &'a str, headers: &'a str) -> Question<'a> {
        Question {
            origin: dashboard,
            path: &self.path,
            method,
            headers,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    /// This problem.
    Problem(ProblemKind),
    /// The dashboard may call with these methods.
    Preflight(Vec<String>),
    /// The function answers, whatever it says: a route of a release that this version does not know.
    Deployed,
    /// API Gateway says that nothing is deployed here.
    NotDeployed,
}

/// Asks all of it.
pub(super) async fn proved(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    let probes = probes(facts);
    let asks = probes.iter().map(|probe| async move {
        let answer = ask(run, facts, probe).await;
        answer.map_or_else(
            |error| Some(error.to_string()),
            |answer| fault(probe, &answer, &facts.dashboard, &facts.headers),
        )
    });
    let answers: Vec<Option<String>> = stream::iter(asks).buffered(AT_ONCE).collect().await;
    let faults: Vec<String> = answers.into_iter().flatten().collect();
    if faults.is_empty() {
        let count = |wanted: fn(&Expected) -> bool| {
            let probes = probes.iter();
            probes.filter(|probe| wanted(&probe.expected)).count()
        };
        return Seen::Right(format!(
            "{} routes refuse strangers, {} preflights are answered, {} undeclared paths lead nowhere",
            count(|expected| matches!(expected, Expected::Problem(_) | Expected::Deployed)),
            count(|expected| matches!(expected, Expected::Preflight(_))),
            count(|expected| matches!(expected, Expected::NotDeployed)),
        ));
    }
    let mut told = faults[..faults.len().min(TOLD)].join("; ");
    if faults.len() > TOLD {
        told = format!("{told}; and {} more", faults.len() - TOLD);
    }
    Seen::Wrong(told)
}

/// What is asked: of every declared route but the health route, which has checks of its own.
fn probes(facts: &Facts<'_>) -> Vec<Probe> {
    let declared: Vec<(&str, &str)> = facts
        .routes
        .iter()
        .filter_map(|route| route.split_once(' '))
        .filter(|(_, template)| *template != facts.health)
        .collect();
    let methods = |template: &str| -> Vec<String> {
        let same = declared.iter().filter(|(_, other)| *other == template);
        let methods = same.map(|(method, _)| (*method).to_owned());
        methods.filter(|method| method != "OPTIONS").collect()
    };
    let known = declared.iter().filter_map(|(method, template)| {
        let (method, expected) = match *method {
            "OPTIONS" => ("OPTIONS", Expected::Preflight(methods(template))),
            method => refusal(method, template)?,
        };
        Some(Probe {
            method,
            path: filled(template),
            expected,
        })
    });
    let nowhere = NOWHERE.map(|path| Probe {
        method: "GET",
        path: path.to_owned(),
        expected: Expected::NotDeployed,
    });
    known.chain(nowhere).collect()
}

/// How a route has to refuse. None for one that takes anybody, and for one that this version does not know and that
/// might change something.
fn refusal(method: &str, template: &str) -> Option<(&'static str, Expected)> {
    let mut routes = ROUTES.iter();
    let route =
        routes.find(|route| route.method.as_str() == method && route.template() == template);
    let Some(route) = route else {
        return (method == "GET").then_some(("GET", Expected::Deployed));
    };
    let kind = match route.credential {
        Credential::None => return None,
        Credential::OperatorKey(_) => ProblemKind::Unauthorized,
        Credential::JobToken(_) | Credential::CarrierMac => ProblemKind::NotFound,
    };
    Some((route.method.as_str(), Expected::Problem(kind)))
}

/// A path with something in place of each parameter.
fn filled(template: &str) -> String {
    let parts = template.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "0" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(run: &Run<'_>, facts: &Facts<'_>, probe: &Probe) -> Result<WebResponse> {
    if let Expected::Preflight(methods) = &probe.expected {
        let method = methods.first().map_or("GET", String::as_str);
        let question = probe.before(method, &facts.dashboard, &facts.headers);
        return question.ask(run, facts).await;
    }
    let has_body = probe.method != "GET";
    let kind = ("Content-Type".to_owned(), "application/json".to_owned());
    let origin = ("Origin".to_owned(), facts.dashboard.clone());
    run.ports
        .web
        .send(&WebRequest {
            method: probe.method,
            url: format!("{}{}", facts.viewer, probe.path),
            headers: [origin]
                .into_iter()
                .chain(has_body.then_some(kind))
                .collect(),
            body: has_body.then(|| b"{}".to_vec()),
        })
        .await
}

/// What is wrong with an answer.
fn fault(probe: &Probe, answer: &WebResponse, dashboard: &str, headers: &str) -> Option<String> {
    let asked = format!("{} {}", probe.method, probe.path);
    let status = answer.status;
    let undeployed = is_undeployed(answer);
    if undeployed && probe.expected != Expected::NotDeployed {
        return Some(format!("{asked} is not deployed"));
    }
    match &probe.expected {
        Expected::Deployed => None,
        Expected::NotDeployed => {
            (!undeployed).then(|| format!("{asked} answered {status} though nobody declares it"))
        }
        Expected::Problem(kind) => {
            let content_type = answer.headers.get("content-type");
            let is_problem = content_type.is_some_and(|found| found.starts_with(CONTENT_TYPE));
            let problem = serde_json::from_slice::<Problem>(&answer.body).ok();
            let found = problem
                .filter(|_| is_problem)
                .and_then(|found| found.kind());
            let is_right = status == kind.status() && found == Some(*kind);
            let readable_by = allowed_origin(answer);
            if is_right {
                // A browser would hide what is wrong from the dashboard.
                (readable_by != dashboard).then(|| {
                    let readable_by = named(readable_by);
                    format!("{asked} lets {readable_by} read its answer, expected {dashboard}")
                })
            } else {
                let found = found.map_or("no problem document", ProblemKind::title);
                Some(format!(
                    "{asked} answered {status} ({found}) to a stranger, expected {} ({})",
                    kind.status(),
                    kind.title()
                ))
            }
        }
        Expected::Preflight(methods) => {
            let mut methods = methods.iter();
            methods.find_map(|method| {
                let question = probe.before(method, dashboard, headers);
                question.refusal(answer)
            })
        }
    }
}

/// Whether API Gateway says that nothing is deployed here. Its status alone would not tell: ours may be the same.
fn is_undeployed(answer: &WebResponse) -> bool {
    let kind = answer.headers.get("x-amzn-errortype");
    let by_kind = kind.is_some_and(|kind| kind.starts_with(NOT_DEPLOYED));
    let body = || serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    answer.status == 403 && (by_kind || body()["message"] == NOT_DEPLOYED_MESSAGE)
}

#[cfg(test)]
#[path = "refusals_tests.rs"]
mod tests;
