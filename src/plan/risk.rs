//! What a plan puts at risk, ranked, and what of it has to be allowed by name before it is done.

mod words;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Finding, Layer, LayerPlan, Plan, Step, Target};
use crate::ports::Replacement;

/// Resource types that hold what nobody can make again.
pub const DATA_TYPES: &[&str] = &[
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
];

/// Resource types of which a replacement is felt, though no data goes with it.
const FELT_TYPES: &[&str] = &[
    "AWS::ApiGateway::RestApi",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::KeyValueStore",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
];

/// Whether a resource of this type holds what nobody can make again.
pub fn holds_data(resource_type: &str) -> bool {
    DATA_TYPES.contains(&resource_type)
}

/// What was allowed by name. Nothing else of a plan's gravest risks is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// Logical ids of resources whose data may be lost.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub data_loss: BTreeSet<String>,
    /// Routes that may go, `METHOD /path`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub route_removal: BTreeSet<String>,
}

impl Allowed {
    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.data_loss.is_empty() && self.route_removal.is_empty()
    }
}

/// How grave a risk is; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Cannot be taken back: has to be allowed by name.
    High,
    /// People notice, or something of somebody else changes.
    Medium,
    /// Reaches everybody who opens the site, should it be wrong.
    Low,
}

/// What becomes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Another one takes its place.
    Replaced,
    /// Whether another one takes its place is known only while it is done.
    MayBeReplaced,
    /// It goes.
    Removed,
}

/// One thing that a plan puts at risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Risk {
    /// A resource that holds data goes.
    DataLoss {
        /// Logical id.
        logical_id: String,
        /// Resource type.
        resource_type: String,
        /// What becomes of it.
        fate: Fate,
    },
    /// A public route goes.
    RouteRemoval {
        /// `METHOD /path`.
        route: String,
    },
    /// More page objects go than may go unasked.
    PageRemovals {
        /// How many.
        count: usize,
        /// How many may.
        limit: usize,
    },
    /// A resource goes that people notice.
    Interruption {
        /// Logical id.
        logical_id: String,
        /// Resource type.
        resource_type: String,
        /// What becomes of it.
        fate: Fate,
    },
    /// Something that is not ours changes.
    NotOurs {
        /// Distribution id or bucket name.
        subject: String,
    },
    /// The function that runs for each visitor changes.
    EveryVisitor {
        /// Logical id.
        logical_id: String,
    },
}

impl Risk {
    /// How grave it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::DataLoss { .. } | Self::RouteRemoval { .. } | Self::PageRemovals { .. } => {
                Severity::High
            }
            Self::Interruption { .. } | Self::NotOurs { .. } => Severity::Medium,
            Self::EveryVisitor { .. } => Severity::Low,
        }
    }

    /// Whether it may be done: high risks only by name. More removals than the limit are no steps of a plan at all, so
    /// that only a plan with another limit can do them.
    pub fn is_allowed(&self, allowed: &Allowed) -> bool {
        match self {
            Self::DataLoss { logical_id, .. } => allowed.data_loss.contains(logical_id),
            Self::RouteRemoval { route } => allowed.route_removal.contains(route),
            Self::PageRemovals { .. } => false,
            Self::Interruption { .. } | Self::NotOurs { .. } | Self::EveryVisitor { .. } => true,
        }
    }

    /// The flag that allows it, ready to be typed; none where nothing has to be allowed.
    pub fn flag(&self) -> Option<String> {
        match self {
            Self::DataLoss { logical_id, .. } => Some(format!("--allow-data-loss {logical_id}")),
            Self::RouteRemoval { route } => Some(format!("--allow-route-removal '{route}'")),
            Self::PageRemovals { count, .. } => Some(format!("--prune {count}")),
            Self::Interruption { .. } | Self::NotOurs { .. } | Self::EveryVisitor { .. } => None,
        }
    }
}

impl Plan {
    /// What the plan puts at risk, the gravest first, then in the plan's order.
    pub fn risks(&self) -> Vec<Risk> {
        let mut risks: Vec<Risk> = self.layers.iter().flat_map(of_layer).collect();
        risks.sort_by_key(Risk::severity);
        risks
    }

    /// What has to be allowed by name and was not.
    pub fn blocked(&self) -> Vec<Risk> {
        let mut risks = self.risks();
        risks.retain(|risk| !risk.is_allowed(&self.allowed));
        risks
    }
}

fn of_layer(layer: &LayerPlan) -> Vec<Risk> {
    let held = layer.findings.iter().filter_map(|finding| match finding {
        Finding::DeletionsHeld { count, limit } => Some(Risk::PageRemovals {
            count: *count,
            limit: *limit,
        }),
        _ => None,
    });
    let steps = layer.steps.iter();
    held.chain(steps.flat_map(|step| of_step(layer.layer, step)))
        .collect()
}

fn of_step(layer: Layer, step: &Step) -> Vec<Risk> {
    match &step.target {
        Target::Resource {
            logical_id,
            resource_type,
            replacement,
            ..
        } => of_resource(step.action, logical_id, resource_type, *replacement)
            .into_iter()
            .collect(),
        // A route's own preflight goes with it.
        Target::Routes { routes } => routes
            .iter()
            .filter(|route| !route.starts_with("OPTIONS "))
            .map(|route| Risk::RouteRemoval {
                route: route.clone(),
            })
            .collect(),
        Target::Distribution { id: subject, .. }
        | Target::BucketPolicy {
            bucket: subject, ..
        } if layer == Layer::Adopt => vec![Risk::NotOurs {
            subject: subject.clone(),
        }],
        Target::EdgeCode { logical_id, .. } => vec![Risk::EveryVisitor {
            logical_id: logical_id.clone(),
        }],
        Target::Distribution { .. }
        | Target::BucketPolicy { .. }
        | Target::Output { .. }
        | Target::StackTags { .. }
        | Target::FunctionCode { .. }
        | Target::Secret { .. }
        | Target::EdgeKey { .. }
        | Target::Package { .. }
        | Target::Object { .. }
        | Target::Manifest { .. }
        | Target::Document { .. }
        | Target::Webhook { .. }
        | Target::Paths { .. }
        | Target::Check { .. } => Vec::new(),
    }
}

