//! What the proofs compare with: what is declared, built and deployed, by the names that AWS gave.

use std::collections::BTreeSet;

use qdn_shared::cors::ALLOWED_HEADERS;
use qdn_shared::package::FunctionName;
use qdn_shared::route::{RouteName, route};

use super::desired::{Desired, Environment};
use super::door::{Door, Served};
use super::error::Error;
use super::invocation::Deployed;
use crate::config::Site;
use crate::plan::Layer;
use crate::plan::site::closure;
use crate::ports::StackState;
use crate::site::{INDEX_KEY, PageFile};
use crate::stack::{self, Output};

/// What a check saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// What it had to see.
    Right(String),
    /// Something else.
    Wrong(String),
}

impl Seen {
    /// What several looks come to: all have to be right.
    pub(super) fn all(looks: impl IntoIterator<Item = Self>) -> Self {
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for seen in looks {
            match seen {
                Self::Right(seen) => right.push(seen),
                Self::Wrong(seen) => wrong.push(seen),
            }
        }
        if wrong.is_empty() {
            Self::Right(right.join(", "))
        } else {
            Self::Wrong(wrong.join(", "))
        }
    }
}

/// What the checks compare with.
pub(super) struct Facts<'a> {
    /// What is wanted.
    pub(super) desired: &'a Desired,
    /// The address at which viewers reach the system, without a slash at the end.
    pub(super) viewer: String,
    /// The REST API.
    pub(super) api: String,
    /// Its stage.
    pub(super) stage: String,
    /// The distribution in front of everything.
    pub(super) distribution: String,
    /// The edge function's declared source.
    pub(super) edge_code: Option<String>,
    /// The declared Content-Security-Policy of the page.
    pub(super) page_policy: Option<String>,
    /// Every function that a package was built for.
    pub(super) functions: Vec<Deployed>,
    /// The page and the files that it names.
    pub(super) files: Vec<Served>,
    /// The secret with the signing keys.
    pub(super) keys: String,
    /// The dashboard's origin.
    pub(super) dashboard: String,
    /// Path of the health route.
    pub(super) health: String,
    /// Request headers that the API lets the dashboard send, separated by commas.
    pub(super) headers: String,
    /// Every `METHOD /path` that is declared.
    pub(super) routes: BTreeSet<String>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(desired: &'a Desired, state: Option<&StackState>) -> Result<Self, Error> {
        let missing = |output: Output| Error::MissingOutput {
            stack: desired.names().stack,
            output: output.name().to_owned(),
        };
        let output = |output: Output| {
            state
                .and_then(|state| state.outputs.get(output.name()))
                .cloned()
                .ok_or_else(|| missing(output))
        };
        let viewer = proving_ground(&desired.environment, state)
            .ok_or_else(|| missing(Output::DistributionDomain))?;
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
        let template = desired.main_stack()?.template;
        Ok(Self {
            desired,
            viewer,
            api: output(Output::ApiId)?,
            stage: output(Output::ApiStage)?,
            distribution: output(Output::DistributionId)?,
            edge_code: stack::edge_code(&template).map(str::to_owned),
            page_policy: stack::page_policy(&template).map(str::to_owned),
            functions,
            files: files(desired),
            keys: desired.names().secrets.keys,
            dashboard: desired.environment.file.api.dashboard_origin.to_string(),
            health: health_path(desired).to_owned(),
            headers: allowed_headers(desired).unwrap_or(SIGNED_IN_BY).to_owned(),
            routes: stack::routes(&template),
        })
    }

    pub(super) fn door(&self) -> Door<'_> {
        Door {
            viewer: &self.viewer,
            keys: &self.keys,
            may_sign: !is_keyless(self.desired),
            files: &self.files,
            policy: self.page_policy.as_deref(),
            routes: &self.routes,
        }
    }

    /// SHA-256 of the package that was built for a function; empty when none was.
    pub(super) fn package_of(&self, function: FunctionName) -> &str {
        self.functions
            .iter()
            .find(|deployed| deployed.function == function)
            .map_or("", |deployed| deployed.package.as_str())
    }
}

/// What viewers have to get: the page and the files that it names. Of a page whose files' names are not known, because
/// only a release tells of it, every file.
fn files(desired: &Desired) -> Vec<Served> {
    let served = |file: &PageFile| Served {
        key: file.key.clone(),
        sha256: file.sha256.clone(),
        content_type: file.content_type.clone(),
        cache_control: file.cache_control.clone(),
    };
    let nameless = desired.pages.iter().all(|file| file.names.is_empty());
    if nameless && desired.restored.is_some() {
        return desired.pages.iter().map(served).collect();
    }
    let files = closure(&desired.pages, INDEX_KEY).into_iter();
    files.map(served).collect()
}

/// Without keys of ours, or without them at the edge, nobody can show a good token. A release leaves both as they are, and
/// they are there.
pub(super) fn is_keyless(desired: &Desired) -> bool {
    let restored = desired.restored.as_ref();
    let left_out = restored.map_or(&desired.skip, |restored| &restored.left_out);
    [Layer::Secrets, Layer::Edge]
        .iter()
        .any(|layer| left_out.contains(layer))
}

/// What a call from the dashboard shows its key in.
const SIGNED_IN_BY: &str = "Authorization";

/// Request headers that the API lets the dashboard send: of what is deployed, which may be an earlier release, where that
/// says so.
pub(super) fn allowed_headers(desired: &Desired) -> Option<&str> {
    match &desired.restored {
        Some(restored) => restored.headers.as_deref(),
        None => Some(ALLOWED_HEADERS),
    }
}

/// Path of the health route: of what is deployed, which may be an earlier release.
pub fn health_path(desired: &Desired) -> &str {
    let here = route(RouteName::Health).template();
    let restored = desired.restored.as_ref();
    restored.map_or(here, |restored| restored.health.as_str())
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
