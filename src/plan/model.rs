//! A plan as data: layers, steps, actions, reasons. No behaviour but one rule, no client, no closure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::Check;
use super::finding::Finding;
use super::observation::{NotObserved, SecretStanding};
use super::repair::Repair;
use super::risk::Allowed;
use crate::ports::{ChangeSetKind, PropertyDrift, Replacement};
use crate::seed::Conflict;

/// Version of the plan's JSON form; another version is another document.
pub const PLAN_VERSION: u32 = 1;

/// What will change, in every layer, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The plan's version.
    #[schemars(extend("const" = PLAN_VERSION))]
    pub version: u32,
    /// Environment, e.g. `staging`.
    pub environment: String,
    /// Stack name.
    pub stack: String,
    /// AWS account id.
    pub account: String,
    /// AWS region.
    pub region: String,
    /// What was allowed by name.
    #[serde(default, skip_serializing_if = "Allowed::is_empty")]
    pub allowed: Allowed,
    /// The layers in the order in which they are applied.
    pub layers: Vec<LayerPlan>,
}

/// The layers, in the order in which they are applied.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Artifacts bucket, permissions boundary, API Gateway's log role.
    Bootstrap,
    /// Secrets Manager: credentials and keys.
    Secrets,
    /// Lambda packages in the artifacts bucket.
    Package,
    /// Everything else in CloudFormation.
    Stack,
    /// Token and operator keys in the edge's key value store.
    Edge,
    /// What is added to a distribution that is not ours to own.
    Adopt,
    /// The page files.
    Site,
    /// The maintenance data that this checkout wants there.
    Seed,
    /// Where the carrier sends what customers write.
    Carrier,
    /// Proof that it works.
    Verify,
}

impl Layer {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::Secrets => "secrets",
            Self::Package => "package",
            Self::Stack => "stack",
            Self::Edge => "edge",
            Self::Adopt => "adopt",
            Self::Site => "site",
            Self::Seed => "seed",
            Self::Carrier => "carrier",
            Self::Verify => "verify",
        }
    }
}

/// One layer's part of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerPlan {
    /// Which layer.
    pub layer: Layer,
    /// Why the layer was not compared; it has no steps then, which does not mean that nothing would change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_observed: Option<NotObserved>,
    /// What `apply` does about the layer's stack first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
    /// How the layer's stack is deployed, when it is one and anything changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<Deployment>,
    /// How each secret stands to what it should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretStanding>,
    /// What will be done, in order.
    pub steps: Vec<Step>,
    /// What a person has to decide first; the layer has no steps then, and the plan cannot be applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// What was seen and is worth a person's look, though nothing will be done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// How a stack is deployed: one change set carries out all the layer's resource steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Stack name.
    pub stack: String,
    /// Create or update.
    pub kind: ChangeSetKind,
    /// SHA-256 of the template, hex.
    pub template_sha256: String,
    /// Every parameter's value.
    pub parameters: BTreeMap<String, String>,
    /// ARN of the change set that was made for this plan; none when it is made while applying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_set: Option<String>,
}

/// One thing that will be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// On what.
    pub target: Target,
}

/// What a step does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Makes what is not there.
    Create,
    /// Changes what is there, in place.
    Update,
    /// Makes it anew and removes the old one.
    Replace,
    /// Takes it away.
    Remove,
    /// Makes viewers get the new version.
    Invalidate,
    /// Proves something; changes nothing.
    Check,
}

/// Why a step is done.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It does not exist yet.
    New,
    /// Its content differs.
    Content,
    /// Its headers differ.
    Headers,
    /// It was asked for.
    Forced,
    /// Its declaration differs.
    Declaration,
    /// It stands on something that changes.
    Dependency,
    /// It is not as the stack says, and is put back.
    Drift,
    /// It is no longer declared.
    Undeclared,
    /// It is scheduled for deletion, which is taken back.
    ScheduledForDeletion,
    /// Something before it changed.
    Deployed,
}