fn of_resource(
    action: Action,
    logical_id: &str,
    resource_type: &str,
    replacement: Replacement,
) -> Option<Risk> {
    let logical_id = logical_id.to_owned();
    if action == Action::Update && resource_type == "AWS::CloudFront::Function" {
        return Some(Risk::EveryVisitor { logical_id });
    }
    let fate = match (action, replacement) {
        (Action::Replace, _) => Fate::Replaced,
        (Action::Remove, _) => Fate::Removed,
        // What CloudFormation did not speak of may be anything.
        (Action::Update, Replacement::Conditional | Replacement::Unknown) => Fate::MayBeReplaced,
        (Action::Update, Replacement::Never | Replacement::Always)
        | (Action::Create | Action::Invalidate | Action::Check, _) => return None,
    };
    let resource_type = resource_type.to_owned();
    if holds_data(&resource_type) {
        Some(Risk::DataLoss {
            logical_id,
            resource_type,
            fate,
        })
    } else if FELT_TYPES.contains(&resource_type.as_str()) {
        Some(Risk::Interruption {
            logical_id,
            resource_type,
            fate,
        })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{PLAN_VERSION, Reason};

    fn resource(action: Action, id: &str, of: &str, replacement: Replacement) -> Step {
        Step {
            action,
            reason: Reason::Declaration,
            target: Target::Resource {
                logical_id: id.to_owned(),
                resource_type: of.to_owned(),
                replacement,
                changes: Vec::new(),
            },
        }
    }

    fn plan(steps: Vec<Step>) -> Plan {
        Plan {
            version: PLAN_VERSION,
            environment: "staging".to_owned(),
            stack: "qdn-staging".to_owned(),
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            allowed: Allowed::default(),
            layers: vec![LayerPlan {
                steps,
                ..LayerPlan::unchanged(Layer::Stack)
            }],
        }
    }

    /// Every action × verdict on a table: only what surely leaves it where it is goes unasked.
    #[test]
    fn a_table_is_never_replaced_or_removed_unasked() {
        let verdicts = [
            Replacement::Never,
            Replacement::Conditional,
            Replacement::Unknown,
            Replacement::Always,
        ];
        let table = "AWS::DynamoDB::Table";
        for verdict in verdicts {
            for (action, blocked) in [
                (Action::Create, false),
                (
                    Action::Update,
                    matches!(verdict, Replacement::Conditional | Replacement::Unknown),
                ),
                (Action::Replace, true),
                (Action::Remove, true),
            ] {
                let mut plan = plan(vec![resource(action, "Jobs", table, verdict)]);
                assert_eq!(plan.is_applicable(), !blocked, "{action:?} {verdict:?}");
                plan.allowed.data_loss.insert("Other".to_owned());
                assert_eq!(
                    plan.is_applicable(),
                    !blocked,
                    "another name allows nothing"
                );
                plan.allowed.data_loss.insert("Jobs".to_owned());
                assert!(plan.is_applicable());
            }
        }
    }

    #[test]
    fn a_route_goes_only_by_name_and_its_preflight_with_it() {
        let routes = ["GET /api/jobs", "OPTIONS /api/jobs", "POST /api/jobs"];
        let mut plan = plan(vec![Step {
            action: Action::Remove,
            reason: Reason::Undeclared,
            target: Target::Routes {
                routes: routes.map(str::to_owned).to_vec(),
            },
        }]);
        let flags: Vec<_> = plan.blocked().iter().filter_map(Risk::flag).collect();
        assert_eq!(
            flags,
            [
                "--allow-route-removal 'GET /api/jobs'",
                "--allow-route-removal 'POST /api/jobs'"
            ]
        );
        plan.allowed.route_removal =
            BTreeSet::from(["GET /api/jobs", "POST /api/jobs"].map(str::to_owned));
        assert!(plan.is_applicable());
    }

    #[test]
    fn more_removals_than_the_limit_wait_for_another_limit() {
        let mut plan = plan(Vec::new());
        plan.layers[0].findings = vec![Finding::DeletionsHeld {
            count: 51,
            limit: 50,
        }];
        assert!(!plan.is_applicable() && !plan.is_empty());
        assert_eq!(plan.blocked()[0].flag().as_deref(), Some("--prune 51"));
    }

    #[test]
    fn the_gravest_come_first() {
        let never = Replacement::Never;
        let plan = plan(vec![
            resource(Action::Update, "Edge", "AWS::CloudFront::Function", never),
            resource(Action::Remove, "Queue", "AWS::SQS::Queue", never),
            resource(Action::Remove, "Role", "AWS::IAM::Role", never),
            resource(Action::Remove, "Site", "AWS::S3::Bucket", never),
        ]);
        let severities: Vec<_> = plan.risks().iter().map(Risk::severity).collect();
        assert_eq!(
            severities,
            [Severity::High, Severity::Medium, Severity::Low]
        );
        assert_eq!(plan.blocked().len(), 1);
    }
}
