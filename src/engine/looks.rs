//! The proofs that the functions and the API give: code, routes, health, preflight.

use std::collections::BTreeSet;

use qdn_shared::package::FunctionName;
use serde_json::Value;

use super::error::Error;
use super::facts::{Facts, Seen};
use super::invocation;
use super::observe::served;
use super::run::Run;
use crate::ports::{WebRequest, WebResponse};

/// The maintenance data, which the dashboard reads at the edge.
pub(super) const DATA: &str = "/data/maintenance.json";
/// All that the edge lets the dashboard send when it reads them.
const DATA_HEADERS: &str = "Authorization";
/// An origin that nobody has.
const NOBODY: &str = "https://nobody.invalid";

/// `/api/health` runs the package that was built.
pub(super) async fn health(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    health_at(run, facts, &facts.viewer).await
}

/// The same, at this address.
pub(super) async fn health_at(run: &Run<'_>, facts: &Facts<'_>, address: &str) -> Seen {
    let url = format!("{address}{}", facts.health);
    let request = WebRequest {
        method: "GET",
        url: url.clone(),
        headers: Vec::new(),
        body: None,
    };
    // A viewer who gets no answer sees something wrong, too: it may come right while things settle.
    run.ports.web.send(&request).await.map_or_else(
        |error| Seen::Wrong(error.to_string()),
        |answer| health_answer(facts, &url, &answer),
    )
}

/// The dashboard may call the API and read the data at the edge, and no other page may.
pub(super) async fn preflight(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    let paths = [
        (facts.health.as_str(), facts.headers.as_str()),
        (DATA, DATA_HEADERS),
    ];
    let origins = [facts.dashboard.as_str(), NOBODY];
    let asked = paths.iter().flat_map(|(path, headers)| {
        origins.iter().map(move |origin| Question {
            origin,
            path,
            method: "GET",
            headers,
        })
    });
    let asked: Vec<Question<'_>> = asked.collect();
    let answers = asked.iter().map(|question| question.ask(run, facts));
    let answers = futures::future::join_all(answers).await;
    let fault = asked
        .iter()
        .zip(answers)
        .find_map(|(question, answer)| match answer {
            Ok(answer) if question.origin == NOBODY => admitted(question, &answer),
            Ok(answer) => question.refusal(&answer),
            Err(error) => Some(error.to_string()),
        });
    fault.map_or_else(
        || {
            Seen::Right(format!(
                "{} may call, a page of nobody's may not",
                facts.dashboard
            ))
        },
        Seen::Wrong,
    )
}

/// Asks all functions at once; all have to be right.
pub(super) async fn functions(run: &Run<'_>, facts: &Facts<'_>) -> Seen {
    let asked = facts
        .functions
        .iter()
        .map(|deployed| invocation::ask(run, deployed, &facts.health));
    let answers = futures::future::join_all(asked).await.into_iter();
    Seen::all(answers.map(|seen| seen.unwrap_or_else(|error| Seen::Wrong(error.to_string()))))
}

/// API Gateway serves what is declared.
pub(super) async fn routes(run: &Run<'_>, facts: &Facts<'_>) -> Result<Seen, Error> {
    let (snapshot, stage) = served(run.ports, &facts.api, &facts.stage).await?;
    if stage.is_none() {
        return Ok(Seen::Wrong(format!(
            "API {} has no stage {}",
            facts.api, facts.stage
        )));
    }
    let served = snapshot.unwrap_or_default().routes;
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

/// What a browser asks before a page of this origin may call.
pub(super) struct Question<'a> {
    /// Of the page.
    pub(super) origin: &'a str,
    /// What it calls.
    pub(super) path: &'a str,
    /// With which method.
    pub(super) method: &'a str,
    /// Sending these, separated by commas.
    pub(super) headers: &'a str,
}

impl Question<'_> {
    /// Asks it.
    pub(super) async fn ask(
        &self,
        run: &Run<'_>,
        facts: &Facts<'_>,
    ) -> crate::ports::Result<WebResponse> {
        let headers = [
            ("Origin", self.origin),
            ("Access-Control-Request-Method", self.method),
            ("Access-Control-Request-Headers", self.headers),
        ];
        run.ports
            .web
            .send(&WebRequest {
                method: "OPTIONS",
                url: format!("{}{}", facts.viewer, self.path),
                headers: headers
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .to_vec(),
                body: None,
            })
            .await
    }

    /// Why the page may not call, if it may not.
    pub(super) fn refusal(&self, answer: &WebResponse) -> Option<String> {
        let Self { origin, path, .. } = self;
        let found = allowed_origin(answer);
        if !(200..300).contains(&answer.status) || found != *origin {
            let status = answer.status;
            let found = named(found);
            return Some(format!(
                "OPTIONS {path} answered {status} and lets {found} call, expected {origin}"
            ));
        }
        if !is_listed(answer, "access-control-allow-methods", self.method) {
            let method = self.method;
            return Some(format!(
                "OPTIONS {path} does not let {origin} call with {method}"
            ));
        }
        let mut headers = self.headers.split(',').map(str::trim);
        let kept = headers.find(|name| !is_listed(answer, "access-control-allow-headers", name))?;
        Some(format!("OPTIONS {path} does not let {origin} send {kept}"))
    }
}

/// What a page of nobody's is let in with.
fn admitted(question: &Question<'_>, answer: &WebResponse) -> Option<String> {
    let found = allowed_origin(answer);
    (!found.is_empty()).then(|| {
        let Question { origin, path, .. } = question;
        format!("OPTIONS {path} lets {found} call when {origin} asks")
    })
}

/// Whose page may read an answer; empty: nobody's.
pub(super) fn allowed_origin(answer: &WebResponse) -> &str {
    let origin = answer.headers.get("access-control-allow-origin");
    origin.map_or("", String::as_str)
}

/// An allowed origin in a sentence.
pub(super) const fn named(origin: &str) -> &str {
    if origin.is_empty() { "nobody" } else { origin }
}

fn is_listed(answer: &WebResponse, header: &str, name: &str) -> bool {
    let mut listed = answer.headers.get(header).into_iter();
    listed.any(|list| {
        let mut names = list.split(',');
        names.any(|listed| listed.trim().eq_ignore_ascii_case(name))
    })
}

fn health_answer(facts: &Facts<'_>, url: &str, answer: &WebResponse) -> Seen {
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

pub(super) fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}
