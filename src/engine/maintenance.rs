//! The maintenance document through the API, as every other writer goes: read with its version, replaced only if it
//! is still that version.

use std::time::Duration;

use qdn_shared::route::{RouteName, route};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::desired::Environment;
use super::error::Error;
use super::event::Awaited;
use super::facts::proving_ground;
use super::run::Run;
use super::secrets::document;
use crate::keys::DeployerKey;
use crate::ports::{ErrorKind, StackState, WebRequest, WebResponse};
use crate::seed::{Live, MaintenanceData};
use crate::stack::Output;

/// An API that was just deployed, or that has just been given another key, knows it within seconds. The limit leaves
/// room.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);

/// The document, and which version of it that is.
pub(super) struct Stored {
    /// What lies there.
    pub(super) live: Live,
    /// Its entity tag; none when nothing lies there.
    pub(super) etag: Option<String>,
}

/// What a write came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// It was done.
    Done,
    /// Somebody else was quicker; nothing was written.
    Overtaken,
}

/// The API, asked with the deployer's own operator key.
pub(super) struct MaintenanceApi<'a> {
    run: &'a Run<'a>,
    viewer: String,
    key: DeployerKey,
}

impl<'a> MaintenanceApi<'a> {
    /// The API of a deployed stack.
    pub(super) async fn open(
        run: &'a Run<'a>,
        environment: &Environment,
        state: Option<&StackState>,
    ) -> Result<Self, Error> {
        let names = environment.names();
        let viewer = proving_ground(environment, state).ok_or_else(|| Error::MissingOutput {
            stack: names.stack.clone(),
            output: Output::DistributionDomain.name().to_owned(),
        })?;
        let secret = names.secrets.deployer_key;
        let key = document(run.ports, &secret).await?;
        let key = key.ok_or(Error::NoSecret { secret })?;
        Ok(Self { run, viewer, key })
    }

    /// Reads the document.
    pub(super) async fn read(&self) -> Result<Stored, Error> {
        let answer = self.ask(RouteName::GetMaintenance, None, None).await?;
        match answer.status {
            200 => match answer.headers.get("etag") {
                Some(etag) => Ok(Stored {
                    live: Live::of(Some(&answer.body)),
                    etag: Some(etag.clone()),
                }),
                None => Err(self.refused(RouteName::GetMaintenance, &answer)),
            },
            404 => Ok(Stored {
                live: Live::Absent,
                etag: None,
            }),
            _ => Err(self.refused(RouteName::GetMaintenance, &answer)),
        }
    }

    /// Replaces the version that was `seen`, or makes the first one when nothing was.
    pub(super) async fn write(
        &self,
        data: &MaintenanceData,
        seen: Option<&str>,
    ) -> Result<Written, Error> {
        let condition = match seen {
            Some(etag) => ("If-Match", etag),
            None => ("If-None-Match", "*"),
        };
        let body = data.value().to_string().into_bytes();
        let asked = self.ask(RouteName::PutMaintenance, Some(condition), Some(body));
        let answer = asked.await?;
        match answer.status {
            200 | 201 => Ok(Written::Done),
            412 => Ok(Written::Overtaken),
            _ => Err(self.refused(RouteName::PutMaintenance, &answer)),
        }
    }

    /// Asks until there is an answer that stays. A request that is sent twice is carried out once: the version that it
    /// names is gone then.
    async fn ask(
        &self,
        name: RouteName,
        condition: Option<(&str, &str)>,
        body: Option<Vec<u8>>,
    ) -> Result<WebResponse, Error> {
        let bearer = format!("Bearer {}", self.key.credential().expose_secret());
        let mut headers = vec![("Authorization".to_owned(), bearer)];
        headers.extend(condition.map(|(name, value)| (name.to_owned(), value.to_owned())));
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let request = WebRequest {
            method: route(name).method.as_str(),
            url: self.url(name),
            headers,
            body,
        };
        let mut wait = None;
        loop {
            let answer = self.run.ports.web.send(&request).await;
            let may_pass = match &answer {
                Ok(answer) => matches!(answer.status, 401 | 403 | 429 | 500..=599),
                Err(error) => match error.kind {
                    ErrorKind::Unreachable
                    | ErrorKind::Timeout
                    | ErrorKind::Throttled
                    | ErrorKind::Server => true,
                    ErrorKind::Credentials
                    | ErrorKind::AccessDenied
                    | ErrorKind::Conflict
                    | ErrorKind::NotFound
                    | ErrorKind::Rejected
                    | ErrorKind::Unsupported
                    | ErrorKind::Disk
                    | ErrorKind::Other => false,
                },
            };
            if !may_pass {
                return Ok(answer?);
            }
            let wait = wait.get_or_insert_with(|| self.run.wait(Awaited::Api, ANSWER_LIMIT));
            match wait.pause("the API").await {
                Ok(()) => {}
                Err(stopped @ Error::Interrupted(_)) => return Err(stopped),
                // What it said last tells more than that it took too long.
                Err(_) => return Ok(answer?),
            }
        }
    }

    fn url(&self, name: RouteName) -> String {
        format!("{}{}", self.viewer, route(name).template())
    }

    /// Says what the answer was, and what the API found wrong: places and rules, nothing of the document.
    fn refused(&self, name: RouteName, answer: &WebResponse) -> Error {
        let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let detail = text(&problem["detail"]).or_else(|| text(&problem["title"]));
        let errors = problem["errors"].as_array().into_iter().flatten();
        let faults = errors.filter_map(|error| {
            let place = ["pointer", "header", "parameter"];
            let place = place.iter().find_map(|kind| error[*kind].as_str())?;
            Some(format!("{place} {}", error["detail"].as_str()?))
        });
        Error::Maintenance {
            method: route(name).method.as_str(),
            url: self.url(name),
            status: answer.status,
            said: detail.into_iter().chain(faults).collect(),
        }
    }
}
