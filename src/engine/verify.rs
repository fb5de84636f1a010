//! Verify: the list of proofs that an apply ends with, run by itself, and told item by item. Nothing is changed.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::desired::Desired;
use super::domain;
use super::error::Error;
use super::event::{Awaited, Sink};
use super::facts::Seen;
use super::prove::{checks, facts, not_looked_at, results, until_right};
use super::release;
use super::run::Run;
use crate::plan::{Check, NotObserved};
use crate::ports::{Ports, StackState};

/// What is at rest is right at once; a lost request is asked again. Whoever has just deployed gives it longer.
pub const LOOK_LIMIT: Duration = Duration::from_secs(10);

/// How is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looking {
    /// How long an item is given to come right.
    pub limit: Duration,
    /// Whether the names that people know are looked at, too.
    pub domain: bool,
}

/// Version of the report's JSON form; another version is another document.
pub const REPORT_VERSION: u32 = 1;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// The report's version.
    #[schemars(extend("const" = REPORT_VERSION))]
    pub version: u32,
    /// Environment, e.g. `staging`.
    pub environment: String,
    /// The release that everything was compared with; none: the checkout.
    pub release: Option<String>,
    /// The items, in the order in which people see them.
    pub items: Vec<Item>,
}

/// One item of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// Which, e.g. `page`.
    pub item: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was seen, or why nothing was looked at. Holds no secret.
    pub seen: String,
    /// What puts it right, where something is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it has to be.
    Right,
    /// Not as it has to be.
    Wrong,
    /// There was nothing to look at.
    NotLookedAt,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_right(&self) -> bool {
        self.count(Verdict::Wrong) == 0
    }

    /// How many items stand so.
    pub fn count(&self, verdict: Verdict) -> usize {
        let items = self.items.iter();
        items.filter(|item| item.verdict == verdict).count()
    }
}

/// The environment as its newest release left it, with the secrets file and the layers that are given. Nothing is built.
pub async fn as_newest_release(desired: Desired, ports: &Ports) -> Result<Desired, Error> {
    let newest = release::newest(&desired.environment, ports).await?;
    let skip = desired.skip.clone();
    release::as_left(desired, &newest, skip)
}

/// Runs every proof that can be made, whatever the others see; one that sees something wrong looks again until the limit is
/// over. `credentials` is what was found of the secrets file on this machine; it is told first.
pub async fn verify(
    desired: &Desired,
    state: Option<&StackState>,
    credentials: Item,
    look: Looking,
    ports: &Ports,
    sink: &dyn Sink,
) -> Result<Report, Error> {
    let run = Run::new(ports, sink);
    let checks: Vec<Check> = checks(desired).collect();
    let facts = facts(&run, desired, state).await?;
    let environment = &desired.environment;
    let led_here = async {
        if domain::names(environment).is_empty() {
            return None;
        }
        if !look.domain {
            return Some(told(DOMAIN, Verdict::NotLookedAt, "left out".to_owned()));
        }
        let again = || domain::proved(&run, &facts);
        let seen = until_right(&run, Awaited::Proof, look.limit, again).await;
        Some(judged(DOMAIN, seen, || domain::hint(environment, state)))
    };
    let looking = futures::future::join(results(&run, &facts, &checks, look.limit), led_here);
    let (mut results, led_here) = run.unless_stopped(looking).await?;
    let item = |check: &Check| {
        let looked_at = results.iter().position(|(one, _)| one == check);
        if let Some((_, seen)) = looked_at.map(|at| results.swap_remove(at)) {
            return judged(check.name(), seen, || hint(*check, &environment.name));
        }
        let why = not_looked_at(desired, *check).map_or_else(String::new, |why| why_not(&why));
        told(check.name(), Verdict::NotLookedAt, why)
    };
    let items: Vec<Item> = Check::ALL.iter().map(item).collect();
    let items = [credentials].into_iter().chain(items).chain(led_here);
    Ok(Report {
        version: REPORT_VERSION,
        environment: environment.name.clone(),
        release: desired
            .restored
            .as_ref()
            .map(|restored| restored.id.clone()),
        items: items.collect(),
    })
}

/// The item that is about the names which people know.
const DOMAIN: &str = "domain";

fn judged(item: &'static str, seen: Seen, hint: impl FnOnce() -> String) -> Item {
    match seen {
        Seen::Right(seen) => told(item, Verdict::Right, seen),
        Seen::Wrong(seen) => Item {
            hint: Some(hint()),
            ..told(item, Verdict::Wrong, seen)
        },
    }
}

fn told(item: &'static str, verdict: Verdict, seen: String) -> Item {
    Item {
        item,
        verdict,
        seen,
        hint: None,
    }
}

fn why_not(why: &NotObserved) -> String {
    match why {
        NotObserved::Skipped => "left out".to_owned(),
        NotObserved::NoSecretsFile => "no secrets file was given".to_owned(),
        NotObserved::NoAuthToken => "the secrets file has no TWILIO_AUTH_TOKEN".to_owned(),
        NotObserved::NoSecret { name } => format!("there is no secret {name}"),
    }
}

/// What puts it right.
fn hint(check: Check, environment: &str) -> String {
    match check {
        Check::Secrets | Check::Page | Check::Webhooks => {
            format!("`qdn-infra apply --env {environment}` puts it right")
        }
        Check::Function | Check::Routes | Check::Health | Check::Edge => format!(
            "`qdn-infra apply --revert-drift --env {environment}` puts it back as it was released"
        ),
        Check::Preflight => format!(
            "`api.dashboard_origin` in the stack file names who may call; then `qdn-infra apply --env {environment}`"
        ),
        Check::Refusals | Check::Strangers => format!(
            "`qdn-infra drift --env {environment}` shows what somebody changed; when it came with a deploy, `qdn-infra rollback --failed --env {environment}` puts back what ran before"
        ),
    }
}