/// What a step acts on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Target {
    /// A CloudFormation resource.
    Resource {
        /// Logical id.
        logical_id: String,
        /// Resource type.
        resource_type: String,
        /// CloudFormation's verdict on replacement.
        replacement: Replacement,
        /// Our own property diff.
        changes: Vec<PropertyChange>,
    },
    /// An output of a stack.
    Output {
        /// Output name.
        name: String,
        /// Our own diff.
        changes: Vec<PropertyChange>,
    },
    /// The tags of a stack, which CloudFormation puts on its resources.
    StackTags {
        /// Our own diff.
        changes: Vec<PropertyChange>,
    },
    /// Routes that the API still serves though they are no longer declared: CloudFormation takes a
    /// method away only after it made the snapshot that the stage serves.
    Routes {
        /// `METHOD /path`, sorted.
        routes: Vec<String>,
    },
    /// The code of a function, given back by Lambda itself.
    FunctionCode {
        /// Function name.
        function: String,
        /// Object key of the declared package in the artifacts bucket.
        key: String,
    },
    /// The code of the edge function, published again by CloudFront itself.
    EdgeCode {
        /// Its logical id in the stack.
        logical_id: String,
        /// Function name.
        function: String,
        /// SHA-256 of the declared code, lower-case hex.
        sha256: String,
    },
    /// A secret.
    Secret {
        /// Name.
        name: String,
        /// Which of its tags differ.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<PropertyChange>,
    },
    /// An entry of the edge's key value store.
    EdgeKey {
        /// Its name; `op.<deployer>` for one whose id is not known before it is made.
        key: String,
    },
    /// A Lambda package.
    Package {
        /// Function name.
        function: String,
        /// Object key in the artifacts bucket.
        key: String,
        /// Size in bytes.
        bytes: u64,
    },
    /// An object of the page.
    Object {
        /// Object key.
        key: String,
        /// Size in bytes; 0 for a removal.
        bytes: u64,
        /// What differs, for `headers`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<PropertyChange>,
    },
    /// The record of the page's objects, written anew because it does not tell what lies there.
    Manifest {
        /// Object key in the artifacts bucket.
        key: String,
    },
    /// A distribution that is not ours, which our additions are put into.
    Distribution {
        /// Its id, `E…`.
        id: String,
        /// What is added or taken away; nothing else is touched.
        changes: Vec<PropertyChange>,
    },
    /// The policy of a bucket that is not ours, which our statements are put into.
    BucketPolicy {
        /// The bucket's name.
        bucket: String,
        /// What is added or taken away; nothing else is touched.
        changes: Vec<PropertyChange>,
    },
    /// A document that people edit, too.
    Document {
        /// Its name, e.g. `maintenance data`.
        name: String,
        /// What of ours is put into it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<PropertyChange>,
    },
    /// Where the carrier sends what customers write.
    Webhook {
        /// Whose setting it is: `number +15125550100` or `service MG…`.
        subject: String,
        /// The fields that differ; an address is shown without its credential.
        changes: Vec<PropertyChange>,
    },
    /// Viewer paths.
    Paths {
        /// Invalidation paths, each beginning with `/`.
        paths: Vec<String>,
    },
    /// A proof.
    Check {
        /// Which.
        check: Check,
    },
}

/// One difference inside a resource, an output or an object's headers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PropertyChange {
    /// Path with dots and indexes, e.g. `Properties.Environment.Variables.QDN_PACKAGE`.
    pub path: String,
    /// Value before; none when it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Value after; none when it goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl PropertyChange {
    /// What a property is (`after`) instead of what its stack says (`before`).
    pub fn of_drift(drift: &PropertyDrift) -> Self {
        // JSON where it is a structure; a plain text otherwise.
        let value = |text: &String| {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        };
        Self {
            path: drift.path.trim_start_matches('/').replace('/', "."),
            before: drift.expected.as_ref().map(value),
            after: drift.actual.as_ref().map(value),
        }
    }
}

impl Plan {
    /// Whether nothing would change, nothing waits for a decision, and nothing has to be put right.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(LayerPlan::is_empty) && self.blocked().is_empty()
    }

    /// What has to be put right before one can say what else would change; the plan has no steps then.
    pub fn repairs_first(&self) -> impl Iterator<Item = (Layer, &Repair)> {
        self.layers.iter().filter_map(|layer| {
            let repair = layer.repair.as_ref()?;
            repair.mend.comes_first().then_some((layer.layer, repair))
        })
    }

    /// Whether the plan may be applied: every layer was compared, or left out on purpose, none waits for a decision, and
    /// nothing that cannot be taken back is done without having been allowed by name.
    pub fn is_applicable(&self) -> bool {
        self.not_observed().next().is_none()
            && self.conflicts().next().is_none()
            && self.blocked().is_empty()
    }

    /// What a person has to decide first, over all layers.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.layers.iter().flat_map(|layer| &layer.conflicts)
    }

    /// The layers that were not compared and not left out on purpose.
    pub fn not_observed(&self) -> impl Iterator<Item = (Layer, &NotObserved)> {
        self.layers.iter().filter_map(|layer| {
            let why = layer.not_observed.as_ref();
            why.filter(|why| **why != NotObserved::Skipped)
                .map(|why| (layer.layer, why))
        })
    }

    /// One layer's part.
    pub fn layer(&self, layer: Layer) -> Option<&LayerPlan> {
        self.layers
            .iter()
            .find(|candidate| candidate.layer == layer)
    }

    /// Steps that change something (checks do not), over all layers.
    pub fn changes(&self) -> impl Iterator<Item = (Layer, &Step)> {
        self.layers
            .iter()
            .flat_map(|layer| layer.steps.iter().map(move |step| (layer.layer, step)))
            .filter(|(_, step)| step.action != Action::Check)
    }

    /// Whether carrying it out leaves anything other than it was.
    pub fn changes_something(&self) -> bool {
        self.changes().next().is_some() || self.layers.iter().any(|layer| layer.repair.is_some())
    }
}

impl LayerPlan {
    /// Whether nothing is to be done in it, and nothing stands in the way.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.conflicts.is_empty() && self.repair.is_none()
    }

    /// A layer that was not compared.
    pub fn unseen(layer: Layer, why: NotObserved) -> Self {
        Self {
            not_observed: Some(why),
            ..Self::unchanged(layer)
        }
    }

    /// A layer in which nothing is to be done.
    pub fn unchanged(layer: Layer) -> Self {
        Self {
            layer,
            not_observed: None,
            repair: None,
            deployment: None,
            secrets: Vec::new(),
            steps: Vec::new(),
            conflicts: Vec::new(),
            findings: Vec::new(),
        }
    }
}
