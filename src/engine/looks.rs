//! The proofs that the functions and the API give: code, routes, health, preflight.

use std::collections::BTreeSet;

use qdn_shared::package::FunctionName;
use serde_json::Value;

use super::error::Error;
use super::facts::{Facts, Seen};
use super::invocation;
use super::run::Run;
use crate::ports::{WebRequest, WebResponse};

/// The header that a call from the dashboard shows its key in.
pub(super) const SIGNED_IN_BY: &str = "authorization";

/// `/api/health` runs the package that was built.
pub(super) async fn health(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    judge(get(run, facts, &facts.health).await, |answer| {
        health_answer(facts, &answer)
    })
}

/// The dashboard may call.
pub(super) async fn preflight(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    let asked = ask_before(run, facts, &facts.health, "GET");
    judge(asked.await, |answer| preflight_answer(facts, &answer))
}

/// Asks all functions at once; all have to be right.
pub(super) async fn functions(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
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

/// API Gateway serves what is declared.
pub(super) async fn routes(run: &Run<'_>, facts: &Facts<'_>) -> Result<Seen, Error> {
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
        let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
            let only: Vec<String> = these.difference(those).cloned().collect();
            only.join(", ")
        };
        Seen::Wrong(format!(
            "missing: [{}], unknown: [{}]",
            only(&facts.routes, &served),
            only(&served, &facts.routes)
        ))
    })
}

async fn get(run: &Run<'_>, facts: &Facts<'_>, path: &str) -> crate::ports::Result<WebResponse> {
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

/// Asks as the dashboard's browser does before it calls.
pub(super) async fn ask_before(
    run: &Run<'_>,
    facts: &Facts<'_>,
    path: &str,
    method: &str,
) -> crate::ports::Result<WebResponse> {
    let headers = [
        ("Origin", facts.dashboard.as_str()),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", SIGNED_IN_BY),
    ];
    run.ports
        .web
        .send(&WebRequest {
            method: "OPTIONS",
            url: format!("{}{path}", facts.viewer),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            body: None,
        })
        .await
}

/// A viewer who gets no answer sees something wrong, too: it may come right while things settle.
fn judge(answer: crate::ports::Result<WebResponse>, verdict: impl Fn(WebResponse) -> Seen) -> Seen {
    answer.map_or_else(|error| Seen::Wrong(error.to_string()), verdict)
}

fn health_answer(facts: &Facts<'_>, answer: &WebResponse) -> Seen {
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

fn preflight_answer(facts: &Facts<'_>, answer: &WebResponse) -> Seen {
    let allowed = answer.headers.get("access-control-allow-origin");
    let is_known = (200..300).contains(&answer.status) && allowed == Some(&facts.dashboard);
    if is_known && lets_sign_in(answer) {
        Seen::Right(format!("{} may call", facts.dashboard))
    } else if is_known {
        Seen::Wrong(format!(
            "preflight of {} does not let it send {SIGNED_IN_BY}",
            facts.dashboard
        ))
    } else {
        Seen::Wrong(format!(
            "preflight of {} answered {} and allows {allowed:?}",
            facts.dashboard, answer.status
        ))
    }
}

/// Whether an answer to a preflight lets the dashboard show its key.
pub(super) fn lets_sign_in(answer: &WebResponse) -> bool {
    let allowed = answer.headers.get("access-control-allow-headers");
    let mut allowed = allowed.iter().flat_map(|allowed| allowed.split(','));
    allowed.any(|header| header.trim().eq_ignore_ascii_case(SIGNED_IN_BY))
}

pub(super) fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
