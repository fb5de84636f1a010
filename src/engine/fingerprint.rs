//! What a plan was made from, as digests: the inputs of this checkout and what was seen in every layer.

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::desired::Desired;
use super::drift::StackDrift;
use super::observe::{Observed, ObservedStack};
use super::planner::Planned;
use super::refresh::Refresh;
use crate::plan::site::{there, unexplained};
use crate::plan::{Fingerprints, Inputs, Layer};
use crate::ports::{Readiness, SecretState};
use crate::seed::Live;

/// Version and git revision of this build.
const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("QDN_REVISION"));

/// Everything that is declared, built and read. Of the secrets file only a digest over high-entropy secrets is told. What
/// is declared follows from the program as well, and another program may declare the same files otherwise.
pub fn inputs(desired: &Desired, planned: &Planned) -> Inputs {
    let Desired {
        environment,
        host,
        edge_source,
        edge_events,
        packages,
        pages,
        secrets,
        seed,
        // Flags are told by the plan itself.
        force_upload: _,
        most_removals: _,
        allowed: _,
        // Neither does where it comes from change what is done.
        revision: _,
        restored: _,
        skip: _,
        refresh: _,
    } = desired;
    let mut inputs = Inputs::default();
    // What is done with the rest follows from it.
    inputs.note("program", PROGRAM);
    // What they mean, not how they are written: a comment is no change.
    inputs.note("stack file", format!("{:?}", environment.file));
    inputs.note("values of variables", format!("{:?}", environment.values));
    let addresses = (&environment.viewer, &environment.carrier, host);
    inputs.note("addresses", format!("{addresses:?}"));
    for stack in [&planned.bootstrap, &planned.stack] {
        inputs.note(
            format!("template of {}", stack.name),
            &stack.template_sha256,
        );
    }
    if let Some(given) = &planned.given {
        inputs.note("what the distribution is given", given.to_string());
    }
    inputs.note("edge function", edge_source);
    for (name, event) in edge_events {
        inputs.note(format!("edge event {name}"), event);
    }
    for package in packages {
        let name = format!("package {}", package.function);
        inputs.note(name, package.key());
    }
    for page in pages {
        let content = json!([page.sha256, page.content_type, page.cache_control]);
        inputs.note(page.key.as_str(), content.to_string());
    }
    if let Some(file) = secrets {
        let token = file.auth_token.as_ref();
        let token = token.map(|token| Sha256::digest(token.expose_secret()));
        let content = format!("{} {token:x?}", file.carrier_document().fingerprint());
        inputs.note("secrets file", content);
    }
    if let Some(seed) = seed {
        inputs.note("seed", seed.text());
    }
    inputs
}

/// What was seen, in every layer.
pub fn state(desired: &Desired, observed: &Observed) -> Fingerprints {
    let names = desired.names();
    let mut seen = Seen::default();
    seen.note(
        Layer::Bootstrap,
        &format!("stack {}", names.bootstrap),
        stack(&observed.bootstrap),
    );
    let log_role = observed.log_role.as_ref().map(|role| json!(role));
    seen.note(Layer::Bootstrap, "API Gateway's log role", log_role);
    let secrets = &observed.secrets;
    for (name, found) in [
        (&names.secrets.carrier, &secrets.carrier),
        (&names.secrets.keys, &secrets.keys),
        (&names.secrets.deployer_key, &secrets.deployer_key),
        (&names.secrets.operators, &secrets.operators),
    ] {
        let found = found.as_ref().map(secret);
        seen.note(Layer::Secrets, &format!("secret {name}"), found);
    }
    for package in &desired.packages {
        let key = package.key();
        let there = observed.packages.contains(&key).then(|| json!(true));
        seen.note(Layer::Package, &key, there);
    }
    seen.note(
        Layer::Stack,
        &format!("stack {}", names.stack),
        stack(&observed.stack),
    );
    seen.note_system(observed);
    if desired.refresh == Refresh::Revert {
        seen.note_drift(observed);
    }
    for (key, value) in &observed.edge_keys {
        let value = json!(value.expose_secret());
        seen.note(Layer::Edge, key, Some(value));
    }
    if let Some(site) = &observed.adopted {
        let distribution = format!("distribution {}", site.distribution);
        let xml = json!(site.document.xml);
        seen.note(Layer::Adopt, &distribution, Some(xml));
        let policy = site.policy.as_ref().map(|policy| json!(policy));
        let subject = format!("policy of bucket {}", site.bucket);
        seen.note(Layer::Adopt, &subject, policy);
    }
    seen.note_page(desired, observed);
    seen.note_seed(observed);
    let inbound = observed.inbound.as_ref();
    let inbound = inbound.map(|found| json!([found.sid, found.fields]));
    seen.note(Layer::Carrier, "settings of the sender", inbound);
    seen.0
}

/// Digests as they are gathered.
#[derive(Default)]
struct Seen(Fingerprints);

impl Seen {
    fn note(&mut self, layer: Layer, subject: &str, content: Option<Value>) {
        if let Some(content) = content {
            self.0.note(layer, subject, content.to_string());
        }
    }

    /// What the stack made, where it can be looked at by itself.
    fn note_system(&mut self, observed: &Observed) {
        for (function, found) in &observed.functions {
            // Whether it is being updated at this moment is no difference.
            let failed = match &found.readiness {
                Readiness::Failed(reason) => Some(reason),
                Readiness::Ready | Readiness::Pending => None,
            };
            let content = json!([found.code_sha256, failed]);
            self.note(Layer::Stack, &format!("function {function}"), Some(content));
        }
        let code = observed.edge_code.as_ref();
        let code = code.map(|code| json!(format!("{:x}", Sha256::digest(code))));
        self.note(Layer::Stack, "edge function", code);
        let routes = observed.routes.as_ref().map(|routes| json!(routes));
        self.note(Layer::Stack, "routes", routes);
        let distribution = observed.distribution.as_ref();
        let distribution = distribution.map(|found| json!([found.domain, found.enabled]));
        self.note(Layer::Stack, "distribution", distribution);
    }

    /// What is put back, as it was found.
    fn note_drift(&mut self, observed: &Observed) {
        let Some(StackDrift::Compared { resources, partial }) = &observed.drift else {
            return;
        };
        for drift in resources {
            let subject = format!("drift of {}", drift.logical_id);
            let found = json!(format!("{drift:?}"));
            self.note(Layer::Stack, &subject, Some(found));
        }
        let partial = partial.as_ref().map(|why| json!(why));
        self.note(Layer::Stack, "what cannot be compared", partial);
    }

    /// Headers only where the plan goes by them.
    fn note_page(&mut self, desired: &Desired, observed: &Observed) {
        for object in &observed.listed {
            self.note(Layer::Site, &object.key, Some(json!(object.etag)));
        }
        let Observed {
            listed,
            manifest,
            heads,
            ..
        } = observed;
        let told = if desired.refresh == Refresh::Revert {
            there(&desired.pages, listed)
        } else {
            unexplained(&desired.pages, listed, manifest)
        };
        for key in told {
            let Some(head) = heads.get(&key) else {
                continue;
            };
            let headers = json!([head.content_type, head.cache_control, head.sha256]);
            self.note(Layer::Site, &format!("headers of {key}"), Some(headers));
        }
        let record = observed.manifest.to_bytes();
        let record = json!(String::from_utf8_lossy(&record));
        self.note(Layer::Site, "record of the page", Some(record));
    }

    fn note_seed(&mut self, observed: &Observed) {
        let live = match &observed.seed.live {
            Live::Absent => None,
            Live::Data(data) => Some(json!(data.text())),
            Live::Foreign(why) => Some(json!(why.to_string())),
        };
        self.note(Layer::Seed, "maintenance data", live);
        let record = observed.seed.record.as_ref();
        let record = record.map(|seed| json!(seed.text()));
        self.note(Layer::Seed, "record of the seed", record);
    }
}

/// A stack of which only a creation was prepared is none.
fn stack(found: &ObservedStack) -> Option<Value> {
    let state = found.state.as_ref();
    let state = state.filter(|_| found.standing().exists())?;
    Some(json!([
        state.id,
        state.status.name(),
        state.parameters,
        state.outputs,
        state.tags,
        found.template,
    ]))
}

fn secret(found: &SecretState) -> Value {
    json!([
        found.tags,
        found.current,
        found.previous,
        found.scheduled_for_deletion,
    ])
}
